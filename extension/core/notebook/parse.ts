/**
 * A notebook folder's contents → the notebook and what is wrong with it. Pure and total: whatever the bytes are, the
 * answer is a notebook, possibly with problems, or no notebook and one error that says where and what to do.
 * It is never an empty notebook in place of one that could not be read.
 */
import { inOrder, readEntries, readWorkerName } from "./entries.ts";
import type { Cell, Notebook, Problem } from "./model.ts";
import { readCellPath } from "./paths.ts";
import { type Reader, readDate, readString, readTable, readTimeout, report, TOML_FILE } from "./reader.ts";
import { readConnections, readEnv, readMounts, readWorkers } from "./settings-tables.ts";
import { decodeForDisplay, decodeUtf8, sourceOf } from "./text.ts";
import { plainTable, readToml, type TomlDocument } from "./toml.ts";

/** A cell file's bytes, or its text when someone has decoded it already, or that there is none. */
export type CellFile = Uint8Array | string | { readonly missing: true };

export interface NotebookFiles {
  /** notebook.toml: text, or bytes that may turn out not to be UTF-8. */
  readonly toml: string | Uint8Array;
  /** What it says, when someone has read it already. */
  readonly document?: TomlDocument | undefined;
  /** By path relative to `cells/`, normalised. A path that is not in the map is a missing file. */
  readonly cellFiles: ReadonlyMap<string, CellFile>;
}

export interface ParsedNotebook {
  /** Undefined when notebook.toml itself cannot be understood. */
  readonly notebook: Notebook | undefined;
  readonly problems: readonly Problem[];
}

export function parseNotebook(files: NotebookFiles): ParsedNotebook {
  const problems: Problem[] = [];
  const toml = typeof files.toml === "string" ? files.toml : decodeUtf8(files.toml);
  if (toml === undefined) {
    const message =
      "notebook.toml is not UTF-8 text. Save it as UTF-8 in the editor that wrote it, then open the notebook again; nothing was changed.";
    return {
      notebook: undefined,
      problems: [{ code: "toml-not-utf8", severity: "error", file: TOML_FILE, line: 1, message }],
    };
  }
  const document = files.document ?? readToml(toml);
  if (document.kind === "error") return { notebook: undefined, problems: [tornToml(toml, document)] };
  const { root } = document;
  const reader: Reader = { problems, where: "notebook.toml" };
  const entries = readEntries(reader, root);
  if (entries === undefined) return { notebook: undefined, problems };

  const id = readString(reader, root, "notebook_id") ?? "";
  if (id === "") {
    const message =
      'notebook.toml has no `notebook_id`. Add a line such as `notebook_id = "my-notebook"` at the top; results are kept under it.';
    report(reader, "notebook-id-missing", root.entries.get("notebook_id")?.line ?? 1, message);
  }
  const owner = readString(reader, root, "owner");
  const createdAt = readDate(reader, root, "created_at");
  const updatedAt = readDate(reader, root, "updated_at");
  const worker = readWorkerName(reader, root);
  const timeout = readTimeout(reader, root);
  const ai = readTable(reader, root, "ai");
  const secretManager = readTable(reader, root, "secret_manager");
  const notebook: Notebook = {
    id: id === "" ? "unidentified" : id,
    name: readString(reader, root, "name") || "Untitled Notebook",
    ...(owner === undefined ? {} : { owner }),
    ...(createdAt === undefined ? {} : { createdAt }),
    ...(updatedAt === undefined ? {} : { updatedAt }),
    cells: inOrder(entries).map(({ index: _index, table: _table, ...entry }): Cell => {
      return { ...entry, ...readSource(problems, entry, files.cellFiles.get(entry.file)) };
    }),
    ...(worker === undefined ? {} : { worker }),
    ...(timeout === undefined ? {} : { timeout }),
    env: readEnv(reader, root),
    workers: readWorkers(reader, root),
    mounts: readMounts(reader, root),
    connections: readConnections(reader, root),
    ai: ai === undefined ? {} : plainTable(ai),
    secretManager: secretManager === undefined ? {} : plainTable(secretManager),
  };
  return { notebook, problems };
}

/** The files, relative to `cells/`, that a notebook.toml shows as cells, and those that any of its entries mentions. */
export function listCellFiles(
  toml: string,
  document: TomlDocument = readToml(toml),
): {
  readonly shown: readonly string[];
  readonly mentioned: readonly string[];
} {
  if (document.kind === "error") return { shown: [], mentioned: [] };
  const entries = readEntries({ problems: [], where: "" }, document.root) ?? [];
  const cells = document.root.entries.get("cells");
  const mentioned = (cells?.kind === "array" ? cells.items : []).flatMap((item) => {
    const file = item.kind === "table" ? item.entries.get("file") : undefined;
    const path = file?.kind === "string" ? readCellPath(file.value) : undefined;
    return path?.kind === "path" ? [path.path] : [];
  });
  return { shown: entries.map(({ file }) => file), mentioned };
}

function readSource(
  problems: Problem[],
  cell: { id: string; file: string },
  file: CellFile | undefined,
): Pick<Cell, "source" | "unreadable"> {
  if (typeof file === "string") return { source: sourceOf(file) };
  const path = `cells/${cell.file}`;
  if (file === undefined || "missing" in file) {
    const message = `The file ${path} of cell "${cell.id}" is missing, so the cell is shown empty. Restore the file, write the cell anew, or delete the cell.`;
    problems.push({ code: "cell-file-missing", severity: "warning", file: path, message, cell: cell.id });
    return { source: "" };
  }
  const text = decodeUtf8(file);
  if (text !== undefined) return { source: sourceOf(text) };
  const message = `${path} is not UTF-8 text. The cell is shown as well as can be, does not run, and its file is left exactly as it is; convert the file to UTF-8 to use it.`;
  problems.push({ code: "cell-not-utf8", severity: "error", file: path, line: badLine(file), message, cell: cell.id });
  return { source: sourceOf(decodeForDisplay(file)), unreadable: true };
}

/** The line on which the first byte that is not UTF-8 stands. */
function badLine(bytes: Uint8Array): number {
  let start = 0;
  let line = 1;
  // A newline byte is never part of a longer UTF-8 character, so each line can be tried alone.
  for (let at = bytes.indexOf(10); at !== -1; at = bytes.indexOf(10, start)) {
    if (decodeUtf8(bytes.subarray(start, at)) === undefined) return line;
    start = at + 1;
    line++;
  }
  return line;
}

function tornToml(
  toml: string,
  error: { readonly line: number; readonly column: number; readonly message: string },
): Problem {
  const conflict = /^(<{7}|={7}|>{7})( |$)/m.exec(toml.split(/\r\n?|\n/)[error.line - 1] ?? "");
  if (conflict !== null) {
    const message = `notebook.toml has an unresolved merge conflict at line ${error.line}. Open it as text, keep the lines you want, remove the conflict markers and save; nothing was changed.`;
    return { code: "toml-conflict-markers", severity: "error", file: TOML_FILE, line: error.line, message };
  }
  const message = `notebook.toml is not valid TOML at line ${error.line}, column ${error.column}: ${error.message}. Open it as text, mend that line and save, or take it back from git; nothing was changed.`;
  return { code: "toml-invalid", severity: "error", file: TOML_FILE, line: error.line, message };
}
