/**
 * Where things are in an Arrow IPC file. Format: https://arrow.apache.org/docs/format/Columnar.html#ipc-file-format
 *
 * The messages of a file are byte for byte those of a stream. So a page is the schema's message, the dictionaries', those
 * of some record batches, and an end mark.
 */
import type { FlatTable } from "./flat-table.ts";
import { byteField, longField, rootTable, safeInteger, structsField, tableField } from "./flat-table.ts";

/** One message: its start and its bytes, of which the first `metadata` describe it. */
export interface Block {
  readonly offset: number;
  readonly metadata: number;
  readonly length: number;
}

export interface Footer {
  readonly dictionaries: readonly Block[];
  readonly batches: readonly Block[];
}

const MAGIC = "ARROW1";
/** Magic and its padding: where the schema's message begins. */
export const HEAD_BYTES = 8;
/** Length of the footer, and magic: the end of every file. */
export const TAIL_BYTES = 10;
/** Continuation mark and length before the metadata of a message. */
export const PREFIX_BYTES = 8;
/** What ends a stream. */
export const END_MARK: Uint8Array = Uint8Array.of(0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0);

const BLOCK_BYTES = 24;
const RECORD_BATCH = 3;

/** Whether the first bytes are those of an Arrow file. */
export function isArrowFile(head: Uint8Array): boolean {
  return text(head.subarray(0, MAGIC.length)) === MAGIC;
}

/** The length of the footer, from the last `TAIL_BYTES` of the file; undefined when they are not a file's end. */
export function footerLength(tail: Uint8Array): number | undefined {
  if (text(tail.subarray(4)) !== MAGIC) return undefined;
  const length = viewOf(tail).getInt32(0, true);
  return length > 0 ? length : undefined;
}

/** @throws RangeError when the footer is damaged; `end` is where the messages end. */
export function parseFooter(bytes: Uint8Array, end: number): Footer {
  const footer = rootTable(viewOf(bytes));
  return { dictionaries: blocks(footer, 2, end), batches: blocks(footer, 3, end) };
}

function blocks(footer: FlatTable, slot: number, end: number): Block[] {
  const { count, at } = structsField(footer, slot);
  const found: Block[] = [];
  for (let index = 0; index < count; index++) {
    const start = at + index * BLOCK_BYTES;
    const offset = safeInteger(footer.view.getBigInt64(start, true));
    const metadata = footer.view.getInt32(start + 8, true);
    const body = safeInteger(footer.view.getBigInt64(start + 16, true));
    const length = metadata + body;
    if (metadata < PREFIX_BYTES || offset < HEAD_BYTES || offset + length > end) {
      throw new RangeError(`message ${index} lies outside the file`);
    }
    found.push({ offset, metadata, length });
  }
  return found;
}

/**
 * The bytes of the metadata that follow a message's prefix.
 * @throws RangeError when the bytes are no message
 */
export function metadataLength(prefix: Uint8Array): number {
  const view = viewOf(prefix);
  const length = view.getInt32(4, true);
  if (view.getUint32(0, true) !== 0xffffffff || length <= 0) throw new RangeError("not the start of a message");
  return length;
}

/**
 * Rows of the record batch whose message begins with these bytes.
 * @throws RangeError when it is not a record batch
 */
export function batchLength(message: Uint8Array): number {
  const length = metadataLength(message.subarray(0, PREFIX_BYTES));
  const metadata = rootTable(viewOf(message.subarray(PREFIX_BYTES, PREFIX_BYTES + length)));
  const header = tableField(metadata, 2);
  if (byteField(metadata, 1) !== RECORD_BATCH || header === undefined) throw new RangeError("not a record batch");
  return longField(header, 0);
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function text(bytes: Uint8Array): string {
  return String.fromCharCode(...bytes);
}
