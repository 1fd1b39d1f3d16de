/**
 * A changed list of cells, written into notebook.toml as the smallest change of its text: every character that does not
 * concern the change stays, whatever it is (comments, unknown keys, formatting, entries that cannot be read).
 * The edits are splices at the ranges of the syntax tree; the text is read again after each step that moves things.
 */
import type { AST } from "toml-eslint-parser";
import { type ArrayElement, cutElement, insertElements } from "./edit-array.ts";
import { assignOrders, type Ordered } from "./edit-order.ts";
import { cutSection, insertSections } from "./edit-sections.ts";
import { type CellEntry, inOrder, readEntries } from "./entries.ts";
import type { CellId, CellLanguage, Problem } from "./model.ts";
import { applySplices, indentAt, lineStop, newlineOf, type Splice } from "./splice.ts";
import { readToml, type TomlArray, type TomlTable, type TomlValue } from "./toml.ts";
import { type CellSettings, settingPairs, tomlNumber, tomlString } from "./toml-write.ts";

export interface WantedCell {
  readonly id: CellId;
  /** Relative to `cells/`. */
  readonly file: string;
  readonly language: CellLanguage;
  /** For a cell that has no entry yet, such as a copy of one that has. */
  readonly settings?: CellSettings;
}

export type EditedToml =
  | { readonly kind: "edited"; readonly toml: string }
  | { readonly kind: "problem"; readonly problem: Problem };

/** `toml` with exactly these cells, in this sequence; the same string when it has them already. */
export function editCells(toml: string, wanted: readonly WantedCell[]): EditedToml {
  const document = readToml(toml);
  const entries = document.kind === "ok" ? readEntries({ problems: [], where: "" }, document.root) : undefined;
  if (document.kind === "error" || entries === undefined)
    return cannotEdit(document.kind === "error" ? document.line : 1);
  const current = inOrder(entries);
  if (isSame(current, wanted)) return { kind: "edited", toml };

  const byId = new Map(entries.map((entry) => [entry.id, entry]));
  const orders = newOrders(current, wanted, byId);
  const isSorted = current.every((entry, at) => at === 0 || entry.index > (current[at - 1]?.index ?? -1));
  const isFloat = usesFloats(entries);
  const edit = new Edit(
    applySplices(
      toml,
      wanted.flatMap((cell, at) => {
        const entry = byId.get(cell.id);
        return entry === undefined ? [] : entrySplices(toml, entry, cell, orders[at], isFloat);
      }),
    ),
    entries,
  );

  const kept = new Set(wanted.map((cell) => cell.id));
  for (const entry of entries) if (!kept.has(entry.id)) edit.cut(entry.id);
  const pieces = new Map<CellId, Piece>();
  for (const [at, cell] of wanted.entries()) {
    if (orders[at]?.fate === "new")
      pieces.set(cell.id, { kind: "new", cell, order: tomlNumber(orders[at].order, isFloat) });
    else if (orders[at]?.fate === "moved" && isSorted) pieces.set(cell.id, edit.cut(cell.id));
  }
  for (let at = 0; at < wanted.length; at++) {
    const run = runOfPieces(wanted, at, pieces);
    if (run.length === 0) continue;
    edit.insert(run, wanted[at - 1]?.id, wanted[at + run.length]?.id);
    at += run.length - 1;
  }
  return { kind: "edited", toml: edit.text };
}

type Piece =
  | { readonly kind: "new"; readonly cell: WantedCell; readonly order: string }
  | { readonly kind: "section"; readonly id: CellId; readonly text: string }
  | { readonly kind: "element"; readonly id: CellId; readonly element: ArrayElement };

/** The text between steps, and which element of `cells` is which cell; undefined stands for one that cannot be read. */
class Edit {
  text: string;
  readonly #slots: (CellId | undefined)[] = [];

