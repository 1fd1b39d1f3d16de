/**
 * What happened in a detached run, a JSON object a line. Written as it happens; read from the beginning, and on while it grows.
 */
import { closeSync, openSync, writeSync } from "node:fs";
import type { RunEvent, RunSummary } from "../../core/engine/model.ts";
import { messageOf, systemCode } from "../../core/thrown.ts";
import { readGrowing } from "./growing-file.ts";

export type Entry =
  | { readonly type: "event"; readonly at: number; readonly event: RunEvent }
  | { readonly type: "progress"; readonly text: string }
  | { readonly type: "stopping" }
  /** Always the last; the exit status of the command. */
  | { readonly type: "end"; readonly code: number; readonly summary?: RunSummary };

export interface Journal {
  write(entry: Entry): void;
  close(): void;
}

/** `onTorn` is told once when the disk takes no more: nothing is written from then on, since a story with a gap would be a wrong one. */
export function openJournal(path: string, onTorn: (message: string) => void): Journal {
  const file = openSync(path, "a");
  let torn = false;
  return {
    write(entry) {
      if (torn) return;
      try {
        const line = Buffer.from(`${JSON.stringify(entry)}\n`);
        for (let at = 0; at < line.length; ) at += writeSync(file, line, at);
      } catch (error) {
        torn = true;
        const why = systemCode(error) ?? messageOf(error);
        onTorn(
          `What this run does can no longer be written to ${path} (${why}). It goes on, and what it finishes is stored.`,
        );
      }
    },
    close: () => closeSync(file),
  };
}

/**
 * Entries from the beginning, waiting for more until `over` is resolved and all is read. A last line that was torn by the end of its writer
 * is left out. Ends early when `signal` is aborted.
 */
export async function* readJournal(path: string, over: Promise<void>, signal: AbortSignal): AsyncGenerator<Entry> {
  let rest: Buffer = Buffer.alloc(0);
  for await (const chunk of readGrowing(path, over, signal)) {
    rest = Buffer.concat([rest, chunk]);
    const end = rest.lastIndexOf(10);
    if (end < 0) continue;
    for (const line of rest.subarray(0, end).toString("utf8").split("\n")) yield JSON.parse(line) as Entry;
    rest = rest.subarray(end + 1);
  }
}
