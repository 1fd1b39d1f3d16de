/** Where nothing has to run: a fully cached run, opening many cells, and the plan after a keystroke. */
import type { Notebook } from "../../extension/core/notebook/model.ts";
import { never, open, readNotebook, run, withNotebook } from "./notebook.ts";
import { median, type Row, timed } from "./row.ts";

/** Every tenth cell starts a new chain; the others use the cell above and a function of the first. */
function sources(count: number): string[] {
  return Array.from({ length: count }, (_, at) => {
    if (at === 0) return "def step(number):\n    return number + 1\n\nvalue_0 = step(0)";
    const above = at % 10 === 0 ? "0" : `value_${at - 1}`;
    return `# cell ${at}\nvalue_${at} = step(${above})\nparts = [value_${at}, ${at}]\nprint(parts, sum(parts))`;
  });
}

export async function cached(python: string): Promise<readonly Row[]> {
  return [...(await hundred(python)), ...(await thousand(python))];
}

function hundred(python: string): Promise<readonly Row[]> {
  return withNotebook(sources(100), async (folder) => {
    const opened = await open(folder, python);
    try {
      await run(opened, undefined, false);
      const again = async () => {
        const summary = await run(opened, undefined, false);
        if (summary.cached !== 100) throw new Error(`Not all cached: ${JSON.stringify(summary)}`);
      };
      await again();
      const memoised: number[] = [];
      for (let round = 0; round < 100; round += 1) memoised.push(await timed(again));
      const analysed: number[] = [];
      for (let round = 0; round < 20; round += 1) {
        // Texts that were never seen before, and that mean the same.
        const notebook = await readNotebook(folder);
        const cells = notebook.cells.map((cell) => ({ ...cell, source: `${cell.source}# round ${round}\n` }));
        analysed.push(
          await timed(async () => {
            opened.engine.update({ ...notebook, cells });
            await again();
          }),
        );
      }
      const unit = "ms";
      return [
        {
          what: "fully cached run of 100 cells, analysis included",
          against: "",
          unit,
          ours: median(analysed),
          target: { most: 5 },
        },
        {
          what: "fully cached run of 100 cells, memoised",
          against: "",
          unit,
          ours: median(memoised),
          target: { most: 1 },
        },
      ];
    } finally {
      await opened.close();
    }
  });
}

function thousand(python: string): Promise<readonly Row[]> {
  return withNotebook(sources(1000), async (folder) => {
    const first = await open(folder, python);
    await run(first, undefined, false);
    await first.close();
    const opening: number[] = [];
    for (let round = 0; round < 7; round += 1) {
      let opened: Awaited<ReturnType<typeof open>> | undefined;
      opening.push(
        await timed(async () => {
          opened = await open(folder, python);
          await opened.engine.statuses();
        }),
      );
      await opened?.close();
    }
    const opened = await open(folder, python);
    try {
      await opened.prepare(never);
      await opened.engine.statuses();
      const notebook = await readNotebook(folder);
      const keystroke: number[] = [];
      for (let round = 0; round < 50; round += 1) {
        const next = edited(notebook, round);
        keystroke.push(
          await timed(async () => {
            opened.engine.update(next);
            await opened.engine.statuses();
          }),
        );
      }
      return [
        {
          what: "1,000 cells: read, open, analyse, every status",
          against: "",
          unit: "ms",
          ours: median(opening),
          target: { most: 200 },
        },
        {
          what: "1,000 cells: every status after a keystroke",
          against: "",
          unit: "ms",
          ours: median(keystroke),
          target: { most: 16 },
        },
      ];
    } finally {
      await opened.close();
    }
  });
}

/** A keystroke in one cell, another one each round. */
function edited(notebook: Notebook, round: number): Notebook {
  const at = (round * 37) % notebook.cells.length;
  const change = (source: string) => `${source}#${round}`;
  return {
    ...notebook,
    cells: notebook.cells.map((cell, index) => (index === at ? { ...cell, source: change(cell.source) } : cell)),
  };
}
