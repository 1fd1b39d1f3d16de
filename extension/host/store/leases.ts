/**
 * Word for other processes that a run is going on: a file in `tmp` whose time is kept young. It is no lock: nobody waits
 * for it, and one that a killed process leaves behind means nothing once it is old.
 */
import { randomUUID } from "node:crypto";
import { mkdir, readdir, rm, stat, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";

const PREFIX = "running-";
const BEAT_MS = 60_000;
/** Several beats: a process may have been busy, or the machine asleep. */
const OLD_MS = 10 * BEAT_MS;

export interface Lease {
  end(): Promise<void>;
}

/** Never fails: where nothing can be written, nothing is collected either. */
export async function beginLease(tmp: string): Promise<Lease> {
  const file = join(tmp, `${PREFIX}${Date.now()}-${randomUUID()}`);
  await mkdir(tmp, { recursive: true }).catch(() => undefined);
  await writeFile(file, "").catch(() => undefined);
  const beat = setInterval(() => {
    const now = new Date();
    utimes(file, now, now)
      // Thought to be dead while this machine slept.
      .catch(() => writeFile(file, ""))
      .catch(() => undefined);
  }, BEAT_MS);
  beat.unref();
  return {
    async end() {
      clearInterval(beat);
      await rm(file, { force: true }).catch(() => undefined);
    },
  };
}

/** When the earliest run that is going on began, in milliseconds since the epoch; undefined when none is. */
export async function busySince(tmp: string, now: number): Promise<number | undefined> {
  const names = (await readdir(tmp).catch(() => [])).filter((name) => name.startsWith(PREFIX));
  const begun = await Promise.all(
    names.map(async (name) => {
      const file = join(tmp, name);
      const info = await stat(file).catch(() => undefined);
      if (info === undefined) return undefined;
      // A time to come is one of before the clock was set back.
      if (Math.abs(info.mtimeMs - now) > OLD_MS) {
        await rm(file, { force: true }).catch(() => undefined);
        return undefined;
      }
      const began = Number.parseInt(name.slice(PREFIX.length), 10);
      return Number.isNaN(began) ? info.birthtimeMs : began;
    }),
  );
  const earliest = Math.min(...begun.filter((time) => time !== undefined));
  return Number.isFinite(earliest) ? earliest : undefined;
}
