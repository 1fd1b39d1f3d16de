/** Plays a history against the real engine with real Python, and holds it against the promises after every step. */
import assert from "node:assert/strict";
import { readdir, rm, truncate } from "node:fs/promises";
import { join } from "node:path";
import type { Beginnings } from "./beginnings.ts";
import { type Bench, type BenchOptions, openBench, type RunSeen } from "./bench.ts";
import { type History, tell, textOf } from "./history.ts";

/** What was played: numbers only, which can be added up. */
export interface Played {
  readonly histories: number;
  readonly steps: number;
  /** Cells that ran, and those of them that failed; and those whose result was reused instead. */
  readonly ran: number;
  readonly failed: number;
  readonly cached: number;
  /** Results shown fresh that were compared with the script's, over all steps. */
  readonly compared: number;
  /** Scripts that were run for that: none where nothing is fresh, and one for a state that came back. */
  readonly scripts: number;
}

/** Plays the history; throws at the first thing that is not as promised. */
export async function play(history: History, shared: BenchOptions = {}, beginnings?: Beginnings): Promise<Played> {
  const { jobs, cells, steps } = history;
  const begun = shared.folder === undefined ? undefined : beginnings?.restore(history, shared.folder);
  const files = begun === undefined ? history.files : {};
  const bench = await openBench(textOf(cells), { ...shared, files, jobs, tolerant: true });
  /** States of the whole folder in which everything was fresh. */
  const known = new Set<string>(begun?.known === undefined ? [] : [begun.known]);
  let damaged = false;
  /** An open notebook remembers what it has seen in the store, and misses what nothing uses only when it is opened again. */
  let unnoticed = false;
  const played = { histories: 1, steps: steps.length, ran: 0, failed: 0, cached: 0, compared: 0, scripts: 0 };
  try {
    for (const [index, step] of steps.entries()) {
      if (index === 0 && begun !== undefined) continue;
      const at = `step ${index + 1} (${tell(step)})`;
      let failed: readonly string[] = [];
      try {
        switch (step.do) {
          case "set":
            await bench.edit(textOf(step.cells));
            break;
          case "reopen":
            await bench.reopen();
            unnoticed = false;
            break;
          case "file":
            bench.file(step.path, step.content);
            // Who looks at all that a folder says of a file sees that it was written again.
            if (Object.values(bench.cells()).some((text) => text.includes(".stat()"))) known.clear();
            break;
          case "damage":
            await damage(join(bench.folder, ".strata", "store", "v2", "content"), step.at, step.how);
            known.clear();
            damaged = unnoticed = true;
            break;
          case "run": {
            const before = stateOf(bench);
            const seen = await bench.run(step.target, { force: step.force });
            played.ran += seen.ran.length + seen.failed.length;
            failed = seen.failed;
            played.failed += failed.length;
            played.cached += seen.cached.length;
            if (!step.force && known.has(before)) assert.deepEqual(executed(seen), [], "ran in a state that is known");
            if (step.target.kind !== "all") break;
            // Damage is found out when a value is used, and a cell above may have been believed by then; and of cells that ran
            // at once, one may turn out to depend on another. The next run puts both right, and is needed for nothing else.
            if ((damaged || jobs > 1) && seen.failed.length === 0) await bench.run();
            damaged = false;
            if ((await complete(bench, seen, before)) && !unnoticed) known.add(before);
            break;
          }
          default:
            step satisfies never;
        }
        played.compared += await bench.checkAgainstScript(failed);
        if (index === 0) beginnings?.keep(history, bench.folder, { known: [...known][0] });
      } catch (error) {
        if (error instanceof Error) error.message = `${at}: ${error.message}`;
        throw error;
      }
    }
    return played;
  } finally {
    await bench.close();
  }
}

/**
 * After all has run without a failure, all is fresh; unless a cell changed files that one above had seen, or two cells write
 * the same file: the one above finds it other than it left it.
 */
async function complete(bench: Bench, seen: RunSeen, before: string): Promise<boolean> {
  if (seen.failed.length > 0 || seen.skipped.length > 0) return false;
  if (stateOf(bench) !== before) return false;
  const statuses = await bench.opened.engine.statuses();
  const overwritten = statuses.some(
    ({ reason }) => reason.kind === "observation-changed" && reason.observation.kind === "written",
  );
  if (overwritten) return false;
  for (const { cell, validity } of statuses) {
    const fine = validity === "fresh" || validity === "none";
    assert.ok(fine, `not everything is fresh after all has run: ${cell}: ${await bench.reason(cell)}`);
  }
  return true;
}

function executed(seen: RunSeen): readonly string[] {
  return [...seen.ran, ...seen.failed];
}

function stateOf(bench: Bench): string {
  return JSON.stringify([Object.entries(bench.cells()), bench.files()]);
}

async function damage(content: string, at: number, how: "delete" | "truncate"): Promise<void> {
  const entries = await readdir(content, { recursive: true, withFileTypes: true }).catch(() => []);
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const file = files.sort()[Math.floor(at * files.length)];
  if (file === undefined) return;
  if (how === "delete") await rm(file);
  else await truncate(file, 20);
}
