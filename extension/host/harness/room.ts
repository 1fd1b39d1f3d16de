/** How many processes may wait with libraries in memory. They are there to save time, and never worth swapping for. */
import { freemem, totalmem } from "node:os";

export interface Memory {
  /** Bytes of the machine. */
  readonly total: number;
  /** Bytes that nobody uses; absent where the system does not count what it can take back. */
  readonly free?: number;
}

/** One for the next cell, and one for the cell that runs beside it. */
export const MOST_AHEAD = 2;

/** All that wait together take a small part of the machine, and leave half of what is free. `each`: bytes that one has. */
export function roomAhead({ total, free = total }: Memory, each: number): number {
  const share = Math.min(total / 8, free / 2);
  return Math.max(0, Math.min(MOST_AHEAD, Math.floor(share / each)));
}

export function memoryNow(platform: NodeJS.Platform): Memory {
  // macOS counts as used what it keeps of files.
  return platform === "darwin" ? { total: totalmem() } : { total: totalmem(), free: freemem() };
}
