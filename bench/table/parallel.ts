/** Four cells that need nothing of each other, each busy for a second. */
import { open, run, withNotebook } from "./notebook.ts";
import type { Row } from "./row.ts";
import { timed } from "./row.ts";

const BUSY = "import time\nend = time.perf_counter() + 1\nwhile time.perf_counter() < end:\n    pass";

export function parallel(python: string): Promise<readonly Row[]> {
  return withNotebook(
    [1, 2, 3, 4].map((at) => `${BUSY}\nv${at} = ${at}`),
    async (folder) => {
      const taken: number[] = [];
      for (const jobs of [1, 2]) {
        const opened = await open(folder, python, jobs);
        try {
          await run(opened, ["c0"]);
          taken.push((await timed(() => run(opened))) / 1000);
        } finally {
          await opened.close();
        }
      }
      const [theirs = 0, ours = 0] = taken;
      return [
        {
          what: "four independent one-second cells, two at a time",
          against: "one after another",
          unit: "s",
          ours,
          theirs,
          target: { times: 0.55 },
        },
      ];
    },
  );
}
