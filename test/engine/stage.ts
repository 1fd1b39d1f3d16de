/**
 * Where histories of one interpreter are played one after another at a small cost: in one folder in memory, with one zygote
 * and one oracle for all. Each history has a notebook, an engine and a store of its own.
 */
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Runner } from "../../extension/core/run/model.ts";
import {
  createEnvironmentPort,
  type EnvironmentOptions,
  type HostEnvironment,
} from "../../extension/host/engine/environment.ts";
import { createForks } from "./forks.ts";
import type { History } from "./history.ts";
import { type Oracle, startForkingOracle, startingOracle } from "./oracle.ts";
import { type Played, play } from "./play.ts";

export interface Stage {
  play(history: History): Promise<Played>;
  /** On the disk, with an interpreter and processes of its own; both oracles are asked, and must agree. */
  playWhole(history: History): Promise<Played>;
  close(): Promise<void>;
}

/** Memory, where there is such a folder. */
const PLACE = existsSync("/dev/shm") ? "/dev/shm" : tmpdir();

/** `modules`: what statements import, so that nobody loads it for each cell and each script. */
export async function openStage(python: string, modules: readonly string[]): Promise<Stage> {
  const root = await mkdtemp(join(PLACE, "strata-histories-"));
  const oracle = await startForkingOracle(python, modules, PLACE);
  const starting = startingOracle(python);
  let kept: HostEnvironment | undefined;
  let forks: Runner | undefined;

  /** One for all, as all are in the same place. */
  const environment = (options: EnvironmentOptions): HostEnvironment => {
    kept ??= createEnvironmentPort(options);
    const own = kept;
    return {
      ...own,
      async prepare(signal) {
        const prepared = await own.prepare(signal);
        if ("problem" in prepared) return prepared;
        forks ??= createForks({ ...options, python, warm: modules, content: options.contentDir });
        return { runner: forks };
      },
      dispose: async () => {},
    };
  };

  const both: Oracle = async (text, folder) => {
    const [one, other] = await Promise.all([starting(text, folder), oracle.ask(text, folder)]);
    assert.equal(other, one, "a forked Python printed something else than one that was started");
    return one;
  };

  const counted = async (work: () => Promise<Played>): Promise<Played> => {
    const before = oracle.runs();
    const played = await work();
    return { ...played, scripts: oracle.runs() - before };
  };

  return {
    play: (history) =>
      counted(() => play(history, { python, folder: join(root, "notebook"), environment, oracle: oracle.ask })),
    playWhole: (history) => counted(() => play(history, { python, oracle: both })),
    async close() {
      await forks?.dispose();
      await kept?.dispose();
      await oracle.close();
      await rm(root, { recursive: true, force: true });
    },
  };
}
