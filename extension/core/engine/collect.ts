/**
 * What a cell showed, gathered from the events of its run into the list that is stored. Text in a row becomes one
 * output; a flood keeps its head and its tail.
 */
import type { CellError, Output } from "../outputs/model.ts";
import type { JobEvent } from "../run/model.ts";

/** Characters kept of each end of one stream output. */
export const KEPT_TEXT = 256 * 1024;

type Stream = { type: "stream"; name: "stdout" | "stderr"; head: string; tail: string; dropped: number };
type Held = Stream | (Output & { type: "display" }) | (Output & { type: "error" });

export interface Collector {
  take(event: JobEvent): void;
  fail(error: CellError): void;
  outputs(): readonly Output[];
}

export function createCollector(): Collector {
  let held: Held[] = [];
  let clearBeforeNext = false;

  const push = (item: Held): void => {
    if (clearBeforeNext) {
      held = [];
      clearBeforeNext = false;
    }
    held.push(item);
  };

  return {
    take(event) {
      switch (event.type) {
        case "stream": {
          const last = clearBeforeNext ? undefined : held.at(-1);
          if (last?.type === "stream" && last.name === event.name) append(last, event.text);
          else {
            const stream: Stream = { type: "stream", name: event.name, head: "", tail: "", dropped: 0 };
            append(stream, event.text);
            push(stream);
          }
          return;
        }
        case "display": {
          const output: Output & { type: "display" } =
            event.id === undefined
              ? { type: "display", data: event.data }
              : { type: "display", data: event.data, id: event.id };
          const known = event.update && event.id !== undefined;
          const at = known ? held.findIndex((item) => item.type === "display" && item.id === event.id) : -1;
          if (at >= 0) held[at] = output;
          else if (!event.update) push(output);
          return;
        }
        case "clear":
          if (event.wait) clearBeforeNext = true;
          else held = [];
          return;
        case "input":
          return;
        default:
          event satisfies never;
      }
    },
    fail(error) {
      push({ type: "error", error });
    },
    outputs: () => held.map(finish),
  };
}

function append(stream: Stream, text: string): void {
  const room = KEPT_TEXT - stream.head.length;
  if (room > 0) {
    stream.head += text.slice(0, room);
    text = text.slice(room);
  }
  if (text === "") return;
  stream.tail += text;
  // Cut in large steps, so that a flood costs linear time.
  if (stream.tail.length > 2 * KEPT_TEXT) {
    stream.dropped += stream.tail.length - KEPT_TEXT;
    stream.tail = stream.tail.slice(-KEPT_TEXT);
  }
}

function finish(item: Held): Output {
  if (item.type !== "stream") return item;
  const { name, head, tail } = item;
  const dropped = item.dropped + Math.max(0, tail.length - KEPT_TEXT);
  if (dropped === 0) return { type: "stream", name, text: head + tail };
  const note = `\n… ${dropped} characters left out …\n`;
  return { type: "stream", name, text: head + note + tail.slice(-KEPT_TEXT), truncated: true };
}
