/**
 * Keeps a cell that prints or shows without end from filling the editor: the first part is shown as it comes, then only the last lines, now
 * and then. What is stored, and shown when the cell has ended, is the head and the tail (extension/core/engine/collect.ts).
 */
import { KEPT_OUTPUTS, KEPT_TEXT, leftOut } from "../engine/collect.ts";
import type { RunEvent } from "../engine/model.ts";

export type Verdict =
  | { readonly kind: "show" }
  /** Not shown now; nothing else is shown in its place. */
  | { readonly kind: "drop" }
  /** These last lines take the place of earlier ones. */
  | { readonly kind: "tail"; readonly name: "stdout" | "stderr"; readonly text: string };

export interface Flood {
  judge(event: RunEvent): Verdict;
  /** Whether anything was left out since the last time everything was cleared. */
  readonly cut: boolean;
}

const TAIL = 4096;
const TAIL_EVERY_MS = 500;

export function createFlood(now: () => number): Flood {
  let characters = 0;
  let outputs = 0;
  let left = 0;
  let tail = "";
  let shownAt = Number.NEGATIVE_INFINITY;
  let last: string | undefined;

  const begin = (): void => {
    characters = 0;
    outputs = 0;
    left = 0;
    tail = "";
    last = undefined;
  };
  const drop = (): Verdict => {
    left += 1;
    return { kind: "drop" };
  };
  return {
    judge(event) {
      switch (event.type) {
        case "clear":
          begin();
          return { kind: "show" };
        case "display":
          if (event.update) return { kind: "show" };
          last = undefined;
          outputs += 1;
          return outputs > KEPT_OUTPUTS ? drop() : { kind: "show" };
        case "stream": {
          if (event.name !== last) outputs += 1;
          last = event.name;
          if (outputs <= KEPT_OUTPUTS && characters + event.text.length <= KEPT_TEXT) {
            characters += event.text.length;
            return { kind: "show" };
          }
          left += event.text.length;
          tail = (tail + event.text).slice(-TAIL);
          if (now() - shownAt < TAIL_EVERY_MS) return { kind: "drop" };
          shownAt = now();
          return { kind: "tail", name: event.name, text: `${leftOut(left, "characters")}\n${tail}` };
        }
        default:
          return { kind: "show" };
      }
    },
    get cut() {
      return left > 0;
    },
  };
}
