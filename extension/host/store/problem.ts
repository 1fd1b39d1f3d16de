/**
 * What the store says when its medium fails. Never thrown at the caller: a result that cannot be kept is computed
 * again, so the message is all that is lost if nobody shows it.
 */
import { messageOf, systemCode } from "../../core/thrown.ts";
export interface StoreProblem {
  readonly code: StoreProblemCode;
  /** The file or folder it is about. */
  readonly path: string;
  /** What happened, to which path, what follows, and what to do. Full sentences. */
  readonly message: string;
}

export type StoreProblemCode =
  /** No room left, or the file may not grow. */
  | "store-full"
  /** The medium may be read, not written. */
  | "store-read-only"
  /** The folder cannot be made or opened at all. */
  | "store-unavailable"
  /** Another process held the index for too long. */
  | "index-busy"
  /** The index was not a database any more; it was set aside. */
  | "index-damaged"
  /** Stored bytes were not what their digest says; they were set aside. */
  | "content-damaged"
  /** The key that results are signed with cannot be kept or read. */
  | "key-unavailable"
  /** The key was no key any more; it was set aside. */
  | "key-damaged"
  /** A record named content that is not there; it was not added. */
  | "record-incomplete";

/** SQLite's primary result codes that decide what to do; the extended codes carry them in their low byte. */
const SQLITE = {
  perm: 3,
  busy: 5,
  locked: 6,
  readOnly: 8,
  corrupt: 11,
  full: 13,
  cantOpen: 14,
  notADatabase: 26,
} as const;

export type Cause = "full" | "read-only" | "busy" | "damaged" | "missing" | "other";

/** Sorts an error of the file system or of SQLite by its code, never by its text. */
export function causeOf(error: unknown): Cause {
  const sqlite = sqliteCode(error);
  if (sqlite !== undefined) {
    switch (sqlite & 0xff) {
      case SQLITE.full:
        return "full";
      case SQLITE.readOnly:
      case SQLITE.perm:
        return "read-only";
      case SQLITE.busy:
      case SQLITE.locked:
        return "busy";
      case SQLITE.corrupt:
      case SQLITE.notADatabase:
        return "damaged";
      case SQLITE.cantOpen:
        return "missing";
      default:
        return "other";
    }
  }
  switch (systemCode(error)) {
    case "ENOSPC":
    case "EDQUOT":
    case "EFBIG":
      return "full";
    case "EROFS":
    case "EACCES":
    case "EPERM":
      return "read-only";
    case "ENOENT":
      return "missing";
    default:
      return "other";
  }
}

/** The problem that a failed write to `path` amounts to. */
export function writeProblem(error: unknown, path: string): StoreProblem {
  const why = messageOf(error);
  const until = "Results of this session are kept in memory only and will be computed again next time.";
  switch (causeOf(error)) {
    case "full":
      return {
        code: "store-full",
        path,
        message: `There is no room to store results in ${path} (${why}). ${until} Free some space, or choose another folder for the store.`,
      };
    case "read-only":
      return {
        code: "store-read-only",
        path,
        message: `Results cannot be written to ${path} (${why}). ${until} Make the folder writable, or choose another one for the store.`,
      };
    case "busy":
      return {
        code: "index-busy",
        path,
        message: `${path} was locked by another process for too long (${why}). ${until} See whether a Strata process hangs.`,
      };
    default:
      return {
        code: "store-unavailable",
        path,
        message: `Results cannot be stored in ${path} (${why}). ${until} Check the folder, or choose another one for the store.`,
      };
  }
}

function sqliteCode(error: unknown): number | undefined {
  return error instanceof Error && "errcode" in error && typeof error.errcode === "number" ? error.errcode : undefined;
}
