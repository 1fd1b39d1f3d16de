/**
 * Whether what a run was observed to depend on still holds. Definitions of the digests are in docs/store.md; the
 * Python harness computes the same ones.
 *
 * Files are compared by size and time, and hashed only when those differ, or when the file was so young at the time
 * of the observation that a change right after it could carry the same time. Hashes are remembered by the file's
 * state, so a plan made at every keystroke hashes nothing twice.
 */
import { createHash } from "node:crypto";
import { type BigIntStats, createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { isAbsolute, join } from "node:path";
import type { Digest } from "../../core/outputs/model.ts";
import type { Check } from "../../core/plan/lookup.ts";
import type { Observation } from "../../core/store/model.ts";
import { UNHASHED } from "../../core/store/observation.ts";
import { checkAsked } from "./asked.ts";
import { createFolders } from "./folders.ts";
import { lookUp, stateOf } from "./look.ts";

export interface Observer {
  /**
   * Never throws: what cannot be looked at does not hold. Answers at once unless a file must be hashed, because a plan
   * asks hundreds of times. Ambient state is the plan's own business, and holds here.
   *
   * `environ` holds the variables that the cell would be given. `finishedAt` is when the run that made the observation
   * ended (ISO-8601); without it no file's time is trusted, and each file is hashed once in a process.
   */
  check(
    observation: Observation,
    environ: Readonly<Record<string, string | undefined>>,
    finishedAt?: string,
  ): Check | Promise<Check>;
}

const HOLDS: Check = { holds: true };
/** The coarsest file time in use (FAT). A file younger than this may change again within the same tick. */
const RACY_NS = 2_000_000_000n;
const REMEMBERED = 10_000;

export function createObserver(options: { readonly folder: string }): Observer {
  const digests = new Map<string, { readonly state: string; readonly digest: Digest }>();
  const checkFolder = createFolders();

  function locate(path: string): string {
    return isAbsolute(path) ? path : join(options.folder, path);
  }

  function check(
    seen: Observation,
    environ: Readonly<Record<string, string | undefined>>,
    finishedAt?: string,
  ): Check | Promise<Check> {
    switch (seen.kind) {
      case "file":
      case "written":
        return checkFile(seen, finishedAt);
      case "missing":
        return lookUp(locate(seen.path)) === "missing" ? HOLDS : differs("exists");
      case "directory":
        return checkFolder(locate(seen.path), seen);
      case "asked":
        return checkAsked(locate(seen.path), seen);
      case "environ":
        return checkVariable(seen, environ[seen.name]);
      case "ambient":
        return HOLDS;
      default:
        return seen satisfies never;
    }
  }

  function checkFile(
    seen: Observation & { kind: "file" | "written" },
    finishedAt: string | undefined,
  ): Check | Promise<Check> {
    const path = locate(seen.path);
    const info = lookUp(path);
    if (typeof info === "string") return differs(info);
    if (!info.isFile()) return differs("not a file");
    if (info.size !== BigInt(seen.size)) return differs(`${info.size} bytes`);
    const sameTime = info.mtimeNs.toString() === seen.mtimeNs;
    if (seen.digest === UNHASHED) return sameTime ? HOLDS : differs("another time");
    if (sameTime && !wasYoung(info.mtimeNs, finishedAt)) return HOLDS;
    const known = digests.get(path);
    if (known?.state === stateOf(info)) return known.digest === seen.digest ? HOLDS : differs("changed");
    return digestOf(path, info).then((digest) => {
      if (digest === undefined) return differs("unreadable");
      return digest === seen.digest ? HOLDS : differs("changed");
    });
  }

  async function digestOf(path: string, info: BigIntStats): Promise<Digest | undefined> {
    const state = stateOf(info);
    try {
      const digest = await hashFile(path);
      // A file still being written to must not be remembered under a state it has left.
      const after = await stat(path, { bigint: true });
      if (stateOf(after) === state) {
        if (digests.size >= REMEMBERED) digests.clear();
        digests.set(path, { state, digest });
      }
      return digest;
    } catch {
      return undefined;
    }
  }

  return { check };
}

/** SHA-256 of the value's UTF-8. */
export function environDigest(value: string): Digest {
  return createHash("sha256").update(value, "utf8").digest("hex");
}

function checkVariable(seen: Observation & { kind: "environ" }, value: string | undefined): Check {
  const digest = value === undefined ? null : environDigest(value);
  if (digest === seen.digest) return HOLDS;
  // Never the value itself: it may be a secret, and reasons are shown and stored.
  return differs(value === undefined ? "not set" : seen.digest === null ? "set" : "another value");
}

/** Changed within two seconds of the end of the run, or after it: its time does not tell what the run read. */
function wasYoung(mtimeNs: bigint, finishedAt: string | undefined): boolean {
  const finished = Date.parse(finishedAt ?? "");
  if (Number.isNaN(finished)) return true;
  return mtimeNs > BigInt(finished) * 1_000_000n - RACY_NS;
}

async function hashFile(path: string): Promise<Digest> {
  const hash = createHash("sha256");
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 })) hash.update(chunk as Buffer);
  return hash.digest("hex");
}

function differs(now: string): Check {
  return { holds: false, now };
}
