/** The two files that a run writes what it prints to. */
import { rmSync } from "node:fs";
import { join } from "node:path";

export interface LogFiles {
  readonly stdout: string;
  readonly stderr: string;
}

export function logFiles(tmp: string, name: string): LogFiles {
  return { stdout: join(tmp, `run-${name}.out`), stderr: join(tmp, `run-${name}.err`) };
}

/** Of a process that made them ahead and then had no use for them. */
export function removeUnused(holder: { logs?: LogFiles | undefined }): void {
  const { logs } = holder;
  holder.logs = undefined;
  if (logs === undefined) return;
  for (const path of [logs.stdout, logs.stderr]) rmSync(path, { force: true });
}
