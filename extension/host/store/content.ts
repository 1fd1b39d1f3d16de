/**
 * The content store on disk: immutable bytes by the digest of themselves, `content/<2 hex>/<62 hex>`.
 * Written aside and renamed, so a crash leaves temporary files and nothing else; verified when read, so damage is a
 * miss. There is no fsync: what a power cut takes is found out by the digest, and computed again.
 */
import { randomUUID } from "node:crypto";
import { type BigIntStats, closeSync, fstatSync, openSync, readFileSync, statSync } from "node:fs";
import { type FileHandle, mkdir, open, rename, rm, stat, utimes, writeFile } from "node:fs/promises";
import { dirname, join, sep } from "node:path";
import { isDigest } from "../../core/json/fields.ts";
import type { Digest } from "../../core/outputs/model.ts";
import type { ContentStore } from "../../core/store/model.ts";
import { messageOf, systemCode } from "../../core/thrown.ts";
import { digestOf, digestOfFile } from "./digest.ts";
import { type StoreProblem, writeProblem } from "./problem.ts";

export interface ContentOptions {
  readonly contentDir: string;
  readonly tmp: string;
  readonly onProblem: (problem: StoreProblem) => void;
  /** Bytes kept in memory for a medium that cannot be written. */
  readonly memoryBytes?: number;
}

export interface DiskContent extends Required<ContentStore> {}

/** Where the bytes of a digest are. */
export function contentPath(contentDir: string, digest: Digest): string {
  if (!isDigest(digest)) throw new RangeError(`Not a digest: ${JSON.stringify(digest)}`);
  // Not `join`, which would look at every part: a plan asks for two of these for every cell.
  return `${contentDir}${sep}${digest.slice(0, 2)}${sep}${digest.slice(2)}`;
}

const EMPTY: Digest = digestOf(new Uint8Array());
/** Content that takes less to read and hash than to wait for its being read. */
const SHORT = 64 << 10;
/** Half of what a collection leaves alone. */
const TOUCH_MS = 5 * 60_000;

