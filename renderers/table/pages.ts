/**
 * The rows that are here: pages by number, asked for when the viewport nears them, forgotten oldest first.
 * A page scrolled past before its rows came is cancelled, and a reply nobody waits for any more is dropped by its id.
 */

/** How rows are asked for. `reply` is called at most once, never after `cancel`. */
export interface RowChannel {
  request(from: number, to: number, reply: (result: RowResult) => void): { cancel(): void };
}

export type RowResult =
  | {
      readonly kind: "rows";
      readonly bytes: Uint8Array /** First row of the bytes, when it is not the one asked for. */;
      readonly start?: number;
    }
  | { readonly kind: "error"; readonly message: string };

export interface PageOptions<T> {
  readonly rows: number;
  readonly pageRows: number;
  /** Pages kept at once. */
  readonly limit: number;
  readonly channel: RowChannel;
  /** Reads a page; throws when the bytes are not what they should be. */
  readonly decode: (bytes: Uint8Array, from: number, to: number, start: number) => T;
  /** Something arrived or failed. */
  readonly changed: () => void;
}

export interface Pages<T> {
  /** The page that holds a row, if it is here. */
  get(row: number): T | undefined;
  /** Ask for what these rows need, and a page on either side; cancel what else is on its way. */
  want(from: number, to: number): void;
  /** Why rows are missing, as long as the last thing that happened was a failure. */
  readonly problem: string | undefined;
  /** Forget failures, so that the next `want` asks again. */
  retry(): void;
  /** All pages of these rows, in order; rejects with a sentence when one cannot be had. Does not touch the cache's size. */
  load(from: number, to: number, signal: AbortSignal): Promise<readonly T[]>;
  dispose(): void;
}

export function createPages<T>(options: PageOptions<T>): Pages<T> {
  const { rows, pageRows, limit, channel, decode, changed } = options;
  // A Map keeps its order of insertion: re-inserting on use makes it a least-recently-used list.
  const kept = new Map<number, T>();
  const pending = new Map<number, { cancel(): void }>();
  const failed = new Set<number>();
  let problem: string | undefined;
  let disposed = false;

  function bounds(page: number): readonly [number, number] {
    return [page * pageRows, Math.min(rows, (page + 1) * pageRows)];
  }

  function accept(page: number, result: RowResult): { readonly page: T } | { readonly error: string } {
    if (result.kind === "error") return { error: result.message };
    try {
      const [from, to] = bounds(page);
      return { page: decode(result.bytes, from, to, result.start ?? from) };
    } catch (error) {
      return { error: `the stored rows cannot be read (${error instanceof Error ? error.message : String(error)})` };
    }
  }

  function ask(page: number): void {
    let answered = false;
    const handle = channel.request(...bounds(page), (result) => {
      answered = true;
      pending.delete(page);
      if (disposed) return;
      const got = accept(page, result);
      if ("error" in got) {
        problem = got.error;
        failed.add(page);
      } else {
        problem = undefined;
        failed.clear();
        kept.set(page, got.page);
        for (const oldest of kept.keys()) {
          if (kept.size <= limit) break;
          kept.delete(oldest);
        }
      }
      changed();
    });
    if (!answered) pending.set(page, handle);
  }

  return {
    get problem() {
      return problem;
    },
    get: (row) => kept.get(Math.floor(row / pageRows)),
    want(from, to) {
      if (disposed || rows === 0) return;
      const first = Math.floor(from / pageRows);
      const last = Math.floor(Math.max(from, to - 1) / pageRows);
      const lastPage = Math.floor((rows - 1) / pageRows);
      const wanted: number[] = [];
      for (let page = first; page <= Math.min(last, lastPage); page++) wanted.push(page);
      if (last < lastPage) wanted.push(last + 1);
      if (first > 0) wanted.push(first - 1);
      for (const [page, handle] of pending) {
        if (wanted.includes(page)) continue;
        pending.delete(page);
        handle.cancel();
      }
      for (const page of wanted) {
        const here = kept.get(page);
        if (here !== undefined) {
          kept.delete(page);
          kept.set(page, here);
        } else if (!pending.has(page) && !failed.has(page)) ask(page);
      }
    },
    retry() {
      failed.clear();
      problem = undefined;
    },
    async load(from, to, signal) {
      const found: T[] = [];
      for (let page = Math.floor(from / pageRows); page * pageRows < to; page++) {
        const here = kept.get(page);
        found.push(here ?? (await loadOne(page)));
      }
      return found;

      function loadOne(page: number): Promise<T> {
        return new Promise((resolve, reject) => {
          const stop = () => {
            handle?.cancel();
            reject(new Error("cancelled"));
          };
          let handle: { cancel(): void } | undefined;
          if (signal.aborted) return stop();
          signal.addEventListener("abort", stop, { once: true });
          handle = channel.request(...bounds(page), (result) => {
            signal.removeEventListener("abort", stop);
            const got = accept(page, result);
            if ("error" in got) reject(new Error(got.error));
            else resolve(got.page);
          });
        });
      }
    },
    dispose() {
      disposed = true;
      for (const handle of pending.values()) handle.cancel();
      pending.clear();
      kept.clear();
    },
  };
}
