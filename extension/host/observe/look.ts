/** A look at one file, and what tells its states apart. */
import { type BigIntStats, lstatSync, statSync } from "node:fs";
import { systemCode } from "../../core/thrown.ts";

const PERMISSIONS = 0o7777n;

export function lookUp(path: string | Buffer, link = false): BigIntStats | "missing" | "unreadable" {
  try {
    const look = link ? lstatSync : statSync;
    return look(path, { bigint: true, throwIfNoEntry: false }) ?? "missing";
  } catch (error) {
    return absenceOf(error);
  }
}

export function absenceOf(error: unknown): "missing" | "unreadable" {
  const code = systemCode(error);
  return code === "ENOENT" || code === "ENOTDIR" ? "missing" : "unreadable";
}

/** The same of whatever is at a path, and that nothing is there. */
export function stateAt(path: string): string {
  const info = lookUp(path);
  return typeof info === "string" ? info : stateOf(info);
}

/** None on Windows, where Python has some of its own making. */
export function permissionsOf(info: BigIntStats): bigint {
  return process.platform === "win32" ? 0n : info.mode & PERMISSIONS;
}

/** Two looks with the same answer have seen the same content, but for changes within one tick of the clock. */
export function stateOf(info: BigIntStats): string {
  return `${info.dev}:${info.ino}:${info.size}:${info.mtimeNs}:${info.ctimeNs}`;
}
