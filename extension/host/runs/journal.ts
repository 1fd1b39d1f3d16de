/**
 * What happened in a detached run, a JSON object a line. Written as it happens; read from the beginning, and on while it grows.
 */
import { closeSync, openSync, writeSync } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import type { RunEvent, RunSummary } from "../../core/engine/model.ts";

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

export function openJournal(path: string): Journal {
  const file = openSync(path, "a");
  return {
    write: (entry) => void writeSync(file, `${JSON.stringify(entry)}\n`),
    close: () => closeSync(file),
  };
}

const LOOK_MS = 100;
const CHUNK = 1 << 16;

/**
 * Entries from the beginning, waiting for more until `over` is resolved and all is read. A last line that was torn by the end of its writer
 * is left out. Ends early when `signal` is aborted.
 */
export async function* readJournal(path: string, over: Promise<void>, signal: AbortSignal): AsyncGenerator<Entry> {
  let last = false;
  void over.then(() => {
    last = true;
  });
  const file = await open(path, "r");
  try {
    let rest: Buffer = Buffer.alloc(0);
    while (!signal.aborted) {
      // Asked before reading: what was written up to the end is read after it.
      const final = last;
      for (let chunk = await next(file); chunk.length > 0; chunk = await next(file)) {
        rest = Buffer.concat([rest, chunk]);
        const end = rest.lastIndexOf(10);
        if (end < 0) continue;
        for (const line of rest.subarray(0, end).toString("utf8").split("\n")) yield JSON.parse(line) as Entry;
        rest = rest.subarray(end + 1);
      }
      if (final) return;
      await Promise.race([over, sleep(LOOK_MS, undefined, { signal }).catch(() => {})]);
    }
  } finally {
    await file.close();
  }
}

async function next(file: FileHandle): Promise<Buffer> {
  const { bytesRead, buffer } = await file.read(Buffer.alloc(CHUNK), 0, CHUNK, null);
  return buffer.subarray(0, bytesRead);
}
