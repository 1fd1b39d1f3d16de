/**
 * The index's SQLite file: made, opened, and set aside when damaged, by several processes at once.
 *
 * Making a WAL database in place lets two processes lock each other out. So each makes a complete one of its own in
 * the temporary folder and links it to the final name; one link wins, and the others open the winner. Unlike a lock
 * file this leaves nothing to clean up when a process is killed half-way.
 */
import { randomUUID } from "node:crypto";
import { linkSync, mkdirSync, renameSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import KeyvSqlite from "@keyv/sqlite";
import { systemCode } from "../../core/thrown.ts";
import { type Connection, connect } from "./connection.ts";
import { causeOf } from "./problem.ts";

/** The keyv namespaces; both live in one table. */
export const RECORDS = "records";
export const HEADS = "heads";

export interface IndexFile {
  readonly connection: Connection;
  readonly writable: boolean;
  /** Identity of the file that was opened, to notice when another has taken its name. */
  readonly identity: string | undefined;
}

/** Opens the file, making it first if need be. Throws what the file system or SQLite throws. */
export async function openIndexFile(file: string, tmp: string): Promise<IndexFile> {
  if (identityOf(file) === undefined) await create(file, tmp);
  const identity = identityOf(file);
  try {
    return { connection: connect(file), writable: true, identity };
  } catch (error) {
    if (identity === undefined || !cannotWrite(error)) throw error;
    return { connection: connect(file, "immutable"), writable: false, identity };
  }
}

/** Device and inode: what a name stands for now; undefined when nothing is there. */
export function identityOf(file: string): string | undefined {
  const info = statSync(file, { bigint: true, throwIfNoEntry: false });
  return info === undefined ? undefined : `${info.dev}:${info.ino}`;
}

/**
 * Renames a damaged file and its companions, unless another process has already replaced it. Companions go first: a
 * write-ahead log left behind would be replayed into the next file of that name.
 * Returns the new name, or undefined when there was nothing to do.
 */
export function setAsideIndex(file: string, identity: string | undefined): string | undefined {
  if (identity === undefined || identityOf(file) !== identity) return undefined;
  const aside = `${file}.damaged-${randomUUID().slice(0, 8)}`;
  for (const suffix of ["-wal", "-shm", ""]) {
    try {
      renameSync(file + suffix, aside + suffix);
    } catch (error) {
      if (systemCode(error) !== "ENOENT") throw error;
    }
  }
  return aside;
}

async function create(file: string, tmp: string): Promise<void> {
  mkdirSync(tmp, { recursive: true });
  const draft = join(tmp, `index-${randomUUID()}.sqlite`);
  try {
    const connection = connect(draft);
    try {
      await new KeyvSqlite({ driver: connection.driver }).ready;
    } finally {
      // The last connection moves the log into the file and removes it.
      connection.close();
    }
    claim(draft, file);
  } finally {
    for (const suffix of ["", "-wal", "-shm"]) rmSync(draft + suffix, { force: true });
  }
}

function claim(draft: string, file: string): void {
  try {
    linkSync(draft, file);
  } catch (error) {
    switch (systemCode(error)) {
      case "EEXIST":
        return;
      case "EPERM":
      case "ENOTSUP":
      case "EOPNOTSUPP":
      case "ENOSYS":
        // A file system without hard links. Should two processes come here at once, the second takes the name, and
        // the first notices by the file's identity and opens it again.
        if (identityOf(file) === undefined) renameSync(draft, file);
        return;
      default:
        throw error;
    }
  }
}

function cannotWrite(error: unknown): boolean {
  const cause = causeOf(error);
  return cause === "read-only" || cause === "missing" || cause === "full";
}
