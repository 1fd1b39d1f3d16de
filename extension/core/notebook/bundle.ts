/**
 * A notebook folder as one value, and as the bytes of the virtual file that an editor opens and backs up.
 * It holds everything that a save or a recovery needs: notebook.toml, every cell's file, the names that are taken, and
 * the digests of what was read from disk. Files that are not UTF-8 travel as base64, so no byte is ever lost.
 */
import { isFields, isListOf, isMapOf, isString } from "../json/fields.ts";
import type { CellFile, NotebookFiles } from "./parse.ts";
import { decodeUtf8, encodeUtf8, fromBase64, toBase64 } from "./text.ts";

export type FileContent = { readonly text: string } | { readonly base64: string } | { readonly missing: true };

/** Path relative to the notebook folder → digest of the bytes on disk. A file that was missing has none. */
export type Digests = Readonly<Record<string, string>>;

export interface Bundle {
  readonly toml: FileContent;
  /** By path relative to `cells/`: the file of each cell the notebook shows. */
  readonly cells: Readonly<Record<string, FileContent>>;
  /** Every other path in `cells/`; new cells never take one of these names. */
  readonly others: readonly string[];
  /** What was on disk when the folder was read, for telling whether it has changed since. */
  readonly digests: Digests;
}

export interface BundleProblem {
  readonly code: "bundle-malformed" | "bundle-version";
  readonly message: string;
}

const BUNDLE_FORMAT = "strata-notebook-bundle";
const BUNDLE_VERSION = 1;

/** Equal bundles give equal bytes. */
export function packBundle(bundle: Bundle): Uint8Array {
  const value = {
    format: BUNDLE_FORMAT,
    version: BUNDLE_VERSION,
    toml: bundle.toml,
    cells: sorted(bundle.cells),
    others: [...bundle.others].sort(byCodeUnit),
    digests: sorted(bundle.digests),
  };
  return encodeUtf8(`${JSON.stringify(value, undefined, 1)}\n`);
}

export function unpackBundle(
  bytes: Uint8Array,
):
  | { readonly kind: "bundle"; readonly bundle: Bundle }
  | { readonly kind: "problem"; readonly problem: BundleProblem } {
  const malformed = (what: string) =>
    problem(
      "bundle-malformed",
      `The notebook document is damaged: ${what}. Close it and open the notebook folder again; the files in the folder are untouched.`,
    );
  const text = decodeUtf8(bytes);
  if (text === undefined) return malformed("it is not UTF-8 text");
  const value = parseJson(text);
  if (!isFields(value) || value.format !== BUNDLE_FORMAT) return malformed("it is not a notebook bundle");
  if (value.version !== BUNDLE_VERSION) {
    return problem(
      "bundle-version",
      `The notebook document has version ${String(value.version)}, and this Strata reads version ${BUNDLE_VERSION}. Open the notebook folder again, or use the Strata that wrote it.`,
    );
  }
  const bundle = readBundle(value);
  return bundle === undefined ? malformed("a part of it is missing") : { kind: "bundle", bundle };
}

/** The bundle in a value that went through JSON, such as an editor's metadata; undefined when it is none. */
export function readBundle(value: unknown): Bundle | undefined {
  if (!isFields(value)) return undefined;
  const { toml, cells, others, digests } = value;
  if (!isContent(toml) || !isMapOf(cells, isContent) || !isMapOf(digests, isString) || !isListOf(others, isString))
    return undefined;
  return { toml, cells, others, digests };
}

/** Text when the bytes are UTF-8, base64 otherwise. */
export function contentOf(bytes: Uint8Array): FileContent {
  const text = decodeUtf8(bytes);
  return text === undefined ? { base64: toBase64(bytes) } : { text };
}

/** The exact bytes; undefined when there is no file. */
export function bytesOf(content: FileContent): Uint8Array | undefined {
  if ("text" in content) return encodeUtf8(content.text);
  return "base64" in content ? fromBase64(content.base64) : undefined;
}

/** The content of one cell file; missing when the bundle has none. */
export function cellContent(bundle: Bundle, file: string): FileContent {
  return (Object.hasOwn(bundle.cells, file) ? bundle.cells[file] : undefined) ?? { missing: true };
}

/** What `parseNotebook` takes. */
export function bundleFiles(bundle: Bundle): NotebookFiles {
  const toml = "text" in bundle.toml ? bundle.toml.text : (bytesOf(bundle.toml) ?? "");
  const files = Object.entries(bundle.cells).map(([file, content]): [string, CellFile] => {
    return [file, "text" in content ? content.text : (bytesOf(content) ?? { missing: true })];
  });
  return { toml, cellFiles: new Map(files) };
}

function problem(code: BundleProblem["code"], message: string) {
  return { kind: "problem", problem: { code, message } } as const;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Not JSON, and so no bundle either: the caller says so.
    return undefined;
  }
}

function sorted<T>(record: Readonly<Record<string, T>>): Record<string, T> {
  return Object.fromEntries(Object.entries(record).sort(([a], [b]) => byCodeUnit(a, b)));
}

function byCodeUnit(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function isContent(value: unknown): value is FileContent {
  if (!isFields(value)) return false;
  if (isString(value.text)) return true;
  return isString(value.base64) ? fromBase64(value.base64) !== undefined : value.missing === true;
}
