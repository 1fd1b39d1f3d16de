/**
 * Questions about files that a cell did not open, asked again: is it there, what is it, how large, how old. Only what the
 * cell asked is compared, so that nothing else about the file matters.
 */
import { accessSync, type BigIntStats, lstatSync, readdirSync, readlinkSync, statSync } from "node:fs";
import { join } from "node:path";
import { sawText } from "../../core/plan/asked.ts";
import type { Asked } from "../../core/store/model.ts";

type Checked = { readonly holds: true } | { readonly holds: false; readonly now: string };

const HOLDS: Checked = { holds: true };
const PERMISSIONS = 0o7777n;

export function checkAsked(path: string, seen: Asked): Checked {
  if (seen.access !== undefined) {
    const saw = isGranted(path, seen.access) ? "granted" : "refused";
    return saw === seen.saw ? HOLDS : differs({ saw });
  }
  const info = lookUp(path, seen.link);
  const saw = typeof info === "string" ? info : kindOf(info);
  if (!isSame(saw, seen.saw)) return differs({ saw, ...(saw === "file" && { size: Number(sizeOf(info)) }) });
  if (seen.target !== undefined) {
    const target = readlinkSync(path);
    if (target !== seen.target) return differs({ saw, target });
  }
  if (typeof info === "string") return HOLDS;
  if (seen.size !== undefined && info.size !== BigInt(seen.size)) return differs({ saw, size: Number(info.size) });
  if (seen.mtimeNs !== undefined && info.mtimeNs.toString() !== seen.mtimeNs) {
    return { holds: false, now: "modified at another time" };
  }
  const same = seen.mode === undefined || permissionsOf(info) === BigInt(seen.mode);
  return same ? HOLDS : { holds: false, now: "other permissions" };
}

/** Of each entry its name, a zero byte, and what it is: the lines that docs/store.md says. */
export function entryLines(folder: string, detail: "kinds" | "states"): readonly Buffer[] {
  const place = Buffer.from(join(folder, "/"));
  return readdirSync(folder, { withFileTypes: true, encoding: "buffer" }).map((entry) => {
    const linked = entry.isSymbolicLink();
    const look = linked || detail === "states" || !(entry.isFile() || entry.isDirectory());
    const info = look ? lookUp(Buffer.concat([place, entry.name])) : undefined;
    const isFile = typeof info === "object" ? info.isFile() : entry.isFile();
    const isFolder = typeof info === "object" ? info.isDirectory() : entry.isDirectory();
    const kind = typeof info === "string" ? "-" : isFile ? "f" : isFolder ? "d" : "o";
    const state =
      detail === "states" && kind === "f" && typeof info === "object"
        ? ` ${info.size} ${info.mtimeNs} ${permissionsOf(info)}`
        : "";
    return Buffer.concat([entry.name, Buffer.from(`\0${linked ? "l" : ""}${kind}${state}`)]);
  });
}

export function lookUp(path: string | Buffer, link = false): BigIntStats | "missing" | "unreadable" {
  try {
    const look = link ? lstatSync : statSync;
    return look(path, { bigint: true, throwIfNoEntry: false }) ?? "missing";
  } catch (error) {
    return absenceOf(error);
  }
}

export function absenceOf(error: unknown): "missing" | "unreadable" {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  return code === "ENOENT" || code === "ENOTDIR" ? "missing" : "unreadable";
}

/** None on Windows, where Python has some of its own making. */
function permissionsOf(info: BigIntStats): bigint {
  return process.platform === "win32" ? 0n : info.mode & PERMISSIONS;
}

function isSame(now: Asked["saw"], seen: Asked["saw"]): boolean {
  if (seen === "no link") return now !== "link";
  if (seen === "there") return now !== "missing" && now !== "unreadable";
  return now === seen;
}

function kindOf(info: BigIntStats): Asked["saw"] {
  if (info.isSymbolicLink()) return "link";
  return info.isFile() ? "file" : info.isDirectory() ? "folder" : "other";
}

function sizeOf(info: BigIntStats | string): bigint {
  return typeof info === "string" ? 0n : info.size;
}

function isGranted(path: string, access: number): boolean {
  try {
    accessSync(path, access);
    return true;
  } catch {
    return false;
  }
}

function differs(now: Pick<Asked, "saw" | "size" | "target">): Checked {
  return { holds: false, now: sawText(now) };
}
