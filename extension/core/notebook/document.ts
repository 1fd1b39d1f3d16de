/**
 * The notebook as an editor's document, and back. Pure: the document carries the bundle that it was made from, so that
 * a save can tell what the user changed, and what only passed through.
 */
import { type Bundle, bundleFiles, cellContent, type FileContent, readBundle } from "./bundle.ts";
import { editCells, type WantedCell } from "./edit-toml.ts";
import type { Cell, CellId, CellLanguage, Notebook, Problem } from "./model.ts";
import { extensionFor, type MakeId, newFileName, newId, renamedFor } from "./names.ts";
import { parseNotebook } from "./parse.ts";
import { pathKey, readCellPath, splitExtension } from "./paths.ts";
import { textFor } from "./text.ts";
import { readToml } from "./toml.ts";

/** Who a cell is; kept in the editor's metadata of the cell. */
export interface CellIdentity {
  readonly id: CellId;
  /** Relative to `cells/`. */
  readonly file: string;
  /** The cell that this one was copied from; it gives the copy its settings. */
  readonly copyOf?: CellId;
}

export interface DocumentCell {
  readonly kind: "code" | "markup";
  readonly language: CellLanguage;
  readonly source: string;
  /** Absent, or wrong, for a cell that the editor made. */
  readonly identity?: CellIdentity;
}

/** Kept in the editor's metadata of the document; plain JSON. */
export interface DocumentMetadata {
  readonly bundle: Bundle;
  /** The notebook could not be read: the document only shows why, and is saved exactly as it was read. */
  readonly torn?: true;
}

export interface NotebookDocument {
  readonly cells: readonly DocumentCell[];
  readonly metadata: DocumentMetadata;
}

export interface OpenedDocument extends NotebookDocument {
  readonly notebook: Notebook | undefined;
  readonly problems: readonly Problem[];
}

export function toDocument(bundle: Bundle): OpenedDocument {
  const { notebook, problems } = parseNotebook(bundleFiles(bundle));
  if (notebook === undefined) {
    return { cells: [tornCell(problems)], metadata: { bundle, torn: true }, notebook, problems };
  }
  const cells = notebook.cells.map(
    ({ id, file, language, source }): DocumentCell => ({
      kind: kindOf(language),
      language,
      source,
      identity: { id, file },
    }),
  );
  return { cells, metadata: { bundle }, notebook, problems };
}

export type ClosedDocument =
  | { readonly kind: "bundle"; readonly bundle: Bundle; readonly problems: readonly Problem[] }
  | { readonly kind: "problem"; readonly problem: Problem };

/** The bundle to write for a document, whatever was edited in it. Digests stay those of what was read. */
export function fromDocument(
  document: Pick<NotebookDocument, "cells"> & { readonly metadata: unknown },
  makeId: MakeId,
): ClosedDocument {
  const metadata = readMetadata(document.metadata);
  if (metadata === undefined) {
    return refuse(
      "document-without-bundle",
      'This document was not opened from a notebook folder, so there is nothing to save it into. Copy what you need into a notebook made with "Strata: New Notebook…".',
    );
  }
  const { bundle } = metadata;
  const { notebook, problems } = parseNotebook(bundleFiles(bundle));
  if (notebook === undefined) {
    const [shown] = document.cells;
    if (document.cells.length === 1 && shown?.source === tornCell(problems).source)
      return { kind: "bundle", bundle, problems: [] };
    const line = problems[0]?.line;
    return refuse(
      "toml-invalid",
      `notebook.toml cannot be read${line === undefined ? "" : ` (line ${line})`}, so what you wrote here cannot be saved. Undo it, mend notebook.toml as text, and open the notebook again.`,
    );
  }
  const cells = identify(bundle, notebook, document.cells, makeId);
  const edited = editCells(
    tomlText(bundle),
    cells.map(({ identity, cell, origin, previous }): WantedCell => {
      const wanted = { id: identity.id, file: identity.file, language: cell.language };
      return previous !== undefined || origin === undefined ? wanted : { ...wanted, settings: origin };
    }),
  );
  if (edited.kind === "problem") return edited;
  const lost: Problem[] = [];
  const files = cells.map((placed): [string, FileContent] => [placed.identity.file, contentFor(bundle, placed, lost)]);
  const toml = edited.toml === tomlText(bundle) ? bundle.toml : { text: edited.toml };
  return { kind: "bundle", bundle: { ...bundle, toml, cells: Object.fromEntries(files) }, problems: lost };
}

export interface MissingIdentity {
  /** Index of the cell in the document. */
  readonly index: number;
  readonly identity: CellIdentity;
}

/**
 * The cells whose metadata an editor should set now: new ones, copies, and those whose file follows a new language.
 * Once it is set, the cell keeps its id and file while it is edited; until then they depend on its place and content.
 */
export function missingIdentities(
  document: Pick<NotebookDocument, "cells"> & { readonly metadata: unknown },
  makeId: MakeId,
): readonly MissingIdentity[] {
  const metadata = readMetadata(document.metadata);
  const notebook = metadata === undefined ? undefined : parseNotebook(bundleFiles(metadata.bundle)).notebook;
  if (metadata === undefined || notebook === undefined) return [];
  return identify(metadata.bundle, notebook, document.cells, makeId).flatMap(({ identity, cell }, index) => {
    const same = cell.identity?.id === identity.id && cell.identity.file === identity.file;
    return same ? [] : [{ index, identity }];
  });
}

