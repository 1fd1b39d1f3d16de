/** A notebook and what is done to it, step by step: generated, played against the real engine, and told to a person. */
import assert from "node:assert/strict";
import { readdir, readFile, rm, truncate } from "node:fs/promises";
import { join } from "node:path";
import type { RunTarget } from "../../extension/core/engine/model.ts";
import { type Bench, type Cells, openBench, type RunSeen } from "./bench.ts";
import { after, type Choose, type Names, type Statement, show, statement } from "./grammar.ts";

/** Statements by cell, in notebook order. */
export type Sources = Readonly<Record<string, readonly string[]>>;

export type Step =
  | { readonly do: "set"; readonly why: string; readonly cells: Sources }
  | { readonly do: "run"; readonly target: RunTarget; readonly force: boolean }
  | { readonly do: "reopen" }
  | { readonly do: "file"; readonly path: string; readonly content: string }
  /** Deletes or truncates a content file of the store; which one is a fraction of their number. */
  | { readonly do: "damage"; readonly at: number; readonly how: "delete" | "truncate" };

export interface History {
  readonly cells: Sources;
  readonly steps: readonly Step[];
  readonly jobs: number;
}

const HELPER = (n: number): string =>
  `N = ${n}\ncount = 0\nCACHE = {}\nROWS = [${n}]\nKEPT = []\ndef bump():\n    global count\n    count += 1\n    return count\ndef value(v):\n    return v * N\ndef grow(a):\n    a.append(N)\nclass Thing:\n    v = N\n    made = []\n    def __init__(self, n):\n        self.n, self.items = n, []\n        self.made.append(n)\n    def get(self):\n        return self.n + N\n`;

const USER =
  "import functools\nimport helper\nfrom helper import ROWS\nM = helper.N\ndef peek():\n    return helper.N, helper.count\ndef keep(v, seen=[]):\n    seen.append(v)\n    ROWS.append(v)\n    return len(seen)\ndef counted(fn):\n    calls = []\n    @functools.wraps(fn)\n    def inner(v):\n        calls.append(v)\n        return fn(v) + len(calls)\n    return inner\n@counted\ndef marked(v):\n    return v\n";

const FILES: Readonly<Record<string, string>> = {
  "data.txt": "3 1",
  "helper.py": HELPER(2),
  "user.py": USER,
  "noisy.py": "import random\nprint('noisy')\nR = random.randint(0, 99)\n",
  "sub/data.txt": "inside 5",
  "lib/extra.py": "V = 9\n",
};

interface Draft {
  readonly id: string;
  readonly statements: readonly Statement[];
}

