/**
 * Keeps a store within its limit, beside the runs of a notebook: while they go on, other processes are told so; when they
 * have ended for a while, the store is looked at, at most once an hour, and what is too much goes.
 */
import { stat, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Engine } from "../../core/engine/model.ts";
import { messageOf } from "../../core/thrown.ts";
import { beginLease, type Lease } from "../store/leases.ts";
import { registerNotebook } from "../store/notebooks.ts";
import type { Store } from "../store/open.ts";

export interface UpkeepOptions {
  readonly store: Store;
  readonly folder: string;
  /** Absent where the store has no limit. */
  readonly collect?: () => Promise<unknown>;
  /** Full sentences for the user. */
  readonly onProblem: (message: string) => void;
}

export interface Upkeep {
  /** The engine, whose runs are noticed. */
  tend(engine: Engine): Engine;
  close(): Promise<void>;
}

const IDLE_MS = 30_000;
const EVERY_MS = 3600_000;
const STAMP = "collected";

export function createUpkeep({ store, folder, collect, onProblem }: UpkeepOptions): Upkeep {
  let lease: Promise<Lease> | undefined;
  let active = 0;
  let idle: NodeJS.Timeout | undefined;
  let collecting: Promise<void> = Promise.resolve();
  let ran = false;

  function begin(): void {
    active++;
    clearTimeout(idle);
    // Not waited for: a run costs less than writing two files.
    if (lease === undefined) lease = beginLease(store.tmp);
    if (!ran) void registerNotebook(store.root, folder);
    ran = true;
  }

  function end(): void {
    active--;
    if (active > 0) return;
    idle = setTimeout(() => {
      collecting = collecting.then(rest).then(() => store.settle());
    }, IDLE_MS);
    idle.unref();
  }

  async function rest(): Promise<void> {
    if (active > 0) return;
    const held = lease;
    lease = undefined;
    await (await held)?.end();
    if (collect === undefined || !(await isDue())) return;
    // It looks into other notebooks too, and nothing that it meets there may keep this one from closing.
    await collect().catch((thrown: unknown) =>
      onProblem(
        `The store in ${store.root} was not brought within its limit: ${messageOf(thrown)}. What cells need is still there; strata gc tries it again.`,
      ),
    );
  }

  /** The stamp is set first: of several processes one collects. */
  async function isDue(): Promise<boolean> {
    const stamp = join(store.root, STAMP);
    const now = new Date();
    const last = await stat(stamp).catch(() => undefined);
    if (last !== undefined && Math.abs(now.getTime() - last.mtimeMs) < EVERY_MS) return false;
    try {
      if (last === undefined) await writeFile(stamp, "");
      else await utimes(stamp, now, now);
      return true;
    } catch {
      // What cannot be written cannot be collected.
      return false;
    }
  }

  return {
    tend: (engine) => ({
      ...engine,
      get notebook() {
        return engine.notebook;
      },
      async run(request, on, signal) {
        begin();
        try {
          return await engine.run(request, on, signal);
        } finally {
          end();
        }
      },
    }),
    async close() {
      clearTimeout(idle);
      if (ran) collecting = collecting.then(rest);
      await collecting;
    },
  };
}
