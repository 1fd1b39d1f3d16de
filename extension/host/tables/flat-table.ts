/**
 * Reads the FlatBuffers tables of Arrow's metadata: just the navigation, no schema.
 *
 * apache-arrow decodes a footer together with the whole schema and then the batches themselves; pages are passed on as
 * the bytes they are, so that only the positions in the footer matter here. An offset that leads outside the buffer is a
 * `RangeError` of `DataView`, which the caller takes as damage.
 */
export interface FlatTable {
  readonly view: DataView;
  readonly at: number;
}

/** The table a buffer is about. */
export function rootTable(view: DataView): FlatTable {
  const at = view.getUint32(0, true);
  // Zeros would read as a table that leaves everything out.
  if (at < 4) throw new RangeError("there is no table in it");
  return { view, at };
}

/** Where the field in a slot lies, or undefined when the table leaves it out. */
function fieldAt(table: FlatTable, slot: number): number | undefined {
  const { view, at } = table;
  const vtable = at - view.getInt32(at, true);
  const entry = 4 + 2 * slot;
  if (entry >= view.getUint16(vtable, true)) return undefined;
  const offset = view.getUint16(vtable + entry, true);
  return offset === 0 ? undefined : at + offset;
}

/** A 64-bit field; 0, its default, when left out. */
export function longField(table: FlatTable, slot: number): number {
  const at = fieldAt(table, slot);
  return at === undefined ? 0 : safeInteger(table.view.getBigInt64(at, true));
}

/** An 8-bit field; 0 when left out. */
export function byteField(table: FlatTable, slot: number): number {
  const at = fieldAt(table, slot);
  return at === undefined ? 0 : table.view.getUint8(at);
}

export function tableField(table: FlatTable, slot: number): FlatTable | undefined {
  const at = fieldAt(table, slot);
  return at === undefined ? undefined : { view: table.view, at: at + table.view.getUint32(at, true) };
}

/** Number and first position of the structs in a vector. */
export function structsField(table: FlatTable, slot: number): { readonly count: number; readonly at: number } {
  const at = fieldAt(table, slot);
  if (at === undefined) return { count: 0, at: 0 };
  const vector = at + table.view.getUint32(at, true);
  return { count: table.view.getUint32(vector, true), at: vector + 4 };
}

export function safeInteger(value: bigint): number {
  const number = Number(value);
  if (!Number.isSafeInteger(number) || number < 0) throw new RangeError(`${value} is no position in a file`);
  return number;
}
