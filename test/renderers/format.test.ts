import assert from "node:assert/strict";
import {
  type ColumnStyle,
  type ColumnType,
  full,
  missingText,
  NEW_STYLE,
  short,
  type Value,
  widen,
} from "../../renderers/table/format.ts";

const FLOAT: ColumnType = { dtype: "float64", source: "pandas.DataFrame" };

function column(values: readonly Value[], type: ColumnType): string[] {
  const style = values.reduce<ColumnStyle>(widen, NEW_STYLE);
  return values.map((value) => short(value, style, type));
}

describe("values in the grid", () => {
  // The expected texts are what pandas 3.1.1 prints for the same Series.
  const floats: readonly (readonly [number[], string[]])[] = [
    [
      [1e7, 2.5],
      ["10000000.0", "2.5"],
    ],
    [[1234567.891], ["1234567.891"]],
    [
      [1.5, Number.NaN, 1 / 3],
      ["1.500000", "NaN", "0.333333"],
    ],
    [
      [1e-7, 1],
      ["1.000000e-07", "1.000000e+00"],
    ],
    [
      [1e-5, 1],
      ["0.00001", "1.00000"],
    ],
    [
      [0.0001234, 123456.789],
      ["0.000123", "123456.789000"],
    ],
    [
      [1e10, 1],
      ["1.000000e+10", "1.000000e+00"],
    ],
    [
      [1e16, 1],
      ["1.000000e+16", "1.000000e+00"],
    ],
    [[1e300], ["1.000000e+300"]],
    [[123456789.5], ["123456789.5"]],
    [[0.1 + 0.2], ["0.3"]],
    [
      [100, 2],
      ["100.0", "2.0"],
    ],
    [
      [1e6, 0.5],
      ["1000000.0", "0.5"],
    ],
    [
      [1234567, 0.123456],
      ["1.234567e+06", "1.234560e-01"],
    ],
    [
      [999999.999999, 1],
      ["999999.999999", "1.000000"],
    ],
    [
      [-1.5, Number.POSITIVE_INFINITY],
      ["-1.5", "inf"],
    ],
    [
      [123456.789123456, 1e-5],
      ["123456.789123", "0.000010"],
    ],
    [
      [1e20, 2e20],
      ["1.000000e+20", "2.000000e+20"],
    ],
  ];
  for (const [values, expected] of floats) {
    it(`writes the floats ${values.join(", ")} as pandas does`, () =>
      assert.deepEqual(column(values, FLOAT), expected));
  }

  const nanoseconds = (value: bigint): Value => ({ kind: "timestamp", value, digits: 9 });
  const DATE: ColumnType = { dtype: "datetime64[ns]", source: "pandas.DataFrame" };
  const midnight = 1_704_067_200_000_000_000n;
  const stamps: readonly (readonly [string, Value[], string[]])[] = [
    ["days only", [nanoseconds(midnight), null], ["2024-01-01", "NaT"]],
    [
      "a clock for all as soon as one needs it",
      [nanoseconds(midnight), nanoseconds(midnight + 36_000_000_000_000n)],
      ["2024-01-01 00:00:00", "2024-01-01 10:00:00"],
    ],
    [
      "milliseconds",
      [nanoseconds(midnight + 1_000_000n), nanoseconds(midnight)],
      ["2024-01-01 00:00:00.001", "2024-01-01 00:00:00.000"],
    ],
    ["nanoseconds", [nanoseconds(midnight + 1n)], ["2024-01-01 00:00:00.000000001"]],
    ["before 1970", [nanoseconds(-1_000_000_000n)], ["1969-12-31 23:59:59"]],
    [
      "the zone's own offset on each day",
      [
        { kind: "timestamp", value: 1_704_063_600n, digits: 0, timezone: "Europe/Berlin" },
        { kind: "timestamp", value: 1_719_784_800n, digits: 0, timezone: "Europe/Berlin" },
      ],
      ["2024-01-01 00:00:00+01:00", "2024-07-01 00:00:00+02:00"],
    ],
    [
      "a fixed offset",
      [{ kind: "timestamp", value: 0n, digits: 0, timezone: "-03:30" }],
      ["1969-12-31 20:30:00-03:30"],
    ],
    [
      "spans of whole days",
      [
        { kind: "duration", value: 86_400n, digits: 0 },
        { kind: "duration", value: 172_800n, digits: 0 },
      ],
      ["1 days", "2 days"],
    ],
    [
      "spans",
      [
        { kind: "duration", value: 86_400_000_000n, digits: 6 },
        { kind: "duration", value: -1_000_000n, digits: 6 },
      ],
      ["1 days 00:00:00", "-1 days +23:59:59"],
    ],
  ];
  for (const [name, values, expected] of stamps)
    it(`writes time: ${name}`, () => assert.deepEqual(column(values, DATE), expected));

  const exact: readonly (readonly [Value, Partial<ColumnType>, string])[] = [
    [0.1 + 0.2, {}, "0.30000000000000004"],
    [3, {}, "3.0"],
    [-0, {}, "-0.0"],
    [1e16, {}, "1e+16"],
    [1e-5, {}, "1e-05"],
    [123456.789, {}, "123456.789"],
    [Math.fround(0.1), { dtype: "float32" }, "0.1"],
    [Math.fround(1e-7), { dtype: "float32" }, "1e-07"],
    [9007199254740993n, { dtype: "int64" }, "9007199254740993"],
    [true, { dtype: "bool" }, "True"],
    [true, { dtype: "Boolean", source: "polars.DataFrame" }, "true"],
    ["a\nb", { dtype: "str" }, "a\nb"],
    [Uint8Array.of(0, 39, 65, 255), { dtype: "object" }, "b'\\x00\\'A\\xff'"],
    [{ kind: "decimal", text: "-1.00" }, {}, "-1.00"],
    [{ kind: "date", days: 19782 }, {}, "2024-02-29"],
    [{ kind: "time", value: 3_661_000_500n, digits: 6 }, {}, "01:01:01.000500"],
    [{ kind: "list", items: [1, 2.5, "it's", null, true] }, {}, `[1.0, 2.5, "it's", None, True]`],
    [
      {
        kind: "struct",
        entries: [
          ["a", 1n],
          ["b", { kind: "list", items: [] }],
        ],
      },
      {},
      "{'a': 1, 'b': []}",
    ],
    [{ kind: "map", entries: [["k", null]] }, { source: "pyarrow.Table" }, "{'k': null}"],
  ];
  for (const [value, type, expected] of exact)
    it(`copies ${JSON.stringify(expected)} exactly`, () => assert.equal(full(value, { ...FLOAT, ...type }), expected));

  const missing: readonly (readonly [string, string, string])[] = [
    ["float64", "pandas.DataFrame", "NaN"],
    ["datetime64[ns, UTC]", "pandas.DataFrame", "NaT"],
    ["timedelta64[ns]", "pandas.Series", "NaT"],
    ["Int64", "pandas.DataFrame", "<NA>"],
    ["boolean", "pandas.DataFrame", "<NA>"],
    ["string", "pandas.DataFrame", "<NA>"],
    ["double[pyarrow]", "pandas.DataFrame", "<NA>"],
    ["category", "pandas.DataFrame", "NaN"],
    ["str", "pandas.DataFrame", "NaN"],
    ["object", "pandas.DataFrame", "None"],
    ["Float64", "polars.DataFrame", "null"],
    ["int64", "pyarrow.Table", "null"],
  ];
  for (const [dtype, source, expected] of missing) {
    it(`calls a missing ${dtype} of ${source} ${expected}`, () =>
      assert.equal(missingText({ dtype, source }), expected));
  }

  it("keeps line ends and tabs from breaking a row", () => {
    assert.equal(short("a\r\n\tb", NEW_STYLE, { dtype: "str", source: "" }), "a\\r\\n\\tb");
  });

  it("does not narrow a style that was widened", () => {
    const wide = widen(widen(NEW_STYLE, 1 / 3), 2);
    assert.equal(short(2, wide, FLOAT), "2.000000");
    assert.equal(widen(wide, 3), wide);
  });
});
