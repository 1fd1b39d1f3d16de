/** The user's own notebook, as a branch sees it: read as it is now, and written only when changes are accepted. */
import { createHash } from "node:crypto";
import type { BranchCell } from "../../core/agent/branch.ts";
import { bundleFiles } from "../../core/notebook/bundle.ts";
import { type DocumentCell, fromDocument } from "../../core/notebook/document.ts";
import type { Notebook } from "../../core/notebook/model.ts";
import { parseNotebook } from "../../core/notebook/parse.ts";
import { readFolder } from "../folder/read.ts";
import { writeFolder } from "../folder/write.ts";

export interface UsersNotebook {
  /** As it is now, unsaved edits included; a message when it cannot be read. */
  read(): Promise<{ readonly notebook: Notebook } | { readonly problem: string }>;
  /** Makes these its cells, in one step that one undo takes back where there is an undo; a message when it cannot. */
  write(cells: readonly BranchCell[]): Promise<string | undefined>;
}

/** The folder on disk, for shells without an editor. */
export function folderNotebook(folder: string, now: () => number): UsersNotebook {
  return {
    async read() {
      const read = await readFolder(folder);
      if (read.kind === "problem") return { problem: read.problem.message };
      const { notebook, problems } = parseNotebook(bundleFiles(read.bundle));
      return notebook === undefined ? { problem: problems[0]?.message ?? `${folder} is no notebook.` } : { notebook };
    },
    async write(cells) {
      const read = await readFolder(folder);
      if (read.kind === "problem") return read.problem.message;
      const closed = fromDocument({ cells: cells.map(toDocumentCell), metadata: { bundle: read.bundle } }, makeId);
      if (closed.kind === "problem") return closed.problem.message;
      const written = await writeFolder(folder, closed.bundle, { now: now() });
      if (written.kind === "problem") return written.problem.message;
      return written.kind === "conflict" ? written.message : undefined;
    },
  };
}

function toDocumentCell({ id, file, language, source }: BranchCell): DocumentCell {
  return { kind: language === "markdown" ? "markup" : "code", language, source, identity: { id, file } };
}

/** Equal seeds give equal ids. */
export function makeId(seed: string): string {
  return createHash("sha256").update(seed).digest("hex").slice(0, 8);
}
