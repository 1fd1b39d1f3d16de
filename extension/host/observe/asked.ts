/**
 * Questions about files that a cell did not open, asked again: is it there, what is it, how large, how old. Only what the
 * cell asked is compared, so that nothing else about the file matters.
 */
import { accessSync, type BigIntStats, readlinkSync } from "node:fs";
import { sawText } from "../../core/plan/asked.ts";
import type { Check } from "../../core/plan/lookup.ts";
import type { Asked } from "../../core/store/model.ts";
import { lookUp, permissionsOf } from "./look.ts";

const HOLDS: Check = { holds: true };

export function checkAsked(path: string, seen: Asked): Check {
  if (seen.access !== undefined) {
    const saw = isGranted(path, seen.access) ? "granted" : "refused";
    return saw === seen.saw ? HOLDS : differs({ saw });
  }
  const info = lookUp(path, seen.link);
  const saw = typeof info === "string" ? info : kindOf(info);
  if (!isSame(saw, seen.saw)) return differs({ saw, ...(saw === "file" && { size: Number(sizeOf(info)) }) });
  if (seen.target !== undefined) {
    const target = targetOf(path);
    if (target !== seen.target) return differs({ saw, ...(target !== undefined && { target }) });
  }
  if (typeof info === "string") return HOLDS;
  if (seen.size !== undefined && info.size !== BigInt(seen.size)) return differs({ saw, size: Number(info.size) });
  if (seen.mtimeNs !== undefined && info.mtimeNs.toString() !== seen.mtimeNs) {
    return { holds: false, now: "modified at another time" };
  }
  const same = seen.mode === undefined || permissionsOf(info) === BigInt(seen.mode);
  return same ? HOLDS : { holds: false, now: "other permissions" };
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

function targetOf(path: string): string | undefined {
  try {
    return readlinkSync(path);
  } catch {
    // It was a link a moment ago.
    return undefined;
  }
}

function isGranted(path: string, access: number): boolean {
  try {
    accessSync(path, access);
    return true;
  } catch {
    return false;
  }
}

function differs(now: Pick<Asked, "saw" | "size" | "target">): Check {
  return { holds: false, now: sawText(now) };
}
