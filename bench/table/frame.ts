/** A frame of 80 MB to the next cell, and what one of 1 GB costs in memory. */
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import type { OpenNotebook } from "../../extension/host/engine/open.ts";
import { watchMemory } from "./memory.ts";
import { open, openWarm, run, withNotebook } from "./notebook.ts";
import { rival } from "./python.ts";
import { median, type Row, timed } from "./row.ts";

const MB = 1e6;
const READERS = [
  "frame.mean().sum()",
  "frame.min().min()",
  "frame.max().max()",
  "len(frame)",
  "frame.iloc[:100].sum().sum()",
];

function makes(columns: number, rows: number): string {
  return `import numpy, pandas\nframe = pandas.DataFrame(numpy.random.default_rng(0).random((${columns}, ${rows})).T, copy=False)`;
}

export async function frame(python: string): Promise<readonly Row[]> {
  return [...(await passing(python)), ...(await memory(python))];
}

/** The producer writes the same values again under another attribute, so that nothing is there already. */
function passing(python: string): Promise<readonly Row[]> {
  // It says itself what its statements take: what memory costs differs too much from process to process to be subtracted.
  const produce = `import time\nbegan = time.perf_counter()\n${makes(10, 1_000_000)}\nframe.iloc[0, 0] = ROUND\nprint(time.perf_counter() - began)`;
  return withNotebook(
    [produce.replace("ROUND", "0"), "count = len(frame)", "import pandas\ncount = 1"],
    async (folder) => {
      const opened = await openWarm(folder, python);
      try {
        const [produced, written, consumed, idle]: [number[], number[], number[], number[]] = [[], [], [], []];
        await run(opened);
        for (let round = 1; round <= 12; round += 1) {
          const source = `${produce.replace("ROUND", String(round))}\n`;
          const { notebook } = opened.engine;
          opened.engine.update({
            ...notebook,
            cells: notebook.cells.map((cell) => (cell.id === "c0" ? { ...cell, source } : cell)),
          });
          const whole = await timed(() => run(opened, ["c0"]));
          produced.push(whole - (await printed(opened, "c0")) * 1000);
          written.push(writing(python, join(folder, `bytes-${round}`)));
          await run(opened, ["c1"]);
          await pause();
          consumed.push(await timed(() => run(opened, ["c1"])));
          await pause();
          idle.push(await timed(() => run(opened, ["c2"])));
        }
        const unit = "ms";
        return [
          {
            what: "80 MB DataFrame, producer: storing it",
            against: "writing those bytes once",
            unit,
            ours: median(produced),
            theirs: median(written),
            target: { times: 1.2 },
          },
          {
            what: "80 MB DataFrame, consumer: what reading it adds to a cell",
            against: "",
            unit,
            ours: Math.max(0, median(consumed) - median(idle)),
            target: { most: 3 },
          },
        ];
      } finally {
        await opened.close();
      }
    },
  );
}

const pause = () => new Promise((wake) => setTimeout(wake, 50));

async function printed(opened: OpenNotebook, cell: string): Promise<number> {
  const { outputs } = await opened.engine.stored(cell);
  return Number(outputs.map((output) => (output.type === "stream" ? output.text : "")).join(""));
}

/** To a file of its own, which stays: what is written again to memory that has just been given back takes a tenth of the time on a
 * virtual machine, and stored values are not given back. */
function writing(python: string, path: string): number {
  return number(python, [rival("write_bytes.py"), path, String(80 * MB)]);
}

function number(python: string, args: readonly string[]): number {
  const ended = spawnSync(python, args, { encoding: "utf8" });
  if (ended.status !== 0) throw new Error(ended.stderr);
  return Number(ended.stdout);
}

function memory(python: string): Promise<readonly Row[]> {
  const cells = [makes(125, 1_000_000), ...READERS.map((reader, at) => `r${at} = float(${reader})`)];
  return withNotebook(cells, async (folder) => {
    const opened = await open(folder, python, 1);
    try {
      const watch = watchMemory();
      await run(opened);
      const ours = watch.stop() / MB;
      const theirs = number(python, [rival("peak.py"), cells.join("\n")]) / MB;
      return [
        {
          what: "1 GB frame through five cells that read it: peak memory",
          against: "the same script",
          unit: "MB",
          ours,
          theirs,
          target: { times: 1.3 },
        },
      ];
    } finally {
      await opened.close();
    }
  });
}