interface PlacedCell {
  readonly identity: CellIdentity;
  readonly cell: DocumentCell;
  /** The cell as it was read, when it was. */
  readonly previous: Cell | undefined;
  /** The cell whose settings and line endings it starts with. */
  readonly origin: Cell | undefined;
}

function identify(
  bundle: Bundle,
  notebook: Notebook,
  cells: readonly DocumentCell[],
  makeId: MakeId,
): readonly PlacedCell[] {
  const byId = new Map(notebook.cells.map((cell) => [cell.id, cell]));
  const ids = new Set([...allIds(bundle), ...cells.flatMap(({ identity }) => identity?.id ?? [])]);
  const files = new Set([...Object.keys(bundle.cells), ...bundle.others].map(pathKey));
  // A file that only a cell's metadata names is that cell's, wherever in the document it stands.
  const claimed = new Map<string, CellId>();
  for (const { identity } of cells) {
    if (identity === undefined || files.has(pathKey(identity.file)) || claimed.has(pathKey(identity.file))) continue;
    claimed.set(pathKey(identity.file), identity.id);
  }
  for (const key of claimed.keys()) files.add(key);
  const used = new Set<CellId>();
  return cells.map((cell, index): PlacedCell => {
    const given = cell.identity;
    if (given !== undefined && given.id !== "" && !used.has(given.id)) {
      used.add(given.id);
      const previous = byId.get(given.id);
      const origin = previous ?? byId.get(given.copyOf ?? "");
      const file = fileFor(cell, given, previous, files, claimed);
      files.add(pathKey(file));
      return { identity: { ...given, file }, cell, previous, origin };
    }
    const id = newId(makeId, JSON.stringify([notebook.id, index, cell.source]), ids);
    const file = newFileName({ id, language: cell.language, source: cell.source }, files);
    const origin = byId.get(given?.id ?? "") ?? byId.get(given?.copyOf ?? "");
    ids.add(id);
    used.add(id);
    files.add(pathKey(file));
    return {
      identity: { id, file, ...(origin === undefined ? {} : { copyOf: origin.id }) },
      cell,
      previous: undefined,
      origin,
    };
  });
}

/** The file of a cell that has an id: what it was, unless its language asks for another extension. */
function fileFor(
  cell: DocumentCell,
  given: CellIdentity,
  previous: Cell | undefined,
  files: ReadonlySet<string>,
  claimed: ReadonlyMap<string, CellId>,
): string {
  const isOurs = claimed.get(pathKey(given.file)) === given.id;
  if (previous !== undefined) {
    if (extensionFor(previous.language) === extensionFor(cell.language)) return previous.file;
    // A new name that was given to it earlier holds while the language does.
    if (isOurs && splitExtension(given.file)[1] === extensionFor(cell.language) && isSafe(given.file))
      return given.file;
    return renamedFor(previous.file, cell.language, files);
  }
  if (!isOurs || !isSafe(given.file))
    return newFileName({ id: given.id, language: cell.language, source: cell.source }, files);
  return renamedFor(given.file, cell.language, files);
}

function isSafe(file: string): boolean {
  const path = readCellPath(file);
  return path.kind === "path" && path.path === file;
}

function contentFor(bundle: Bundle, { identity, cell, previous, origin }: PlacedCell, lost: Problem[]): FileContent {
  const before = origin === undefined ? undefined : cellContent(bundle, origin.file);
  if (previous === undefined || before === undefined) {
    return { text: textFor(cell.source, before !== undefined && "text" in before ? before.text : "") };
  }
  if ("text" in before) {
    const text = textFor(cell.source, before.text);
    return text === before.text ? before : { text };
  }
  if ("missing" in before) return cell.source === "" ? before : { text: textFor(cell.source) };
  if (cell.source !== previous.source) {
    const path = `cells/${identity.file}`;
    const message = `What you changed in cell "${identity.id}" was not saved: ${path} is not UTF-8 text and is left exactly as it is. Convert the file to UTF-8, or put the text into a new cell.`;
    lost.push({ code: "cell-not-utf8", severity: "error", file: path, message, cell: identity.id });
  }
  return before;
}

/** Every id that an entry of notebook.toml has, readable or not. */
function allIds(bundle: Bundle): readonly string[] {
  const document = readToml(tomlText(bundle));
  const cells = document.kind === "ok" ? document.root.entries.get("cells") : undefined;
  if (cells?.kind !== "array") return [];
  return cells.items.flatMap((item) => {
    const id = item.kind === "table" ? item.entries.get("id") : undefined;
    return id?.kind === "string" ? [id.value] : [];
  });
}

function tomlText(bundle: Bundle): string {
  return "text" in bundle.toml ? bundle.toml.text : "";
}

function readMetadata(value: unknown): DocumentMetadata | undefined {
  const bundle =
    typeof value === "object" && value !== null && "bundle" in value ? readBundle(value.bundle) : undefined;
  return bundle === undefined ? undefined : { bundle };
}

function kindOf(language: CellLanguage): DocumentCell["kind"] {
  return language === "markdown" ? "markup" : "code";
}

function tornCell(problems: readonly Problem[]): DocumentCell {
  const lines = problems.filter(({ severity }) => severity === "error").map(({ message }) => message);
  return {
    kind: "markup",
    language: "markdown",
    source: ["**This notebook cannot be opened.**", ...lines].join("\n\n"),
  };
}

function refuse(code: string, message: string): ClosedDocument {
  return { kind: "problem", problem: { code, severity: "error", file: "notebook.toml", message } };
}
