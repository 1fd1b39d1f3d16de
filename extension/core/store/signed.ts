/**
 * What the index holds: text with its writer's signature. The text is kept as it was signed, because a signature is of
 * bytes; it is parsed after it was found genuine. What is not genuine may be shown, as a file of anybody's may, but
 * nothing that it names is ever loaded.
 */
import type { Output } from "../outputs/model.ts";
import type { CellHead, CellRecord, RecipeKey } from "./model.ts";
import { parseHead, parseRecord, withRecord } from "./record.ts";

export interface Signed {
  readonly text: string;
  /** Hex; "" for what was written before results were signed. */
  readonly signature: string;
}

export interface Signer {
  /** `context` says what the text stands for and where, so that one signed text cannot take another's place. */
  sign(context: string, text: string): string;
  accepts(context: string, signed: Signed): boolean;
}

/** One stored record and whether its writer is trusted. */
export interface Entry {
  readonly record: CellRecord;
  readonly signed: Signed;
  readonly own: boolean;
}

/** A record names its key itself. */
export const RECORD_CONTEXT = "strata.record.v1";

export function headContext(notebook: string, cell: string): string {
  return `strata.head.v1 ${JSON.stringify([notebook, cell])}`;
}

/** The entries of one key's row, newest first; what does not parse is dropped. */
export function readRow(row: unknown, key: RecipeKey, signer: Signer): readonly Entry[] {
  if (!Array.isArray(row)) return [];
  const entries: Entry[] = [];
  for (const item of row) {
    const signed = toSigned(item);
    if (signed === undefined) continue;
    const record = parseRecord(parsed(signed.text), key);
    if (record !== undefined) entries.push({ record, signed, own: signer.accepts(RECORD_CONTEXT, signed) });
  }
  return entries;
}

export function signRecord(record: CellRecord, signer: Signer): Entry {
  const text = JSON.stringify(record);
  return { record, signed: { text, signature: signer.sign(RECORD_CONTEXT, text) }, own: true };
}

/**
 * The row with one more record of one's own in front. Other people's records are neither replaced by it nor do they
 * push it out: each may hold for those who trust its writer.
 */
export function withEntry(entries: readonly Entry[], added: Entry): readonly Entry[] {
  const own = withRecord(ownRecords(entries), added.record);
  const kept = entries.filter((entry) => entry.own && own.includes(entry.record));
  return [added, ...kept, ...entries.filter((entry) => !entry.own).slice(0, FOREIGN_PER_KEY)];
}

const FOREIGN_PER_KEY = 8;

export function ownRecords(entries: readonly Entry[]): readonly CellRecord[] {
  return entries.filter((entry) => entry.own).map((entry) => entry.record);
}

/** As it goes into the index. */
export function toRow(entries: readonly Entry[]): readonly Signed[] {
  return entries.map((entry) => entry.signed);
}

export interface ReadHead {
  /** To be shown: of somebody else's only what is harmless. */
  readonly head: CellHead;
  readonly whole: CellHead;
  readonly own: boolean;
}

export function readHead(stored: unknown, notebook: string, cell: string, signer: Signer): ReadHead | undefined {
  const signed = toSigned(stored);
  if (signed === undefined) return undefined;
  const head = parseHead(parsed(signed.text));
  if (head === undefined) return undefined;
  const own = signer.accepts(headContext(notebook, cell), signed);
  return { head: own ? head : { ...head, outputs: head.outputs.map(harmless) }, whole: head, own };
}

export function signHead(head: CellHead, notebook: string, cell: string, signer: Signer): Signed {
  const text = JSON.stringify(head);
  return { text, signature: signer.sign(headContext(notebook, cell), text) };
}

/** Text, pictures and tables: what the editor shows in a workspace that is not trusted, too. */
const HARMLESS = /^(text\/plain|image\/(png|jpeg|gif|webp)|application\/vnd\.strata\.table\+json)$/;

function harmless(output: Output): Output {
  if (output.type !== "display") return output;
  const data = output.data.filter((item) => HARMLESS.test(item.mime));
  const why = { mime: "text/plain", text: "[made by somebody else; run the cell to see this output]" };
  return { ...output, data: data.length === 0 ? [why] : data };
}

/** Versions before signing stored the object itself. */
function toSigned(item: unknown): Signed | undefined {
  if (typeof item !== "object" || item === null) return undefined;
  if (!("text" in item)) return { text: JSON.stringify(item), signature: "" };
  const { text, signature } = item as { text: unknown; signature?: unknown };
  return typeof text === "string" && typeof signature === "string" ? { text, signature } : undefined;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Damaged: as good as absent.
    return undefined;
  }
}