export function createContent(options: ContentOptions): DiskContent {
  const { contentDir, tmp, onProblem } = options;
  /** Digest → the state of the file when its bytes were last found right. Any write to it changes the state. */
  const verified = new Map<Digest, string>();
  const unwritten = new Map<Digest, Uint8Array>();
  let room = options.memoryBytes ?? 64 << 20;

  const path = (digest: Digest): string => contentPath(contentDir, digest);

  async function has(digest: Digest): Promise<boolean> {
    return peek(digest);
  }

  /** Asked twice for every cell by whoever opens a notebook: a look at the file takes less than waiting for one. */
  function peek(digest: Digest): boolean {
    if (unwritten.has(digest)) return true;
    try {
      const info = statSync(path(digest), { throwIfNoEntry: false });
      // What a power cut leaves of an unsynced file is most often its name with no bytes.
      return info?.isFile() === true && (info.size > 0 || digest === EMPTY);
    } catch {
      // Whatever keeps it from being looked at keeps it from being read: it is absent.
      return false;
    }
  }

  async function read(digest: Digest): Promise<Uint8Array | undefined> {
    if (!isDigest(digest)) return undefined;
    const kept = unwritten.get(digest);
    if (kept !== undefined) return kept;
    return withFile(digest, async (file) => {
      const before = await file.stat({ bigint: true });
      const bytes = await file.readFile();
      if (verified.get(digest) === stateOf(before)) return bytes;
      if (digestOf(bytes) === digest) {
        verified.set(digest, stateOf(before));
        return bytes;
      }
      await setAside(digest, before);
      return undefined;
    });
  }

  async function verify(digest: Digest): Promise<boolean> {
    if (!isDigest(digest)) return false;
    if (unwritten.has(digest) || isRightAtOnce(digest)) return true;
    const right = await withFile(digest, async (file) => {
      const before = await file.stat({ bigint: true });
      if ((await digestOfFile(file)) === digest) {
        verified.set(digest, stateOf(before));
        return true;
      }
      await setAside(digest, before);
      return false;
    });
    return right ?? false;
  }

  /** What is known already, and short content, which is read sooner than it could be waited for. */
  function isRightAtOnce(digest: Digest): boolean {
    let file: number | undefined;
    try {
      const state = verified.get(digest);
      if (state !== undefined && stateOf(statSync(path(digest), { bigint: true })) === state) return true;
      file = openSync(path(digest), "r");
      const before = fstatSync(file, { bigint: true });
      if (before.size > SHORT || digestOf(readFileSync(file)) !== digest) return false;
      verified.set(digest, stateOf(before));
      return true;
    } catch {
      // Absent, or not to be read: said by whoever looks closely.
      return false;
    } finally {
      if (file !== undefined) closeSync(file);
    }
  }

  async function put(bytes: Uint8Array): Promise<Digest> {
    const digest = digestOf(bytes);
    const target = path(digest);
    const there = await statOrUndefined(target);
    if (there?.size === BigInt(bytes.byteLength) && (await verify(digest))) {
      await touch(target, there);
      return digest;
    }
    try {
      await write(bytes, target);
      unwritten.delete(digest);
      const info = await statOrUndefined(target);
      if (info !== undefined) verified.set(digest, stateOf(info));
    } catch (error) {
      onProblem(writeProblem(error, contentDir));
      if (bytes.byteLength <= room && !unwritten.has(digest)) {
        room -= bytes.byteLength;
        // A copy: the caller may use its buffer again.
        unwritten.set(digest, Uint8Array.from(bytes));
      }
    }
    return digest;
  }

  /** Old content that nothing refers to may be collected at any moment; what is put again is about to be referred to. */
  async function touch(target: string, there: BigIntStats): Promise<void> {
    const now = new Date();
    if (Math.abs(now.getTime() - Number(there.mtimeMs)) < TOUCH_MS) return;
    // Not to be written, so not to be collected either; or collected just now, and the record will not be kept.
    await utimes(target, now, now).catch(() => undefined);
  }

  async function write(bytes: Uint8Array, target: string): Promise<void> {
    const aside = join(tmp, `put-${randomUUID()}`);
    try {
      try {
        await writeFile(aside, bytes, { flag: "wx" });
      } catch (error) {
        // The store's folder may be deleted while it is in use: it is made again.
        if (systemCode(error) !== "ENOENT") throw error;
        await mkdir(tmp, { recursive: true });
        await writeFile(aside, bytes, { flag: "wx" });
      }
      await mkdir(dirname(target), { recursive: true });
      await rename(aside, target);
    } catch (error) {
      await rm(aside, { force: true }).catch(() => undefined);
      throw error;
    }
  }

  /** Damaged bytes are moved, not deleted, and only if they are still the ones that were read. */
  async function setAside(digest: Digest, seen: BigIntStats): Promise<void> {
    verified.delete(digest);
    const target = path(digest);
    const now = await statOrUndefined(target);
    if (now === undefined || stateOf(now) !== stateOf(seen)) return;
    const aside = join(tmp, `damaged-${digest}`);
    // On a medium that cannot be written the damage stays where it is, and stays a miss.
    await rename(target, aside).catch(() => undefined);
    onProblem({
      code: "content-damaged",
      path: target,
      message: `The stored bytes of ${target} are damaged and will not be used; what needs them is computed again. If this happens more than once, check the disk.`,
    });
  }

  async function withFile<T>(digest: Digest, use: (file: FileHandle) => Promise<T>): Promise<T | undefined> {
    let file: FileHandle;
    try {
      file = await open(path(digest), "r");
    } catch (error) {
      if (!isAbsence(error)) onProblem(readProblem(error, path(digest)));
      return undefined;
    }
    try {
      return await use(file);
    } catch (error) {
      onProblem(readProblem(error, path(digest)));
      return undefined;
    } finally {
      await file.close();
    }
  }

  return { path, has, peek, read, put, verify };
}

/** Everything that a write to the file changes; the change time cannot be set back by a program. */
function stateOf(info: BigIntStats): string {
  return `${info.ino}:${info.size}:${info.mtimeNs}:${info.ctimeNs}`;
}

async function statOrUndefined(path: string): Promise<BigIntStats | undefined> {
  try {
    return await stat(path, { bigint: true });
  } catch {
    // Whatever keeps it from being looked at keeps it from being read: it is absent.
    return undefined;
  }
}

function isAbsence(error: unknown): boolean {
  const code = systemCode(error);
  return code === "ENOENT" || code === "ENOTDIR";
}

function readProblem(error: unknown, path: string): StoreProblem {
  const why = messageOf(error);
  return {
    code: "store-unavailable",
    path,
    message: `The stored bytes of ${path} cannot be read (${why}); what needs them is computed again. Check the permissions of the store's folder.`,
  };
}
