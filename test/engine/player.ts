/** Plays histories, on the stage of the interpreter that they are for. */
import { sciencePython, testPython } from "../harness/python-env.ts";
import type { History } from "./history.ts";
import type { Played } from "./play.ts";
import { openStage, type Stage } from "./stage.ts";

export interface Player {
  play(history: History): Promise<Played>;
  /** With everything of its own, as for a user. */
  playWhole(history: History): Promise<Played>;
  close(): Promise<void>;
}

/** One history in so many has everything of its own. */
const WHOLE = 100;

export const isWhole = (seed: number): boolean => seed % WHOLE === 0;

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
    play: async (history) => (await stageOf(history)).play(history),
    playWhole: async (history) => (await stageOf(history)).playWhole(history),
    async close() {
      for (const stage of [plain, science]) await (await stage)?.close();
    },
  };
}
