/** The processes of one run, found by a word in their environment: who is the host, who forks, who runs a cell. Linux. */
import { readdirSync, readFileSync } from "node:fs";

export const MARK = "STRATA_TEST_MARK";

export interface Family {
  readonly host: readonly number[];
  /** Python that the host has started and that has forked others. */
  readonly zygote: readonly number[];
  /** What runs a cell, or waits for one, and what it has started. */
  readonly cell: readonly number[];
}

export type Role = keyof Family;

export function familyOf(mark: string): Family {
  const marked = new Map<number, number>();
  for (const name of readdirSync("/proc")) {
    if (!/^\d+$/.test(name)) continue;
    try {
      if (!readFileSync(`/proc/${name}/environ`, "latin1").includes(`${MARK}=${mark}\0`)) continue;
      const stat = readFileSync(`/proc/${name}/stat`, "latin1");
      const [state, parent] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
      if (state !== "Z") marked.set(Number(name), Number(parent));
    } catch {
      // It has ended meanwhile.
    }
  }
  const pids = [...marked.keys()];
  const pythons = pids.filter((pid) => programOf(pid).includes("strata_harness"));
  // A program that a cell has started may have lost its parent.
  const host = pids.filter((pid) => !pythons.includes(pid) && programOf(pid).includes("node"));
  const mothers = new Set(pythons.map((pid) => marked.get(pid)));
  const zygote = pythons.filter((pid) => mothers.has(pid) && host.includes(marked.get(pid) ?? 0));
  return { host, zygote, cell: pids.filter((pid) => !host.includes(pid) && !zygote.includes(pid)) };
}

export function kill(pids: readonly number[]): number {
  let killed = 0;
  for (const pid of pids) {
    try {
      process.kill(pid, "SIGKILL");
      killed++;
    } catch {
      // It has ended meanwhile.
    }
  }
  return killed;
}

/** The command line; empty when it has ended. */
export function programOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "latin1").replaceAll("\0", " ");
  } catch {
    return "";
  }
}
