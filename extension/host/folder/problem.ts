/** What can go wrong with a notebook folder on disk, as values. */
import { systemCode } from "../../core/thrown.ts";

export interface FolderProblem {
  readonly code:
    | "folder-missing"
    | "not-a-notebook"
    | "file-unreadable"
    | "file-unwritable"
    | "folder-not-empty"
    | "bad-python";
  readonly path: string;
  /** What happened, and what to do. */
  readonly message: string;
}

const REASONS: Readonly<Record<string, string>> = {
  EACCES: "permission is denied; allow it for your user",
  EPERM: "the operation is not permitted; check who owns it and whether it is locked",
  EISDIR: "it is a folder; move the folder away",
  ENOTDIR: "a part of its path is a file; move that file away",
  ENOSPC: "the disk is full; make room and try again",
  EROFS: "the file system is read-only; copy the notebook to another place",
  ELOOP: "its links go round in a circle; remove one of them",
};

/** A problem for a system error; anything else is a bug and is thrown on. */
export function problemFor(code: "file-unreadable" | "file-unwritable", path: string, error: unknown): FolderProblem {
  const system = systemCode(error);
  if (system === undefined) throw error;
  const verb = code === "file-unreadable" ? "read" : "written";
  return { code, path, message: `${path} cannot be ${verb}: ${REASONS[system] ?? `the system says ${system}`}.` };
}
