/**
 * What the engine costs where nothing has to run: opening a notebook of 100 cells, a fully cached run of 100 cells,
 * and from a keystroke to every status on 200 and on 1,000 cells.
 *
 * `node bench/engine.ts [--python EXE]` prints medians of many repetitions in one process, and the number of them.
 */
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { cpus, tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import type { Notebook } from "../extension/core/notebook/model.ts";
import { type OpenNotebook, openNotebook } from "../extension/host/engine/open.ts";
import { readNotebook as readFolder } from "../extension/host/folder/read.ts";

const { values } = parseArgs({ options: { python: { type: "string", default: "python3" } } });
const python = execFileSync(values.python, ["-c", "import sys; print(sys.executable)"], { encoding: "utf8" }).trim();
const harness = resolve(import.meta.dirname, "..", "python-harness");
const signal = new AbortController().signal;

/** Every tenth cell starts a new chain; the others use the cell above and a function of the first. */
function makeNotebook(count: number): string {
  const folder = mkdtempSync(join(tmpdir(), "strata-bench-"));
  mkdirSync(join(folder, "cells"));
  const cells: string[] = [];
  for (let at = 0; at < count; at += 1) {
    const above = at % 10 === 0 ? "0" : `value_${at - 1}`;
    const source =
      at === 0
        ? "def step(number):\n    return number + 1\n\nvalue_0 = step(0)\n"
        : `# cell ${at}\nvalue_${at} = step(${above})\nparts = [value_${at}, ${at}]\nprint(parts, sum(parts))\n`;
    writeFileSync(join(folder, "cells", `c${at}.py`), source);
    cells.push(`  { id = "c${at}", file = "c${at}.py", language = "python", order = ${at} },`);
  }
  writeFileSync(
    join(folder, "notebook.toml"),
    `notebook_id = "bench-${count}"\nname = "Bench"\ncells = [\n${cells.join("\n")}\n]\n`,
  );
  return folder;
}

async function read(folder: string): Promise<Notebook> {
  const found = await readFolder(folder);
  if (found.kind === "problem") throw new Error(found.problem.message);
  const { notebook } = found;
  if (notebook === undefined) throw new Error("The bench's own notebook does not parse.");
  return notebook;
}

async function open(folder: string): Promise<OpenNotebook> {
  return openNotebook(await read(folder), {
    folder,
    python,
    sync: false,
    harness,
    storage: join(folder, ".storage"),
    onProgress: () => undefined,
    onProblem: (message) => console.error(message),
  });
}

async function median(times: number, work: (round: number) => Promise<void>): Promise<number> {
  const taken: number[] = [];
  for (let round = 0; round < times; round += 1) {
    const before = performance.now();
    await work(round);
    taken.push(performance.now() - before);
  }
  return taken.sort((a, b) => a - b)[Math.floor(times / 2)] ?? 0;
}

function report(what: string, milliseconds: number, times: number): void {
  console.log(`${what.padEnd(62)} ${milliseconds.toFixed(2).padStart(9)} ms   (median of ${times})`);
}

/** The notebook with a keystroke in one cell, another one each round. */
function edited(notebook: Notebook, round: number): Notebook {
  const at = (round * 37) % notebook.cells.length;
  return {
    ...notebook,
    cells: notebook.cells.map((cell, index) => (index === at ? { ...cell, source: `${cell.source}#${round}` } : cell)),
  };
}

const folders: string[] = [];
try {
  console.log(`${cpus()[0]?.model ?? "unknown processor"}, ${cpus().length} cores, Node ${process.version}`);
  for (const count of [100, 200, 1000]) {
    const folder = makeNotebook(count);
    folders.push(folder);
    const opened = await open(folder);
    const problem = await opened.prepare(signal);
    if (problem !== undefined) throw new Error(problem);
    const run = async (expected: "executed" | "cached"): Promise<void> => {
      const summary = await opened.engine.run({ target: { kind: "all" }, force: false }, () => undefined, signal);
      if (summary[expected] !== count) throw new Error(`Not all ${expected}: ${JSON.stringify(summary)}`);
    };
    await run("executed");
    if (count === 100) {
      report("100 cells: fully cached run, everything in memory", await median(50, () => run("cached")), 50);
    }
    await opened.close();

    const times = count === 1000 ? 5 : 15;
    const opening = await median(times, async () => {
      const again = await open(folder);
      await again.engine.statuses();
      await again.close();
    });
    report(`${count} cells: read the folder, open, analyse, every status`, opening, times);

    const again = await open(folder);
    if (count === 100) {
      // Sources that were never seen: the analysis is part of it.
      const cold = await median(10, async (round) => {
        const notebook = await read(folder);
        again.engine.update({
          ...notebook,
          cells: notebook.cells.map((cell) => ({ ...cell, source: `${cell.source}# round ${round}\n` })),
        });
        const summary = await again.engine.run({ target: { kind: "all" }, force: false }, () => undefined, signal);
        if (summary.cached !== count) throw new Error(`Not all cached: ${JSON.stringify(summary)}`);
      });
      report("100 cells: fully cached run, every cell analysed again", cold, 10);
    }
    const notebook = await read(folder);
    await again.engine.statuses();
    const keystroke = await median(50, async (round) => {
      again.engine.update(edited(notebook, round));
      await again.engine.statuses();
    });
    report(`${count} cells: from a keystroke to every status`, keystroke, 50);
    await again.close();
  }
} finally {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
}
