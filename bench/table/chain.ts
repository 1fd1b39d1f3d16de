/** Fifty tiny cells, each using the one above, from the command to its end and in what is open already. */
import { spawnSync } from "node:child_process";
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../../scripts/root.ts";
import { openWarm, run, withNotebook } from "./notebook.ts";
import { rival } from "./python.ts";
import { median, type Row, timed } from "./row.ts";

const CELLS = 50;
const ROUNDS = 5;

export async function chain(python: string): Promise<readonly Row[]> {
  const sources = Array.from({ length: CELLS }, (_, at) => (at === 0 ? "v0 = 1" : `v${at} = v${at - 1} + 1`));
  return withNotebook(sources, async (folder) => {
    const notebook = join(folder, "cells.json");
    writeFileSync(notebook, JSON.stringify(sources));
    /** Runs the whole command, and gives what its cells took. */
    const client = (): number => {
      const ended = spawnSync(python, [rival("notebook_client.py"), notebook], { encoding: "utf8" });
      if (ended.status !== 0) throw new Error(ended.stderr);
      return Number(ended.stdout);
    };
    const ours = { whole: [] as number[], open: [] as number[] };
    const theirs = { whole: [] as number[], open: [] as number[] };
    const opened = await openWarm(folder, python);
    try {
      for (let round = 0; round < ROUNDS; round += 1) {
        theirs.whole.push(await timed(() => theirs.open.push(client())));
        ours.open.push(await timed(() => run(opened)));
      }
    } finally {
      await opened.close();
    }
    for (let round = 0; round < ROUNDS; round += 1) {
      rmSync(join(folder, ".strata"), { recursive: true, force: true });
      ours.whole.push(await timed(() => command(["run", folder, "--python", python, "--quiet"])));
    }
    const unit = "ms";
    return [
      {
        what: "chain of 50 tiny cells, notebook open",
        against: "nbclient, kernel running",
        unit,
        ours: median(ours.open),
        theirs: median(theirs.open),
        target: { times: 0.5 },
      },
      {
        what: "chain of 50 tiny cells, the whole command",
        against: "nbclient, the whole command",
        unit,
        ours: median(ours.whole),
        theirs: median(theirs.whole),
        target: { times: 0.5 },
      },
    ];
  });
}

/** The command `strata`, as built. */
export function command(args: readonly string[]): void {
  const ended = spawnSync(process.execPath, [join(root, "bin", "strata.cjs"), ...args], { encoding: "utf8" });
  if (ended.status !== 0) throw new Error(`strata ${args.join(" ")}: ${ended.stdout}${ended.stderr}`);
}
