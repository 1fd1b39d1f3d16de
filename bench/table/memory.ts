/** The memory of the Python processes below this one, pages that several share counted once, looked at until stopped. */
import { readdirSync, readFileSync } from "node:fs";

export interface MemoryWatch {
  /** Bytes at the worst moment that was seen. */
  stop(): number;
}

const EVERY_MS = 25;

export function watchMemory(): MemoryWatch {
  let worst = 0;
  const look = () => {
    worst = Math.max(worst, total());
  };
  const timer = setInterval(look, EVERY_MS);
  return {
    stop() {
      clearInterval(timer);
      look();
      return worst;
    },
  };
}

function total(): number {
  const parents = new Map<number, number>();
  for (const name of readdirSync("/proc")) {
    if (!/^\d+$/.test(name)) continue;
    const fields = read(`/proc/${name}/stat`)
      ?.replace(/^.*\) /s, "")
      .split(" ");
    if (fields !== undefined) parents.set(Number(name), Number(fields[1]));
  }
  let bytes = 0;
  for (const pid of parents.keys()) {
    if (!isBelow(pid, parents)) continue;
    const pss = /^Pss:\s+(\d+) kB/m.exec(read(`/proc/${pid}/smaps_rollup`) ?? "")?.[1];
    bytes += Number(pss ?? 0) * 1024;
  }
  return bytes;
}

function isBelow(pid: number, parents: ReadonlyMap<number, number>): boolean {
  for (let at = parents.get(pid); at !== undefined && at > 1; at = parents.get(at)) if (at === process.pid) return true;
  return false;
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    // It ended meanwhile.
    return undefined;
  }
}