  constructor(text: string, entries: readonly CellEntry[]) {
    this.text = text;
    const ids = new Map(entries.map((entry) => [entry.index, entry.id]));
    const count = cellsOf(text).array?.items.length ?? 0;
    for (let index = 0; index < count; index++) this.#slots.push(ids.get(index));
  }

  cut(id: CellId): Piece {
    const index = this.#slots.indexOf(id);
    const { program, array } = cellsOf(this.text);
    this.#slots.splice(index, 1);
    if (array?.node !== undefined) {
      const { text, cut } = cutElement(this.text, program, array.node, index);
      this.text = text;
      return { kind: "element", id, element: cut };
    }
    const { text, cut } = cutSection(this.text, program, index);
    this.text = text;
    return { kind: "section", id, text: cut };
  }

  /** After the cell `previous` if there is one, else before `next`, else at the end. */
  insert(pieces: readonly Piece[], previous: CellId | undefined, next: CellId | undefined): void {
    const { program, array } = cellsOf(this.text);
    const after = previous === undefined ? -1 : this.#slots.indexOf(previous);
    const before = next === undefined ? -1 : this.#slots.indexOf(next);
    const last = this.#slots.length - 1;
    const at = after >= 0 ? { after } : before >= 0 ? { before } : last >= 0 ? { after: last } : "end";
    const slot = after >= 0 ? after + 1 : before >= 0 ? before : last + 1;
    if (array?.node !== undefined) {
      const [open, close] = bracesOf(this.text, array.node);
      const elements = pieces.map((piece) =>
        piece.kind === "element" ? piece.element : newElement(piece, open, close),
      );
      this.text = insertElements(this.text, program, array.node, at, elements);
    } else {
      const newline = newlineOf(this.text);
      this.text = insertSections(
        this.text,
        program,
        at,
        pieces.map((piece) => (piece.kind === "section" ? piece.text : newSection(piece, newline))),
      );
    }
    this.#slots.splice(slot, 0, ...pieces.map((piece) => (piece.kind === "new" ? piece.cell.id : piece.id)));
  }
}

function cellsOf(text: string): { readonly program: AST.TOMLProgram; readonly array: TomlArray | undefined } {
  const document = readToml(text);
  // Each step is valid TOML before and after; were it not, writing anything would be worse than stopping.
  if (document.kind === "error")
    throw new Error(`An edit of notebook.toml broke it at line ${document.line}: ${document.message}`);
  const cells = document.root.entries.get("cells");
  return { program: document.program, array: cells?.kind === "array" ? cells : undefined };
}

function isSame(current: readonly CellEntry[], wanted: readonly WantedCell[]): boolean {
  return (
    current.length === wanted.length &&
    current.every((entry, at) => {
      const cell = wanted[at];
      return entry.id === cell?.id && entry.file === cell.file && entry.language === cell.language;
    })
  );
}

function newOrders(
  current: readonly CellEntry[],
  wanted: readonly WantedCell[],
  byId: ReadonlyMap<CellId, CellEntry>,
): readonly Ordered[] {
  return assignOrders(
    wanted.map((cell) => {
      const entry = byId.get(cell.id);
      return entry === undefined ? { position: current.length } : { order: entry.order, position: entry.index };
    }),
  );
}

function runOfPieces(
  wanted: readonly WantedCell[],
  from: number,
  pieces: ReadonlyMap<CellId, Piece>,
): readonly Piece[] {
  const run: Piece[] = [];
  for (const cell of wanted.slice(from)) {
    const piece = pieces.get(cell.id);
    if (piece === undefined) break;
    run.push(piece);
  }
  return run;
}

/** Are the orders of this file written with a decimal point? */
function usesFloats(entries: readonly CellEntry[]): boolean {
  const nodes = entries.map((entry) => entry.table.entries.get("order")).filter((value) => value?.kind === "number");
  return nodes.length > 0 && nodes.every((value) => value.node.kind === "float");
}

