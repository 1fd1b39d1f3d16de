/**
 * TOML read into values that remember where they stand in the text.
 *
 * The grammar is `toml-eslint-parser`'s; what is added here is the merging of `[table]` and `[[array]]` sections into
 * one tree whose every value keeps its syntax node, so that a problem can name a line and an edit can replace exactly
 * the characters it concerns. Keys live in a Map, so a key called `__proto__` is a key like any other.
 */
import { type AST, ParseError, parseTOML } from "toml-eslint-parser";
import { messageOf } from "../thrown.ts";

export type TomlValue = TomlScalar | TomlArray | TomlTable;

export type TomlScalar = TomlString | TomlNumber | TomlBoolean | TomlDate;

interface Placed {
  /** 1-based. */
  readonly line: number;
}
export interface TomlString extends Placed {
  readonly kind: "string";
  readonly value: string;
  readonly node: AST.TOMLStringValue;
}
export interface TomlNumber extends Placed {
  readonly kind: "number";
  readonly value: number;
  readonly node: AST.TOMLNumberValue;
}
export interface TomlBoolean extends Placed {
  readonly kind: "boolean";
  readonly value: boolean;
}
export interface TomlDate extends Placed {
  readonly kind: "date";
  /** As written. */
  readonly text: string;
  readonly node: AST.TOMLDateTimeValue;
}
export interface TomlArray extends Placed {
  readonly kind: "array";
  readonly items: TomlValue[];
  /** The bracketed array in the text; absent when the items are `[[sections]]`. */
  readonly node?: AST.TOMLArray;
}
export interface TomlTable extends Placed {
  readonly kind: "table";
  readonly entries: Map<string, TomlValue>;
  /** Where the table's own keys stand: an inline table or a section. Absent when only dotted keys imply it. */
  readonly node?: AST.TOMLInlineTable | AST.TOMLTable;
}

export type TomlDocument =
  | { readonly kind: "ok"; readonly root: TomlTable; readonly program: AST.TOMLProgram }
  | { readonly kind: "error"; readonly line: number; readonly column: number; readonly message: string };

/** Read a document. Never throws. Ranges in the syntax nodes are offsets into `text` as given. */
export function readToml(text: string): TomlDocument {
  try {
    // A byte order mark is no TOML, but editors write it; a space in its place keeps every offset.
    const program = parseTOML(text.startsWith("\uFEFF") ? ` ${text.slice(1)}` : text, { tomlVersion: "1.0" });
    return { kind: "ok", root: readProgram(program), program };
  } catch (error) {
    if (error instanceof ParseError) {
      return { kind: "error", ...placeOf(text, error), message: error.message };
    }
    const message = messageOf(error);
    return { kind: "error", line: 1, column: 1, message };
  }
}

/** A value that is missing is noticed only on the next line; the place that needs mending is where it should stand. */
function placeOf(text: string, error: ParseError): { readonly line: number; readonly column: number } {
  const above = text.split(/\r?\n/)[error.lineNumber - 2]?.trimEnd() ?? "";
  if (error.column === 0 && above.endsWith("=")) return { line: error.lineNumber - 1, column: above.length + 1 };
  return { line: error.lineNumber, column: error.column + 1 };
}

function readProgram(program: AST.TOMLProgram): TomlTable {
  const root = newTable(1);
  for (const node of program.body[0].body) {
    if (node.type === "TOMLKeyValue") putPair(root, node);
    else for (const pair of node.body) putPair(section(root, node), pair);
    if (node.type === "TOMLTable" && node.body.length === 0) section(root, node);
  }
  return root;
}

/** The table that a `[header]` names, made on the way where it does not exist. */
function section(root: TomlTable, node: AST.TOMLTable): TomlTable {
  const line = node.loc.start.line;
  let at: TomlTable | TomlArray = root;
  for (const [depth, key] of node.resolvedKey.entries()) {
    const isLast = depth === node.resolvedKey.length - 1;
    const child: TomlValue | undefined = at.kind === "table" ? at.entries.get(String(key)) : at.items[Number(key)];
    if (child !== undefined && (child.kind === "table" || child.kind === "array")) {
      at = child;
      continue;
    }
    const next: TomlValue =
      typeof node.resolvedKey[depth + 1] === "number" ? newArray(line) : newTable(line, isLast ? node : undefined);
    if (at.kind === "table") at.entries.set(String(key), next);
    else at.items.push(next);
    at = next;
  }
  return at.kind === "table" ? at : root;
}

function putPair(table: TomlTable, pair: AST.TOMLKeyValue): void {
  const keys = pair.key.keys.map((key) => (key.type === "TOMLBare" ? key.name : key.value));
  const last = keys.pop();
  if (last === undefined) return;
  let at = table;
  for (const key of keys) {
    const child = at.entries.get(key);
    if (child?.kind === "table") at = child;
    else {
      const next = newTable(pair.loc.start.line);
      at.entries.set(key, next);
      at = next;
    }
  }
  at.entries.set(last, readValue(pair.value));
}

function readValue(node: AST.TOMLContentNode): TomlValue {
  const line = node.loc.start.line;
  switch (node.type) {
    case "TOMLArray":
      return { kind: "array", line, node, items: node.elements.map(readValue) };
    case "TOMLInlineTable": {
      const table = newTable(line, node);
      for (const pair of node.body) putPair(table, pair);
      return table;
    }
    case "TOMLValue":
      switch (node.kind) {
        case "string":
          return { kind: "string", line, node, value: node.value };
        case "integer":
        case "float":
          return { kind: "number", line, node, value: node.value };
        case "boolean":
          return { kind: "boolean", line, value: node.value };
        default:
          return { kind: "date", line, node, text: node.datetime };
      }
  }
}

function newTable(line: number, node?: AST.TOMLInlineTable | AST.TOMLTable): TomlTable {
  return { kind: "table", line, entries: new Map(), ...(node === undefined ? {} : { node }) };
}

function newArray(line: number): TomlArray {
  return { kind: "array", line, items: [] };
}

/** Plain data of a value: dates as their text, tables as objects (a key `__proto__` is an ordinary property). */
export function plain(value: TomlValue): unknown {
  switch (value.kind) {
    case "array":
      return value.items.map(plain);
    case "table":
      return plainTable(value);
    case "date":
      return value.text;
    default:
      return value.value;
  }
}

export function plainTable(table: TomlTable, except: readonly string[] = []): Readonly<Record<string, unknown>> {
  const kept = [...table.entries].filter(([key]) => !except.includes(key));
  return Object.fromEntries(kept.map(([key, value]) => [key, plain(value)]));
}

/** What a value is called in a message. */
export function kindName(value: TomlValue): string {
  return value.kind === "array" ? "an array" : `a ${value.kind}`;
}
