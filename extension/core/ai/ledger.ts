/** Adding up what a notebook's prompts cost. */
import { addUsage, NO_USAGE, type Usage } from "./model.ts";

export interface LedgerEntry {
  readonly version: 1;
  /** ISO-8601. */
  readonly at: string;
  readonly cell: string;
  readonly provider: string;
  readonly model: string;
  readonly usage: Usage;
  /** US dollars at the time; null when the model's price is not known. */
  readonly cost: number | null;
  readonly requests: number;
  /** False for an answer that was paid for and could not be used. */
  readonly kept: boolean;
}

export interface LedgerSum {
  readonly answers: number;
  readonly requests: number;
  readonly usage: Usage;
  readonly cost: number;
  /** Answers whose model has no known price; their cost is not in the sum. */
  readonly unpriced: number;
}

export function sumOf(entries: readonly LedgerEntry[]): LedgerSum {
  return {
    answers: entries.filter((entry) => entry.kept).length,
    requests: entries.reduce((sum, entry) => sum + entry.requests, 0),
    usage: entries.map((entry) => entry.usage).reduce(addUsage, NO_USAGE),
    cost: entries.reduce((sum, entry) => sum + (entry.cost ?? 0), 0),
    unpriced: entries.filter((entry) => entry.cost === null).length,
  };
}

export function sumsByCell(entries: readonly LedgerEntry[]): ReadonlyMap<string, LedgerSum> {
  const cells = new Map<string, LedgerEntry[]>();
  for (const entry of entries) {
    const known = cells.get(entry.cell) ?? [];
    known.push(entry);
    cells.set(entry.cell, known);
  }
  return new Map([...cells].map(([cell, list]) => [cell, sumOf(list)]));
}