export function generate(choose: Choose): History {
  let count = 0;
  const draft = (names: Names): Draft => {
    count += 1;
    return { id: `c${count}`, statements: cellOf(names, choose) };
  };
  const seeded: Draft = {
    id: "seed",
    statements: [{ text: "import random\nrandom.seed(7)\nn, xs, d = 1, [1, 2], {'a': 1}", leaves: START }],
  };
  let cells: Draft[] = [seeded];
  for (let size = 3 + choose(4); size > 0; size -= 1) cells.push(draft(namesAt(cells, cells.length)));
  const first = sourcesOf(cells);
  const states = [cells];
  const steps: Step[] = [runAll];

  const set = (why: string, next: Draft[]): void => {
    cells = next;
    states.push(cells);
    steps.push({ do: "set", why, cells: sourcesOf(cells) });
  };
  for (let length = 4 + choose(6); length > 0; length -= 1) {
    const at = 1 + choose(Math.max(1, cells.length - 1));
    const cell = cells[at];
    switch (choose(17)) {
      case 0:
      case 1:
      case 2:
      case 14:
      case 15:
      case 16:
      case 3: {
        if (cell === undefined) break;
        const names = namesAt(cells, at);
        // Half of the edits touch one statement, the others write the cell anew.
        const statements = choose(2) === 0 ? cellOf(names, choose) : touched(names, cell.statements, choose);
        set(`edit ${cell.id}`, cells.with(at, { id: cell.id, statements }));
        break;
      }
      case 4:
      case 5:
        set("revert", states[choose(states.length)] ?? cells);
        break;
      case 6:
        set("insert", cells.toSpliced(at, 0, draft(namesAt(cells, at))));
        break;
      case 7:
        if (cells.length > 3) set("delete", cells.toSpliced(at, 1));
        break;
      case 8: {
        if (cell === undefined) break;
        const rest = cells.toSpliced(at, 1);
        set(`move ${cell.id}`, rest.toSpliced(1 + choose(rest.length), 0, cell));
        break;
      }
      case 9:
        set("edit seed", cells.with(0, seedOf(choose(3))));
        break;
      case 10:
        steps.push({ do: "reopen" });
        break;
      case 11:
        steps.push({ do: "file", path: "data.txt", content: choose(2) === 0 ? "3 1" : `${choose(9)} ${choose(9)}` });
        break;
      case 12:
        steps.push({ do: "file", path: "helper.py", content: HELPER(choose(3) + 1) });
        break;
      default:
        steps.push({ do: "damage", at: choose(100) / 100, how: choose(2) === 0 ? "delete" : "truncate" });
    }
    const id = cells[choose(cells.length)]?.id ?? "seed";
    const runs: readonly (Step | undefined)[] = [
      runAll,
      runAll,
      { do: "run", target: { kind: "cells", cells: [id] }, force: false },
      { do: "run", target: { kind: "cells", cells: [id] }, force: true },
      { do: "run", target: { kind: "below", cell: id }, force: false },
      { do: "run", target: { kind: "above", cell: id }, force: false },
      undefined,
    ];
    const next = runs[choose(runs.length)];
    if (next !== undefined) steps.push(next);
  }
  steps.push(runAll);
  return { cells: first, steps, jobs: 1 + choose(2) };
}

const runAll: Step = { do: "run", target: { kind: "all" }, force: false };
const START = [
  ["n", "num"],
  ["xs", "list"],
  ["d", "dict"],
] as const;

function seedOf(seed: number): Draft {
  const text = `import random\nrandom.seed(${seed})\nn, xs, d = ${seed}, [1, 2], {'a': 1}`;
  return { id: "seed", statements: [{ text, leaves: START }] };
}

function cellOf(names: Names, choose: Choose): readonly Statement[] {
  const statements: Statement[] = [];
  for (let size = 1 + choose(3); size > 0; size -= 1) statements.push(statement(after(names, statements), choose));
  const last = choose(3) > 0 ? show(after(names, statements), choose) : undefined;
  return last === undefined ? statements : [...statements, last];
}

function touched(names: Names, statements: readonly Statement[], choose: Choose): readonly Statement[] {
  const at = choose(statements.length);
  return statements.toSpliced(at, choose(2), statement(after(names, statements.slice(0, at)), choose));
}

function namesAt(cells: readonly Draft[], at: number): Names {
  return after(
    new Map(),
    cells.slice(0, at).flatMap((cell) => cell.statements),
  );
}

function sourcesOf(cells: readonly Draft[]): Sources {
  return Object.fromEntries(cells.map(({ id, statements }) => [id, statements.map(({ text }) => text)]));
}

export function textOf(sources: Sources): Cells {
  return Object.fromEntries(Object.entries(sources).map(([id, statements]) => [id, statements.join("\n")]));
}

export interface Played {
  /** Results shown fresh that were compared with the script's, over all steps. */
  readonly compared: number;
  readonly ran: number;
  readonly failed: number;
}

