/** The engine's view of a store: one notebook's heads, and answers from memory at once where there are any. */
import { setImmediate } from "node:timers/promises";
import type { EngineStore } from "../../core/engine/ports.ts";
import type { Store } from "../store/open.ts";

export function engineStore(store: Store, notebook: string): EngineStore {
  const { content, index } = store;
  /** Digests seen on disk in this session. A file that goes missing later is found out when it is verified. */
  const seen = new Set<string>();
  return {
    refresh: () => index.refresh(),
    records: (key) => index.peek(key) ?? index.records(key),
    foreign: (key) => index.foreign(key),
    head(cell) {
      const head = index.peekHead(notebook, cell);
      return head === undefined ? index.head(notebook, cell) : (head ?? undefined);
    },
    present(digest) {
      const there = seen.has(digest) || content.peek(digest);
      if (there) seen.add(digest);
      return there;
    },
    async verify(digest) {
      const sound = await content.verify(digest);
      if (!sound) seen.delete(digest);
      return sound;
    },
    async add(record, head) {
      // What waits for the result starts first, and runs while this is written.
      await setImmediate();
      await index.add(record, head && { notebook, cell: record.cell, head });
    },
    setHead: (cell, head) => index.setHead(notebook, cell, head),
    forget: (cells) => index.forget(notebook, cells),
  };
}
