/** A cell from the request to its committed result, against a kernel's round trip and a fresh Python. */
import { spawnSync } from "node:child_process";
import { startKernel } from "./kernel.ts";
import { openWarm, run, withNotebook } from "./notebook.ts";
import { median, type Row, timed } from "./row.ts";

const TRIVIAL = "x = 1 + 1";
const LIBRARIES = `import numpy, pandas, sklearn.linear_model, matplotlib.pyplot\n${TRIVIAL}`;

/** A person's pace, however fast: either side has come to rest before the next request. */
const rest = (): Promise<void> => new Promise((wake) => setTimeout(wake, 30));

export async function cells(python: string): Promise<readonly Row[]> {
  return withNotebook([TRIVIAL, LIBRARIES], async (folder) => {
    const opened = await openWarm(folder, python);
    const kernel = startKernel(python);
    try {
      const [trivial, libraries] = [
        { ours: [] as number[], theirs: [] as number[] },
        { ours: [] as number[], theirs: [] as number[] },
      ];
      for (const source of [TRIVIAL, LIBRARIES]) await kernel.run(source);
      for (const id of ["c0", "c1"]) await run(opened, [id]);
      // In turns of ten, so that a busy minute is shared.
      for (let turn = 0; turn < 6; turn += 1) {
        for (const [id, source, taken] of [
          ["c0", TRIVIAL, trivial],
          ["c1", LIBRARIES, libraries],
        ] as const) {
          for (let round = 0; round < 10; round += 1) {
            await rest();
            taken.theirs.push(await kernel.run(source));
          }
          for (let round = 0; round < 10; round += 1) {
            await rest();
            taken.ours.push(await timed(() => run(opened, [id])));
          }
        }
      }
      const fresh: number[] = [];
      for (let round = 0; round < 5; round += 1) {
        fresh.push(
          await timed(() => {
            if (spawnSync(python, ["-c", LIBRARIES]).status !== 0) throw new Error("A fresh Python failed.");
          }),
        );
      }
      const ms = "ms";
      const ours = median(libraries.ours);
      const cell = "cell that imports numpy, pandas, scikit-learn, matplotlib";
      return [
        {
          what: "trivial cell, request to committed result",
          against: "ipykernel round trip",
          unit: ms,
          ours: median(trivial.ours),
          theirs: median(trivial.theirs),
          target: { times: 0.5 },
        },
        {
          what: cell,
          against: "ipykernel, warm",
          unit: ms,
          ours,
          theirs: median(libraries.theirs),
          target: { times: 1 },
        },
        { what: cell, against: "a fresh python", unit: ms, ours, theirs: median(fresh), target: { times: 0.01 } },
      ];
    } finally {
      kernel.stop();
      await opened.close();
    }
  });
}