/** Changes inside an entry that exists. */
function entrySplices(
  text: string,
  entry: CellEntry,
  cell: WantedCell,
  ordered: Ordered | undefined,
  isFloat: boolean,
): Splice[] {
  const splices: Splice[] = [];
  const set = (key: string, value: (old: TomlValue | undefined) => string) => {
    const old = entry.table.entries.get(key);
    const splice = setKey(text, entry.table, key, value(old), old);
    if (splice !== undefined) splices.push(splice);
  };
  if (cell.file !== entry.file) set("file", (old) => stringLike(cell.file, old));
  if (cell.language !== entry.language) set("language", (old) => stringLike(cell.language, old));
  if (ordered !== undefined && ordered.order !== entry.order) {
    set("order", (old) => tomlNumber(ordered.order, old?.kind === "number" ? old.node.kind === "float" : isFloat));
  }
  return splices;
}

function setKey(
  text: string,
  table: TomlTable,
  key: string,
  value: string,
  old: TomlValue | undefined,
): Splice | undefined {
  const range = old === undefined ? undefined : rangeOf(table, key);
  if (range !== undefined) return { start: range[0], end: range[1], text: value };
  const pairs = table.node?.body ?? [];
  const anchor = pairs.find((pair) => isKey(pair, "file")) ?? pairs.at(-1);
  if (anchor === undefined) return undefined;
  if (table.node?.type === "TOMLInlineTable") {
    return { start: anchor.range[1], end: anchor.range[1], text: `, ${key} = ${value}` };
  }
  const at = lineStop(text, anchor.range[1]);
  return { start: at, end: at, text: `${newlineOf(text)}${indentAt(text, anchor.range[0])}${key} = ${value}` };
}

function rangeOf(table: TomlTable, key: string): AST.Range | undefined {
  return table.node?.body.find((pair) => isKey(pair, key))?.value.range;
}

function isKey(pair: AST.TOMLKeyValue, name: string): boolean {
  const [key] = pair.key.keys;
  return pair.key.keys.length === 1 && (key?.type === "TOMLBare" ? key.name : key?.value) === name;
}

/** Quoted as the old value was, where that is possible. */
function stringLike(text: string, old: TomlValue | undefined): string {
  const isLiteral = old?.kind === "string" && old.node.style === "literal" && !old.node.multiline;
  return isLiteral && /^[^'\p{Cc}\p{Surrogate}]*$/u.test(text) ? `'${text}'` : tomlString(text);
}

function newPairs({ cell, order }: Extract<Piece, { kind: "new" }>): string[] {
  const pairs: (readonly [string, string])[] = [
    ["id", tomlString(cell.id)],
    ["file", tomlString(cell.file)],
    ["language", tomlString(cell.language)],
    ["order", order],
    ...settingPairs(cell.settings ?? {}),
  ];
  return pairs.map(([key, value]) => `${key} = ${value}`);
}

function newSection(piece: Piece, newline: string): string {
  if (piece.kind !== "new") return piece.kind === "section" ? piece.text : "";
  return ["[[cells]]", ...newPairs(piece), ""].join(newline);
}

function newElement(piece: Piece, open: string, close: string): ArrayElement {
  const text = piece.kind === "new" ? `${open}${newPairs(piece).join(", ")}${close}` : "";
  return { above: "", text, behind: "" };
}

/** `{ ` and ` }`, or without the spaces, as the file has them. */
function bracesOf(text: string, array: AST.TOMLArray): readonly [string, string] {
  const first = array.elements.find((element) => element.type === "TOMLInlineTable");
  return first !== undefined && /^\{\S/.test(text.slice(...first.range)) ? ["{", "}"] : ["{ ", " }"];
}

function cannotEdit(line: number): EditedToml {
  const message = `notebook.toml cannot be understood at line ${line}, so nothing can be written into it. Open it as text, mend it and save.`;
  return {
    kind: "problem",
    problem: { code: "toml-invalid", severity: "error", file: "notebook.toml", line, message },
  };
}
