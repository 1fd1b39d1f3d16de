/**
 * An answer that grows, in steps that a person can see: a model sends dozens of pieces a second, and each step draws all of it
 * anew. The first piece is told at once, and none is held back for longer than a step, also when nothing comes after it.
 */
import type { AskEvent } from "../../core/ai/prompt-port.ts";

const STEP_MS = 100;

export interface Paced {
  text(piece: string): void;
  again(why: string): void;
  /** What is still held back is not told any more. */
  end(): void;
}

export function paced(on: (event: AskEvent) => void, stepMs = STEP_MS): Paced {
  let held = "";
  let step: NodeJS.Timeout | undefined;
  const tell = (): void => {
    step = undefined;
    if (held === "") return;
    const text = held;
    held = "";
    step = setTimeout(tell, stepMs);
    on({ type: "text", text });
  };
  const end = (): void => {
    clearTimeout(step);
    step = undefined;
    held = "";
  };
  return {
    text(piece) {
      held += piece;
      if (step === undefined) tell();
    },
    again(why) {
      end();
      on({ type: "again", why });
    },
    end,
  };
}
