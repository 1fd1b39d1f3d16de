/**
 * The `cells` of notebook.toml, entry by entry. An entry that cannot be used is reported and stays in the text;
 * the others are what the notebook consists of, and what an edit may change.
 */
import type { CellLanguage, Mount } from "./model.ts";
import { readCellPath } from "./paths.ts";
import { type Reader, readString, readTimeout, report } from "./reader.ts";
import { readEnv, readMounts, WORKER_NAME } from "./settings-tables.ts";
import type { TomlTable, TomlValue } from "./toml.ts";

export interface CellEntry {
  /** Which element of the `cells` array it is. */
  readonly index: number;
  readonly table: TomlTable;
  readonly id: string;
  readonly file: string;
  readonly language: CellLanguage;
  /** 0 where the entry has none. */
  readonly order: number;
  readonly worker?: string;
  readonly timeout?: number;
  readonly env: Readonly<Record<string, string>>;
  readonly mounts: readonly Mount[];
}

const LANGUAGES: readonly string[] = ["python", "markdown", "prompt", "sql"];

/** The usable entries as they stand in the file, or undefined when `cells` is not an array at all. */
export function readEntries(reader: Reader, root: TomlTable): readonly CellEntry[] | undefined {
  const cells = root.entries.get("cells");
  if (cells === undefined) return [];
  if (cells.kind !== "array") {
    const message =
      "`cells` must be an array: either `[[cells]]` sections or `cells = [{ … }, …]`. The notebook cannot be opened until you correct that line; nothing was changed.";
    report(reader, "cells-malformed", cells.line, message);
    return undefined;
  }
  const entries: CellEntry[] = [];
  const seen = { ids: new Map<string, number>(), files: new Map<string, string>() };
  for (const [index, item] of cells.items.entries()) {
    const entry = readEntry(reader, index, item, seen);
    if (entry === undefined) continue;
    seen.ids.set(entry.id, item.line);
    seen.files.set(entry.file, entry.id);
    entries.push(entry);
  }
  return entries;
}

/** Entries as the notebook shows them: by `order`, ties as they stand in the file. */
export function inOrder(entries: readonly CellEntry[]): readonly CellEntry[] {
  return [...entries].sort((a, b) => a.order - b.order || a.index - b.index);
}

interface Seen {
  readonly ids: ReadonlyMap<string, number>;
  readonly files: ReadonlyMap<string, string>;
}

const KEPT = "It is kept in notebook.toml, but not shown";

function readEntry(reader: Reader, index: number, item: TomlValue, seen: Seen): CellEntry | undefined {
  const place = `Entry ${index + 1} of \`cells\``;
  if (item.kind !== "table") {
    return void report(
      reader,
      "cell-malformed",
      item.line,
      `${place} must be a table with \`id\` and \`file\`. ${KEPT} until you correct it.`,
    );
  }
  const id = readString({ ...reader, where: place }, item, "id") ?? "";
  if (id === "") {
    return void report(
      reader,
      "cell-id-missing",
      item.line,
      `${place} has no \`id\`. ${KEPT} until you give it one that no other cell has.`,
    );
  }
  const inside: Reader = { ...reader, where: `Cell "${id}"`, cell: id };
  const earlier = seen.ids.get(id);
  if (earlier !== undefined) {
    return void report(
      inside,
      "cell-id-duplicate",
      item.line,
      `Two cells have the id "${id}": line ${earlier} and line ${item.line}. The first one is shown; give the second one an id of its own.`,
    );
  }
  const written = readString(inside, item, "file");
  if (written === undefined) {
    return void report(
      inside,
      "cell-file-unnamed",
      item.line,
      `Cell "${id}" has no \`file\`. ${KEPT} until you name its file in cells/.`,
    );
  }
  const path = readCellPath(written);
  if (path.kind === "bad") {
    return void report(
      inside,
      "cell-file-outside",
      item.entries.get("file")?.line,
      `Cell "${id}": the file "${written}" ${path.why}. ${KEPT} until its \`file\` names a file inside cells/.`,
    );
  }
  const sharer = seen.files.get(path.path);
  if (sharer !== undefined) {
    return void report(
      inside,
      "cell-file-shared",
      item.entries.get("file")?.line,
      `Cells "${sharer}" and "${id}" share the file cells/${path.path}. The first one is shown; copy the file under another name and give it to the second one.`,
    );
  }
  const language = readString(inside, item, "language") ?? "python";
  if (!isLanguage(language)) {
    return void report(
      inside,
      "cell-language",
      item.entries.get("language")?.line,
      `Cell "${id}": the language "${language}" is none of ${LANGUAGES.join(", ")}. ${KEPT} or run until you correct it.`,
    );
  }
  const worker = readWorkerName(inside, item);
  const timeout = readTimeout(inside, item);
  return {
    index,
    table: item,
    id,
    file: path.path,
    language,
    order: readOrder(inside, item),
    ...(worker === undefined ? {} : { worker }),
    ...(timeout === undefined ? {} : { timeout }),
    env: readEnv(inside, item),
    mounts: readMounts(inside, item),
  };
}

/** The name as written even when it is none: a cell that asks for a worker must never run here instead. */
export function readWorkerName(reader: Reader, table: TomlTable): string | undefined {
  const value = table.entries.get("worker");
  if (value === undefined) return undefined;
  const name = value.kind === "string" ? value.value : value.kind === "number" ? value.node.number : value.kind;
  if (value.kind !== "string" || !WORKER_NAME.test(name)) {
    report(
      reader,
      "worker-name",
      value.line,
      `${reader.where}: "${name}" is no worker's name; it must match ${WORKER_NAME.source}. Nothing that asks for it runs until you correct it.`,
    );
  }
  return name;
}

function readOrder(reader: Reader, table: TomlTable): number {
  const value = table.entries.get("order");
  if (value === undefined) return 0;
  if (value.kind === "number" && Number.isFinite(value.value)) return value.value;
  report(
    reader,
    "cell-order",
    value.line,
    `${reader.where}: \`order\` must be a number; cells are sorted by it. 0 is taken until you correct it.`,
  );
  return 0;
}

function isLanguage(language: string): language is CellLanguage {
  return LANGUAGES.includes(language);
}
