/** Reads a page of rows from an Arrow IPC stream into the values that format.ts knows, without losing precision. */
import { type Data, DataType, type Field, type Table, tableFromIPC, Vector } from "apache-arrow";
import type { Value } from "./format.ts";
import type { UnitDigits } from "./times.ts";

export interface Page {
  readonly from: number;
  readonly rows: number;
  /** Row counted from the top of the table, column from the left of the payload. */
  value(row: number, column: number): Value;
}

/** Rows `from` to `to` of a stream whose first row is row `start` of the table; more rows than those may have come. */
export function decodePage(bytes: Uint8Array, from: number, to: number, columns: number, start = from): Page {
  const table: Table = tableFromIPC(bytes);
  if (start > from || start + table.numRows < to)
    throw new Error(`rows ${start} to ${start + table.numRows} came, ${from} to ${to} were asked for`);
  if (table.numCols < columns) throw new Error(`${table.numCols} columns came, ${columns} are listed`);
  const vectors = Array.from({ length: columns }, (_, index) => table.getChildAt(index));
  const plainVectors = new Map<Data, Vector>();
  const plainAt: PlainAt = (data, index) => {
    let vector = plainVectors.get(data);
    if (!vector) {
      vector = new Vector([data]);
      plainVectors.set(data, vector);
    }
    return vector.get(index);
  };
  return {
    from,
    rows: to - from,
    value(row, column) {
      const vector = vectors[column];
      return vector ? fromVector(vector, row - start, plainAt) : null;
    },
  };
}

/** Arrow's own reading of a value whose type needs nothing special. */
type PlainAt = (data: Data, index: number) => unknown;

function fromVector(vector: Vector, index: number, plainAt: PlainAt): Value {
  let rest = index;
  for (const data of vector.data) {
    if (rest < data.length) return fromData(data, rest, plainAt);
    rest -= data.length;
  }
  return null;
}

function fromData(data: Data, index: number, plainAt: PlainAt): Value {
  if (!data.getValid(index)) return null;
  const type = data.type as DataType;
  if (DataType.isTimestamp(type)) {
    const value = wide(data.values, index);
    const digits = unitDigits(type.unit);
    return type.timezone
      ? { kind: "timestamp", value, digits, timezone: type.timezone }
      : { kind: "timestamp", value, digits };
  }
  if (DataType.isDuration(type))
    return { kind: "duration", value: wide(data.values, index), digits: unitDigits(type.unit) };
  if (DataType.isTime(type)) {
    const raw = data.values[index] as number | bigint;
    return { kind: "time", value: BigInt(raw), digits: unitDigits(type.unit) };
  }
  if (DataType.isDate(type)) {
    const raw = data.values[index] as number | bigint;
    return { kind: "date", days: typeof raw === "bigint" ? Number(raw / 86_400_000n) : raw };
  }
  if (DataType.isDecimal(type))
    return { kind: "decimal", text: decimalText(data.values as Uint32Array, index, type.bitWidth, type.scale) };
  if (DataType.isDictionary(type)) {
    const dictionary = data.dictionary;
    return dictionary ? fromVector(dictionary, Number(data.values[index]), plainAt) : null;
  }
  if (DataType.isList(type) || DataType.isFixedSizeList(type) || DataType.isLargeList(type)) {
    return { kind: "list", items: span(data, index, plainAt) };
  }
  if (DataType.isMap(type)) {
    const entries = span(data, index, plainAt).map((entry): readonly [Value, Value] => {
      const pair =
        typeof entry === "object" && entry !== null && "kind" in entry && entry.kind === "struct" ? entry.entries : [];
      return [pair[0]?.[1] ?? null, pair[1]?.[1] ?? null];
    });
    return { kind: "map", entries };
  }
  if (DataType.isStruct(type)) {
    const entries = type.children.map((field: Field, child: number): readonly [string, Value] => {
      const values = data.children[child];
      return [field.name, values ? fromData(values, index, plainAt) : null];
    });
    return { kind: "struct", entries };
  }
  return plain(plainAt(data, index));
}

/** Items of a list-like value: Arrow keeps them in one child, between offsets or at a fixed stride. */
function span(data: Data, index: number, plainAt: PlainAt): Value[] {
  const child = data.children[0];
  if (!child) return [];
  const type = data.type as DataType;
  let start: number;
  let end: number;
  if (DataType.isFixedSizeList(type)) {
    start = (data.offset + index) * type.listSize;
    end = start + type.listSize;
    // A sliced list may have sliced its child already; then its own offset no longer counts.
    if (child.length < end) {
      start = index * type.listSize;
      end = start + type.listSize;
    }
  } else {
    const offsets = data.valueOffsets as unknown as ArrayLike<number | bigint>;
    start = Number(offsets[index] ?? 0);
    end = Number(offsets[index + 1] ?? start);
  }
  const items: Value[] = [];
  for (let item = start; item < end; item++) items.push(fromData(child, item, plainAt));
  return items;
}

function plain(value: unknown): Value {
  if (value === null || value === undefined) return null;
  if (typeof value === "number" || typeof value === "bigint" || typeof value === "boolean" || typeof value === "string")
    return value;
  return value instanceof Uint8Array ? value : String(value);
}

function wide(values: unknown, index: number): bigint {
  const raw = (values as ArrayLike<bigint | number>)[index];
  return raw === undefined ? 0n : BigInt(raw);
}

/** Arrow counts its units 0 to 3, from seconds to nanoseconds. */
function unitDigits(unit: number): UnitDigits {
  return unit === 0 ? 0 : unit === 1 ? 3 : unit === 2 ? 6 : 9;
}

/** Two's complement in little-endian 32-bit words. */
function decimalText(words: Uint32Array, index: number, bitWidth: number, scale: number): string {
  const count = bitWidth / 32;
  let value = 0n;
  for (let word = count - 1; word >= 0; word--) value = (value << 32n) | BigInt(words[index * count + word] ?? 0);
  value = BigInt.asIntN(bitWidth, value);
  const digits = (value < 0n ? -value : value).toString();
  const sign = value < 0n ? "-" : "";
  if (scale <= 0) return sign + digits + "0".repeat(-scale);
  const padded = digits.padStart(scale + 1, "0");
  return `${sign}${padded.slice(0, -scale)}.${padded.slice(-scale)}`;
}
