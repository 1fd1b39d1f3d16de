/** How the command ends: all cells succeeded, a cell failed, the call was wrong, interrupted by Ctrl-C. */
export const EXIT = { ok: 0, failed: 1, usage: 2, interrupted: 130 } as const;
