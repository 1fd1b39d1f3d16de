/** Plays histories, on the stage of the interpreter that they are for. */
import { sciencePython, testPython } from "../harness/python-env.ts";
import type { History } from "./history.ts";
import type { Played } from "./play.ts";
import { openStage, type Stage, type Tier } from "./stage.ts";

export interface Player {
  /** `alone`: not from a beginning that another history has left. */
  play(history: History, tier: Tier, alone?: boolean): Promise<Played>;
  close(): Promise<void>;
}

/** One history in two hundred has everything of its own, and one in twenty the extension's own runner. */
export function tierOf(seed: number): Tier {
  if (seed % 200 === 0) return "whole";
  return seed % 20 === 5 ? "usual" : "lean";
}

/** What statements import often. */
const STANDARD =
  "asyncio collections contextlib copy dataclasses decimal enum functools json logging random typing".split(" ");

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
    play: async (history, tier, alone) => (await stageOf(history)).play(history, tier, alone),
    async close() {
      for (const stage of [plain, science]) await (await stage)?.close();
    },
  };
}
