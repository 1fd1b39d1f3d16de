/** The notebook in Jupyter's format, version 4.5, with what fresh cells showed. */
import type { Cell, CellId, Notebook } from "../notebook/model.ts";
import { type MimeItem, type Output, TABLE_MIME } from "../outputs/model.ts";

export interface IpynbOptions {
  /** What a fresh cell showed; undefined for any other. */
  readonly outputs: (cell: CellId) => readonly Output[] | undefined;
  /** Bytes of the store: as text for what is text, else in base64; undefined when they are gone. */
  readonly content: (item: MimeItem & { readonly digest: string }) => string | undefined;
  /** "3.13.1", when it is known. */
  readonly pythonVersion?: string | undefined;
}

type Json = Readonly<Record<string, unknown>>;

export function exportIpynb(notebook: Notebook, options: IpynbOptions): string {
  const taken = new Set<string>();
  const document = {
    cells: notebook.cells.map((cell) => cellJson(cell, uniqueId(cell.id, taken), options)),
    metadata: {
      kernelspec: { display_name: "Python 3", language: "python", name: "python3" },
      language_info: {
        name: "python",
        file_extension: ".py",
        mimetype: "text/x-python",
        ...(options.pythonVersion === undefined ? {} : { version: options.pythonVersion }),
      },
      title: notebook.name,
      strata: { notebook_id: notebook.id },
    },
    nbformat: 4,
    nbformat_minor: 5,
  };
  return `${JSON.stringify(document, undefined, 1)}\n`;
}

function cellJson(cell: Cell, id: string, options: IpynbOptions): Json {
  const source = lines(cell.source);
  const strata = { strata: { id: cell.id, file: cell.file, language: cell.language } };
  switch (cell.language) {
    case "markdown":
      return { cell_type: "markdown", id, metadata: strata, source };
    case "prompt":
    case "sql":
      // Jupyter would run it as Python.
      return { cell_type: "raw", id, metadata: strata, source };
    case "python": {
      const outputs = (options.outputs(cell.id) ?? []).map((output) => outputJson(output, options));
      return { cell_type: "code", id, metadata: strata, execution_count: null, outputs, source };
    }
    default:
      return cell.language satisfies never;
  }
}

function outputJson(output: Output, options: IpynbOptions): Json {
  switch (output.type) {
    case "stream":
      return { output_type: "stream", name: output.name, text: lines(output.text) };
    case "display":
      return { output_type: "display_data", data: bundle(output.data, options), metadata: {} };
    case "error": {
      const { name, message, traceback } = output.error;
      return { output_type: "error", ename: name, evalue: message, traceback: traceback.split("\n") };
    }
    default:
      return output satisfies never;
  }
}

function bundle(data: readonly MimeItem[], options: IpynbOptions): Json {
  const found: Record<string, unknown> = {};
  for (const item of data) {
    // Its rows are in this notebook's store, which no other program knows.
    if (item.mime === TABLE_MIME) continue;
    const text = "text" in item ? item.text : options.content(item);
    if (text === undefined) continue;
    if (/^application\/(json|.*\+json)$/.test(item.mime)) found[item.mime] = parsed(text);
    else found[item.mime] = isBinary(item.mime) ? text : lines(text);
  }
  return found;
}

/** Types whose bytes stand in the file in base64. */
export function isBinary(mime: string): boolean {
  return /^(image|audio|video)\//.test(mime) ? !mime.includes("svg") : mime === "application/pdf";
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** Jupyter keeps text as a list of lines, each with its end. */
function lines(text: string): readonly string[] {
  return text === "" ? [] : text.split(/(?<=\n)/);
}

/** 1 to 64 of the characters that Jupyter allows, different from every other. */
function uniqueId(id: string, taken: Set<string>): string {
  const base = id.replace(/[^a-zA-Z0-9_-]/g, "-").slice(0, 56) || "cell";
  let unique = base;
  for (let count = 2; taken.has(unique); count++) unique = `${base}-${count}`;
  taken.add(unique);
  return unique;
}
