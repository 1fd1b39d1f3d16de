/** Tables for tests, made by Apache Arrow: any rows of a large one on demand, and one of every type. */
import {
  Bool,
  type DataType,
  DateDay,
  Decimal,
  Dictionary,
  DurationMicrosecond,
  Field,
  Float32,
  Float64,
  Int32,
  Int64,
  List,
  makeBuilder,
  makeData,
  RecordBatch,
  Schema,
  Struct,
  Table,
  TimestampNanosecond,
  tableToIPC,
  Utf8,
  Vector,
  vectorFromArray,
} from "apache-arrow";
import type { TableColumn, TablePayload } from "../../extension/core/outputs/model.ts";

export function payload(
  rows: number,
  columns: readonly TableColumn[],
  extra: Partial<TablePayload> = {},
): TablePayload {
  return {
    version: 1,
    digest: "0".repeat(64),
    bytes: 1,
    rows,
    batchRows: 65536,
    columns,
    source: "pandas.DataFrame",
    shape: [rows, columns.filter((column) => !column.index).length],
    truncated: false,
    ...extra,
  };
}

/** An index column, then `count` columns of several kinds. */
export function largeColumns(count: number): TableColumn[] {
  const kinds = ["int64", "float64", "str", "bool", "datetime64[ns]"];
  return [
    { name: "", dtype: "int64", index: true },
    ...Array.from({ length: count }, (_, at) => ({
      name: `column ${at}`,
      dtype: kinds[at % kinds.length]!,
      index: false,
    })),
  ];
}

export function largeRows(columns: readonly TableColumn[], from: number, to: number): Uint8Array {
  const length = to - from;
  const rows = Array.from({ length }, (_, at) => from + at);
  const vectors = columns.map((column, at): Vector => {
    if (column.index || column.dtype === "int64")
      return vectorFromArray(
        rows.map((row) => BigInt(row * (column.index ? 1 : at + 1))),
        new Int64(),
      );
    if (column.dtype === "float64")
      return vectorFromArray(
        rows.map((row) => (row % 11 === 3 ? null : row / 7)),
        new Float64(),
      );
    if (column.dtype === "bool")
      return vectorFromArray(
        rows.map((row) => row % 2 === 0),
        new Bool(),
      );
    if (column.dtype === "str")
      return vectorFromArray(
        rows.map((row) => `row ${row} of ${column.name}`),
        new Utf8(),
      );
    return stamps(rows.map((row) => BigInt(row) * 3_600_000_000_000n));
  });
  const schema = new Schema(columns.map((column, at) => new Field(column.name, vectors[at]!.type as DataType, true)));
  const children = vectors.map((vector) => vector.data[0]!);
  const struct = makeData({ type: new Struct(schema.fields), length, children });
  return tableToIPC(new Table(schema, [new RecordBatch(schema, struct as never)]), "stream");
}

export function stamps(values: readonly (bigint | null)[], timezone: string | null = null): Vector {
  const data = BigInt64Array.from(values.map((value) => value ?? 0n));
  const nulls = new Uint8Array(Math.ceil(values.length / 8));
  for (const [at, value] of values.entries()) if (value !== null) nulls[at >> 3]! |= 1 << (at & 7);
  return new Vector([
    makeData({
      type: new TimestampNanosecond(timezone),
      length: values.length,
      nullCount: values.includes(null) ? -1 : 0,
      nullBitmap: nulls,
      data,
    }),
  ]);
}

/** One column of each type that the grid treats on its own; `columns` and an IPC stream of its rows. */
export function everyType(): {
  readonly columns: readonly TableColumn[];
  readonly bytes: Uint8Array;
  readonly rows: number;
} {
  const decimal = makeBuilder({ type: new Decimal(2, 18, 128), nullValues: [null] });
  for (const words of [
    Uint32Array.of(12345, 0, 0, 0),
    Uint32Array.of(0xffffff9c, 0xffffffff, 0xffffffff, 0xffffffff),
    null,
  ])
    decimal.append(words as never);
  const columns: readonly (readonly [TableColumn, Vector])[] = [
    [{ name: "city", dtype: "str", index: true }, vectorFromArray(["Oslo", "Bergen", "Tromsø"], new Utf8())],
    [{ name: "count", dtype: "Int64", index: false }, vectorFromArray([9007199254740993n, -1n, null], new Int64())],
    [{ name: "price", dtype: "float64", index: false }, vectorFromArray([0.1 + 0.2, 1234.5, null], new Float64())],
    [
      { name: "single", dtype: "float32", index: false },
      vectorFromArray([0.1, Number.POSITIVE_INFINITY, Number.NaN], new Float32()),
    ],
    [{ name: "flag", dtype: "boolean", index: false }, vectorFromArray([true, false, null], new Bool())],
    [{ name: "when", dtype: "datetime64[ns]", index: false }, stamps([1_704_067_200_000_000_001n, 0n, null])],
    [
      { name: "zoned", dtype: "datetime64[ns, Europe/Oslo]", index: false },
      stamps([1_704_067_200_000_000_000n, 1_719_792_000_000_000_000n, null], "Europe/Oslo"),
    ],
    [
      { name: "day", dtype: "date32[day][pyarrow]", index: false },
      vectorFromArray([new Date("2024-02-29"), new Date("1969-12-31"), null], new DateDay()),
    ],
    [
      { name: "span", dtype: "timedelta64[us]", index: false },
      new Vector([
        makeData({
          type: new DurationMicrosecond(),
          length: 3,
          nullCount: 1,
          nullBitmap: Uint8Array.of(0b011),
          data: BigInt64Array.of(90_061_500_000n, -1_000_000n, 0n) as never,
        }),
      ]),
    ],
    [{ name: "exact", dtype: "decimal128(18, 2)", index: false }, decimal.finish().toVector()],
    [
      { name: "kind", dtype: "category", index: false },
      vectorFromArray(["a", "b", null], new Dictionary(new Utf8(), new Int32())),
    ],
    [
      { name: "tags", dtype: "object", index: false },
      vectorFromArray([["x", "it's"], [], null], new List(new Field("item", new Utf8(), true))),
    ],
    [
      { name: "place", dtype: "object", index: false },
      vectorFromArray(
        [{ lat: 59.9, name: "n" }, { lat: null, name: "a\nb" }, null],
        new Struct([new Field("lat", new Float64(), true), new Field("name", new Utf8(), true)]),
      ),
    ],
    [{ name: "note", dtype: "object", index: false }, vectorFromArray(["two\nlines\tand a tab", "", null], new Utf8())],
  ];
  const vectors = columns.map(([, vector]) => vector);
  const schema = new Schema(columns.map(([column], at) => new Field(column.name, vectors[at]!.type as DataType, true)));
  const struct = makeData({
    type: new Struct(schema.fields),
    length: 3,
    children: vectors.map((vector) => vector.data[0]!),
  });
  return {
    columns: columns.map(([column]) => column),
    bytes: tableToIPC(new Table(schema, [new RecordBatch(schema, struct as never)]), "stream"),
    rows: 3,
  };
}
