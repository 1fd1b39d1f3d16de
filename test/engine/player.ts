/** Plays histories, on the stage of the interpreter that they are for. */
import { sciencePython, testPython } from "../harness/python-env.ts";
import type { History } from "./history.ts";
import type { Played } from "./play.ts";
import { openStage, type Stage, type Tier } from "./stage.ts";

export interface Player {
  play(history: History, tier: Tier): Promise<Played>;
  close(): Promise<void>;
}

/** One history in a hundred has everything of its own, and one in ten the extension's own runner. */
export function tierOf(seed: number): Tier {
  if (seed % 100 === 0) return "whole";
  return seed % 10 === 5 ? "usual" : "lean";
}

const STANDARD = ["asyncio", "copy", "dataclasses", "functools", "random"];

export function openPlayer(): Player {
  let plain: Promise<Stage> | undefined;
  let science: Promise<Stage> | undefined;
  const stageOf = (history: History): Promise<Stage> => {
    if (history.science) {
      science ??= sciencePython().then((python) => openStage(python, [...STANDARD, "numpy", "pandas"]));
      return science;
    }
    plain ??= testPython().then((python) => openStage(python, STANDARD));
    return plain;
  };
  return {
    play: async (history, tier) => (await stageOf(history)).play(history, tier),
    async close() {
      for (const stage of [plain, science]) await (await stage)?.close();
    },
  };
}
