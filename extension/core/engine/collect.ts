/**
 * What a cell showed, gathered from the events of its run into the list that is stored. Text in a row becomes one
 * output; a flood keeps its head and its tail.
 */
import type { CellError, Digest, Output } from "../outputs/model.ts";
import type { JobEvent } from "../run/model.ts";

/** Characters kept of each end of one stream output. */
export const KEPT_TEXT = 256 * 1024;
/** Outputs kept of each end of what a cell shows. */
export const KEPT_OUTPUTS = 500;

type Stream = { type: "stream"; name: "stdout" | "stderr"; head: string; tail: string; dropped: number };
type Held = Stream | (Output & { type: "display" }) | (Output & { type: "error" });

export interface Collector {
  take(event: JobEvent): void;
  fail(error: CellError): void;
  outputs(): readonly Output[];
}

export function createCollector(): Collector {
  let held: Held[] = [];
  /** How many were left out after the first ones. */
  let dropped = 0;
  const logs = new Map<string, Digest>();
  let clearBeforeNext = false;

  const push = (item: Held): void => {
    if (clearBeforeNext) {
      held = [];
      dropped = 0;
      clearBeforeNext = false;
    }
    held.push(item);
    // In large steps, so that a flood costs linear time.
    if (held.length > 4 * KEPT_OUTPUTS) dropped += held.splice(KEPT_OUTPUTS, held.length - 2 * KEPT_OUTPUTS).length;
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
          if (!event.update) push(output);
          else if (event.id !== undefined) {
            // All that were shown by this id, as in Jupyter.
            held = held.map((item) => (item.type === "display" && item.id === event.id ? output : item));
          }
          return;
        }
        case "clear":
          if (event.wait) clearBeforeNext = true;
          else {
            held = [];
            dropped = 0;
          }
          return;
        case "log":
          logs.set(event.name, event.digest);
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
    outputs() {
      const all = held.map((item) => finish(item, logs));
      const more = Math.max(0, all.length - 2 * KEPT_OUTPUTS);
      if (dropped + more === 0) return all;
      const note: Output = {
        type: "display",
        data: [{ mime: "text/plain", text: leftOut(dropped + more, "outputs") }],
      };
      return [...all.slice(0, KEPT_OUTPUTS), note, ...all.slice(KEPT_OUTPUTS + more)];
    },
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

function finish(item: Held, logs: ReadonlyMap<string, Digest>): Output {
  if (item.type !== "stream") return item;
  const { name, head, tail } = item;
  const dropped = item.dropped + Math.max(0, tail.length - KEPT_TEXT);
  if (dropped === 0) return { type: "stream", name, text: head + tail };
  const log = logs.get(name);
  const text = `${head}\n${leftOut(dropped, "characters")}\n${tail.slice(-KEPT_TEXT)}`;
  return { type: "stream", name, text, truncated: true, ...(log === undefined ? {} : { log }) };
}

/** The line in place of what is not kept. */
export function leftOut(count: number, what: string): string {
  return `… ${count.toLocaleString("en")} ${what} left out …`;
}
