/** Starts a program that outlives this one, its complaints written to a file. */
import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, openSync } from "node:fs";

export function startInBackground(command: string, args: readonly string[], stderr: string): ChildProcess {
  const file = openSync(stderr, "a");
  try {
    return spawn(command, args, { detached: true, stdio: ["ignore", "ignore", file], windowsHide: true });
  } finally {
    closeSync(file);
  }
}
