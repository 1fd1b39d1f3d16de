/**
 * Arrow files as pyarrow and polars write them: apache-arrow's own file writer leaves out the schema before the batches,
 * so the file is put together from its stream and its footer.
 */
import { type Table, tableToIPC } from "apache-arrow";
import { FileBlock, Footer } from "apache-arrow/ipc/metadata/file";
import { Message } from "apache-arrow/ipc/metadata/message";

export function arrowFile(table: Table): Uint8Array {
  const stream = tableToIPC(table, "stream");
  const view = new DataView(stream.buffer, stream.byteOffset, stream.byteLength);
  const batches: FileBlock[] = [];
  const dictionaries: FileBlock[] = [];
  let at = 0;
  while (view.getInt32(at + 4, true) > 0) {
    const metadata = 8 + view.getInt32(at + 4, true);
    const message = Message.decode(stream.subarray(at + 8, at + metadata));
    const block = new FileBlock(metadata, message.bodyLength, at + 8);
    if (message.isRecordBatch()) batches.push(block);
    if (message.isDictionaryBatch()) dictionaries.push(block);
    at += metadata + message.bodyLength;
  }
  const footer = Footer.encode(new Footer(table.schema, 4, batches, dictionaries));
  const length = new Uint8Array(4);
  new DataView(length.buffer).setInt32(0, footer.length, true);
  return Buffer.concat([Buffer.from("ARROW1\0\0"), stream, footer, length, Buffer.from("ARROW1")]);
}
