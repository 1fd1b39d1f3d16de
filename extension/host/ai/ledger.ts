/**
 * What was asked of models for a notebook and what it cost, a line for each request that a model answered. Only added
 * to, so it outlives results that are cleared. No prompt and no answer is in it.
 */
import { appendFile, mkdir, readFile } from "node:fs/promises";
import { dirname } from "node:path";
import type { LedgerEntry } from "../../core/ai/ledger.ts";

export interface Ledger {
  add(entry: LedgerEntry): Promise<void>;
  entries(): Promise<readonly LedgerEntry[]>;
}

export function openLedger(path: string): Ledger {
  return {
    async add(entry) {
      await mkdir(dirname(path), { recursive: true });
      // One short write to the end: lines of several processes do not mix.
      await appendFile(path, `${JSON.stringify(entry)}\n`);
    },
    async entries() {
      const text = await readFile(path, "utf8").catch(() => "");
      return text.split("\n").flatMap((line) => {
        const entry = parseLine(line);
        return entry === undefined ? [] : [entry];
      });
    },
  };
}

function parseLine(line: string): LedgerEntry | undefined {
  if (line === "") return undefined;
  try {
    const entry = JSON.parse(line) as LedgerEntry;
    return entry.version === 1 && typeof entry.cell === "string" && typeof entry.usage?.input === "number"
      ? entry
      : undefined;
  } catch {
    // Cut off by a crash, or written by somebody else.
    return undefined;
  }
}
