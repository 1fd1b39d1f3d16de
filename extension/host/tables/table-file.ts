/** Reads pages of a table's Arrow file from disk, with no Python and without reading the rest of the file. */
import type { FileHandle } from "node:fs/promises";
import { open } from "node:fs/promises";
import { messageOf, systemCode } from "../../core/thrown.ts";
import type { Block, Footer } from "./footer.ts";
import {
  batchLength,
  END_MARK,
  footerLength,
  HEAD_BYTES,
  isArrowFile,
  metadataLength,
  PREFIX_BYTES,
  parseFooter,
  TAIL_BYTES,
} from "./footer.ts";
import type { TableFault, TableFile } from "./model.ts";

/** Reads what is needed to find pages: footer, schema, and the sizes of the first and the last batch. */
export function openTable(path: string): Promise<TableFile | TableFault> {
  return reading(path, async (file) => {
    const { size } = await file.stat();
    if (size < HEAD_BYTES + TAIL_BYTES || !isArrowFile(await bytes(file, 0, HEAD_BYTES))) {
      return damaged(path, "it does not begin as an Arrow file does");
    }
    const length = footerLength(await bytes(file, size - TAIL_BYTES, TAIL_BYTES));
    const end = size - TAIL_BYTES - (length ?? 0);
    if (length === undefined || end < HEAD_BYTES) return damaged(path, "its end is missing");
    const footer = parseFooter(await bytes(file, end, length), end);
    const schemaBytes = PREFIX_BYTES + metadataLength(await bytes(file, HEAD_BYTES, PREFIX_BYTES));
    if (HEAD_BYTES + schemaBytes > end) return damaged(path, "its schema is longer than the file");
    const schema = await bytes(file, HEAD_BYTES, schemaBytes);
    const batchRows = await rowsOf(file, footer.batches[0]);
    const before = Math.max(0, footer.batches.length - 1) * batchRows;
    return tableFile(path, schema, footer, batchRows, before + (await rowsOf(file, footer.batches.at(-1))));
  });
}

function tableFile(path: string, schema: Uint8Array, footer: Footer, batchRows: number, rows: number): TableFile {
  return {
    path,
    rows,
    batchRows,
    page(from, to) {
      const first = Math.max(0, from);
      const last = Math.min(rows, to);
      const wanted =
        last <= first || batchRows === 0
          ? []
          : footer.batches.slice(Math.floor(first / batchRows), Math.ceil(last / batchRows));
      const offset = Math.floor(first / Math.max(1, batchRows));
      return reading(path, (file) =>
        stream(path, file, schema, [...footer.dictionaries, ...wanted], (index, message) => {
          const batch = index - footer.dictionaries.length;
          // A page is found by dividing; a file with uneven batches would show rows under the wrong numbers.
          const full = offset + batch < footer.batches.length - 1;
          return batch < 0 || !full || batchLength(message) === batchRows;
        }),
      );
    },
  };
}

/** The messages, one after the other between the schema and the end mark, as a stream has them. */
async function stream(
  path: string,
  file: FileHandle,
  schema: Uint8Array,
  blocks: readonly Block[],
  isExpected: (index: number, message: Uint8Array) => boolean,
): Promise<Uint8Array | TableFault> {
  const total = blocks.reduce((sum, block) => sum + block.length, schema.length + END_MARK.length);
  const page = new Uint8Array(total);
  page.set(schema);
  let at = schema.length;
  for (const [index, block] of blocks.entries()) {
    const message = page.subarray(at, at + block.length);
    await fill(file, message, block.offset);
    if (!isExpected(index, message)) return damaged(path, "its batches of rows are not of one size");
    at += block.length;
  }
  page.set(END_MARK, at);
  return page;
}

async function rowsOf(file: FileHandle, block: Block | undefined): Promise<number> {
  return block === undefined ? 0 : batchLength(await bytes(file, block.offset, block.metadata));
}

async function bytes(file: FileHandle, position: number, length: number): Promise<Uint8Array> {
  const buffer = new Uint8Array(length);
  await fill(file, buffer, position);
  return buffer;
}

/** @throws RangeError when the file ends before the buffer is full */
async function fill(file: FileHandle, buffer: Uint8Array, position: number): Promise<void> {
  let done = 0;
  while (done < buffer.length) {
    const { bytesRead } = await file.read(buffer, done, buffer.length - done, position + done);
    if (bytesRead === 0) throw new RangeError("the file is shorter than its footer says");
    done += bytesRead;
  }
}

/** Opens the file for one reading, closes it again, and turns what may go wrong into values. */
async function reading<T>(path: string, read: (file: FileHandle) => Promise<T | TableFault>): Promise<T | TableFault> {
  let file: FileHandle;
  try {
    file = await open(path, "r");
  } catch (error) {
    return unreadable(path, error);
  }
  try {
    return await read(file);
  } catch (error) {
    return error instanceof RangeError ? damaged(path, error.message) : unreadable(path, error);
  } finally {
    await file.close();
  }
}

function damaged(path: string, what: string): TableFault {
  const message = `The stored rows of this table are damaged (${what}). Run the cell again to show it.`;
  return { kind: "table-damaged", path, message };
}

function unreadable(path: string, error: unknown): TableFault {
  if (systemCode(error) === "ENOENT") {
    const message = "The stored rows of this table are no longer there. Run the cell again to show it.";
    return { kind: "table-missing", path, message };
  }
  const reason = messageOf(error);
  return { kind: "table-unreadable", path, message: `The stored rows of this table cannot be read: ${reason}` };
}