/** Plays the history; throws at the first thing that is not as promised. */
export async function play(history: History): Promise<Played> {
  const bench = await openBench(textOf(history.cells), { files: FILES, jobs: history.jobs, tolerant: true });
  /** States of the whole folder in which everything was fresh. */
  const known = new Set<string>();
  const played = { compared: 0, ran: 0, failed: 0 };
  try {
    for (const [index, step] of history.steps.entries()) {
      const at = `step ${index + 1} (${tell(step)})`;
      try {
        switch (step.do) {
          case "set":
            await bench.edit(textOf(step.cells));
            break;
          case "reopen":
            await bench.reopen();
            break;
          case "file":
            await bench.file(step.path, step.content);
            break;
          case "damage":
            await damage(join(bench.folder, ".strata", "store", "v1", "content"), step.at, step.how);
            known.clear();
            break;
          case "run": {
            const before = await stateOf(bench.cells(), bench.folder);
            const seen = await bench.run(step.target, { force: step.force });
            played.ran += seen.ran.length;
            played.failed += seen.failed.length;
            if (!step.force && known.has(before)) assert.deepEqual(executed(seen), [], "ran in a state that is known");
            if (step.target.kind === "all" && (await complete(bench, seen, before))) known.add(before);
            break;
          }
          default:
            step satisfies never;
        }
        played.compared += await bench.checkAgainstScript();
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

/** After all has run without a failure, all is fresh; unless a cell changed files that one above had seen. */
async function complete(bench: Bench, seen: RunSeen, before: string): Promise<boolean> {
  if (seen.failed.length > 0 || seen.skipped.length > 0) return false;
  if ((await stateOf(bench.cells(), bench.folder)) !== before) return false;
  const fresh = new Set(await bench.fresh());
  for (const [id, text] of Object.entries(bench.cells())) {
    assert.ok(
      text === "" || fresh.has(id),
      `not everything is fresh after all has run: ${id}: ${await bench.reason(id)}`,
    );
  }
  return true;
}

function executed(seen: RunSeen): readonly string[] {
  return [...seen.ran, ...seen.failed];
}

async function stateOf(cells: Cells, folder: string): Promise<string> {
  const files: string[] = [];
  for (const path of ["data.txt", "helper.py", "out.txt", "sub/out.txt"]) {
    files.push(await readFile(join(folder, path), "utf8").catch(() => "-"));
  }
  return JSON.stringify([Object.entries(cells), files]);
}

async function damage(content: string, at: number, how: "delete" | "truncate"): Promise<void> {
  const entries = await readdir(content, { recursive: true, withFileTypes: true }).catch(() => []);
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const file = files.sort()[Math.floor(at * files.length)];
  if (file === undefined) return;
  if (how === "delete") await rm(file);
  else await truncate(file, 20);
}

export function tell(step: Step): string {
  switch (step.do) {
    case "set":
      return step.why;
    case "run":
      return `${step.force ? "force" : "run"} ${"cells" in step.target ? step.target.cells.join(" ") : "cell" in step.target ? `${step.target.kind} ${step.target.cell}` : "all"}`;
    case "reopen":
      return "reopen";
    case "file":
      return `write ${step.path}`;
    case "damage":
      return `${step.how} a content file`;
    default:
      return step satisfies never;
  }
}

/** The whole story, as a person reads it. */
export function report(history: History): string {
  const lines = [`jobs ${history.jobs}`, ...notebook(history.cells)];
  let cells = history.cells;
  for (const step of history.steps) {
    lines.push(`--- ${tell(step)}${step.do === "file" ? `: ${JSON.stringify(step.content)}` : ""}`);
    if (step.do !== "set") continue;
    const changed = Object.entries(step.cells).filter(([id, text]) => cells[id]?.join("\n") !== text.join("\n"));
    if (Object.keys(step.cells).join() !== Object.keys(cells).join()) {
      lines.push(`order: ${Object.keys(step.cells).join(" ")}`);
    }
    lines.push(...notebook(Object.fromEntries(changed)));
    cells = step.cells;
  }
  return lines.join("\n");
}

function notebook(sources: Sources): string[] {
  return Object.entries(textOf(sources)).map(([id, text]) => `# ${id}\n${text}`);
}
