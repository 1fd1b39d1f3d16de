/**
 * Where histories of one interpreter are played one after another at a small cost: in one folder in memory, with one zygote
 * and one oracle for all. Each history has a notebook, an engine and a store of its own.
 */
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Runner } from "../../extension/core/run/model.ts";
import type { EnvironmentIdentity } from "../../extension/core/store/model.ts";
import {
  createEnvironmentPort,
  type EnvironmentOptions,
  type HostEnvironment,
} from "../../extension/host/engine/environment.ts";
import { keepBeginnings } from "./beginnings.ts";
import type { BenchOptions } from "./bench.ts";
import { createForks } from "./forks.ts";
import type { History } from "./history.ts";
import { type Oracle, startForkingOracle, startingOracle } from "./oracle.ts";
import { type Played, play } from "./play.ts";

/**
 * How much of what a user has is the history's own. "lean": a notebook, an engine, a store and a process for each cell.
 * "usual": the same with the extension's own runner, which has processes wait ahead. "whole": nothing is shared, the disk is
 * used, and each script is also run by a Python that is started for it.
 */
export type Tier = "lean" | "usual" | "whole";

export interface Stage {
  /** `alone`: from its own beginning, whatever others have left. */
  play(history: History, tier: Tier, alone?: boolean): Promise<Played>;
  close(): Promise<void>;
}

/** Memory, where there is such a folder. */
const PLACE = existsSync("/dev/shm") ? "/dev/shm" : tmpdir();

/** `modules`: what statements import, so that nobody loads it for each cell and each script. */
export async function openStage(python: string, modules: readonly string[]): Promise<Stage> {
  const root = await mkdtemp(join(PLACE, "strata-histories-"));
  // Not in a store's folder, which goes with its history: processes that wait have made their files already.
  const tmp = join(root, "tmp");
  await mkdir(tmp);
  const oracle = await startForkingOracle(python, modules, PLACE);
  const starting = startingOracle(python);
  const beginnings = keepBeginnings(root);
  let kept: HostEnvironment | undefined;
  let forks: Runner | undefined;
  let identity: EnvironmentIdentity | undefined;
  let variables: Readonly<Record<string, string>> | undefined;

  /** One for all, as all are in the same place. */
  const usual = (options: EnvironmentOptions): HostEnvironment => {
    kept ??= createEnvironmentPort({ ...options, tmp, warm: () => modules });
    return { ...kept, dispose: async () => {} };
  };
  /** No history changes the environment, so it is looked at once. */
  const lean = (options: EnvironmentOptions): HostEnvironment => {
    const own = usual(options);
    return {
      ...own,
      identity() {
        identity ??= own.identity();
        return identity;
      },
      environ(settings) {
        if (Object.keys(settings).length > 0) return own.environ(settings);
        variables ??= own.environ(settings);
        return variables;
      },
      async prepare(signal) {
        if (forks === undefined) {
          const prepared = await own.prepare(signal);
          if ("problem" in prepared) return prepared;
          identity = variables = undefined;
          forks = createForks({ ...options, tmp, python, warm: modules, content: options.contentDir });
        }
        identity ??= own.identity();
        return { runner: forks, identity };
      },
    };
  };

  const both: Oracle = async (text, folder, files) => {
    const [one, other] = await Promise.all([starting(text, folder, files), oracle.ask(text, folder, files)]);
    assert.equal(other, one, "a forked Python printed something else than one that was started");
    return one;
  };

  const optionsOf = (tier: Tier): BenchOptions => {
    const shared = { python, folder: join(root, "notebook"), oracle: oracle.ask };
    switch (tier) {
      case "lean":
        return { ...shared, environment: lean };
      case "usual":
        return { ...shared, environment: usual };
      case "whole":
        return { python, oracle: both };
      default:
        return tier satisfies never;
    }
  };

  return {
    async play(history, tier, alone = false) {
      const before = oracle.runs();
      const played = await play(history, optionsOf(tier), alone || tier === "whole" ? undefined : beginnings);
      return { ...played, scripts: oracle.runs() - before };
    },
    async close() {
      await forks?.dispose();
      await kept?.dispose();
      await oracle.close();
      await rm(root, { recursive: true, force: true });
    },
  };
}
