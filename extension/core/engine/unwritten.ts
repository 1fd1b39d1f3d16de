/** Records of cells that have run and are being written: until they are, another cell of the same key finds them here. */
import type { Soon } from "../plan/lookup.ts";
import type { CellRecord, RecipeKey } from "../store/model.ts";
import { withRecord } from "../store/record.ts";

export interface Unwritten {
  /** What is stored under the key, and what will be. */
  among(key: RecipeKey, stored: Soon<readonly CellRecord[]>): Soon<readonly CellRecord[]>;
  /** Counts the record until it is written, or will not be. */
  until(record: CellRecord, written: Promise<void>): Promise<void>;
}

export function createUnwritten(): Unwritten {
  const waiting = new Map<RecipeKey, readonly CellRecord[]>();
  return {
    among(key, stored) {
      const more = waiting.get(key);
      if (more === undefined) return stored;
      const joined = (all: readonly CellRecord[]): readonly CellRecord[] => more.reduce(withRecord, all);
      return stored instanceof Promise ? stored.then(joined) : joined(stored);
    },
    async until(record, written) {
      waiting.set(record.key, [...(waiting.get(record.key) ?? []), record]);
      try {
        await written;
      } finally {
        const left = (waiting.get(record.key) ?? []).filter((one) => one !== record);
        if (left.length > 0) waiting.set(record.key, left);
        else waiting.delete(record.key);
      }
    },
  };
}
