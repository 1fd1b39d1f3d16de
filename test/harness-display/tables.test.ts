/** Values shown as tables: every kind of column, with pyarrow and without, read back by another implementation of Arrow. */
import assert from "node:assert/strict";
import { pandasOnlyPython, sciencePython } from "./environments.ts";
import type { Rig, Shown, ShownTable } from "./rig.ts";
import { column, makeRig, mimes, table, text } from "./rig.ts";

const TABLE = ["application/vnd.strata.table+json", "text/plain"];

/** The column made by the code, then its dtype, its Arrow type and its values. Where pandas 3 differs, "a | b" names both. */
type Case = readonly [code: string, dtype: string, arrow: string, values: readonly unknown[]];

const pandasColumns: readonly Case[] = [
  ["[True, False]", "bool", "Bool", [true, false]],
  ...(["int8", "int16", "int32", "uint8", "uint16", "uint32"] as const).map(
    (dtype): Case => [
      `np.array([1, 2], "${dtype}")`,
      dtype,
      dtype.replace(/^(u?)i/, (_, u) => (u ? "Ui" : "I")),
      [1, 2],
    ],
  ),
  ["[-1, 2**62]", "int64", "Int64", [-1n, 2n ** 62n]],
  ["np.array([1, 2**64 - 1], 'u8')", "uint64", "Uint64", [1n, 2n ** 64n - 1n]],
  ["np.array([1.5, np.nan], 'f2')", "float16", "Float16", [1.5, Number.NaN]],
  ["np.array([1.5, np.inf], 'f4')", "float32", "Float32", [1.5, Number.POSITIVE_INFINITY]],
  ["[0.1, np.nan]", "float64", "Float64", [0.1, Number.NaN]],
  ["[1 + 2j, 0]", "complex128", "Utf8", ["(1+2j)", "0j"]],
  ["pd.array([1, None], 'Int64')", "Int64", "Int64", [1n, null]],
  ["pd.array([1, None], 'UInt8')", "UInt8", "Uint8", [1, null]],
  ["pd.array([1.5, None], 'Float32')", "Float32", "Float32", [1.5, null]],
  ["pd.array([True, None], 'boolean')", "boolean", "Bool", [true, null]],
  ["pd.array(['ü', None], 'string')", "string", "Utf8", ["ü", null]],
  ["['a😀', None]", "object | str", "Utf8", ["a😀", null]],
  ["np.array(['a', np.nan], dtype=object)", "object | str", "Utf8", ["a", null]],
  ["pd.Series(['\\ud800', 'b'], dtype=object)", "object", "Utf8", ["\\ud800", "b"]],
  ["[1, 'x']", "object", "Utf8", ["1", "x"]],
  ["[b'ab', b'\\xff']", "object", "Utf8", ["b'ab'", "b'\\xff'"]],
  ["[{'a': [1]}, [None]]", "object", "Utf8", ["{'a': [1]}", "[None]"]],
  ["[Decimal('1.10'), None]", "object", "Utf8", ["1.10", null]],
  ["[date(2020, 1, 2), None]", "object", "Utf8", ["2020-01-02", null]],
  ["[Broken(), Long()]", "object", "Utf8", ["<Broken: ValueError: no>", `${"x".repeat(10_000)}…`]],
  ["pd.Categorical(['u', None])", "category", "Utf8", ["u", null]],
  ["pd.Categorical([7, None])", "category", "Int64", [7n, null]],
  ["pd.Categorical([None, None])", "category", "Utf8", [null, null]],
  ["np.array(['2020-01-01T00:00:01', 'NaT'], 'M8[s]')", "datetime64[s]", "Timestamp<SECOND>", [1577836801000, null]],
  ["np.array(['2020-01-01', 'NaT'], 'M8[ns]')", "datetime64[ns]", "Timestamp<NANOSECOND>", [1577836800000, null]],
  [
    "np.array(['2020-01-01', 'NaT'], 'M8[us]').view('M8[us]')",
    "datetime64[us]",
    "Timestamp<MICROSECOND>",
    [1577836800000, null],
  ],
  [
    "pd.Series(np.array(['2020-01-01', 'NaT'], 'M8[ms]')).dt.tz_localize('Europe/Berlin')",
    "datetime64[ms, Europe/Berlin]",
    "Timestamp<MILLISECOND, Europe/Berlin>",
    [1577833200000, null],
  ],
  [
    "pd.Series(np.array(['2020-01-01', 'NaT'], 'M8[s]')).dt.tz_localize(timezone(timedelta(hours=-3)))",
    "datetime64[s, UTC-03:00]",
    "Timestamp<SECOND, -03:00>",
    [1577847600000, null],
  ],
  ["np.array([90, 'NaT'], 'm8[s]')", "timedelta64[s]", "Duration<SECOND>", [90n, null]],
  ["np.array([90, 'NaT'], 'm8[ns]')", "timedelta64[ns]", "Duration<NANOSECOND>", [90n, null]],
  ["pd.period_range('2020-01', periods=2, freq='M')", "period[M]", "Utf8", ["2020-01", "2020-02"]],
  ["pd.interval_range(0, 2)", "interval[int64, right]", "Utf8", ["(0, 1]", "(1, 2]"]],
  ["pd.arrays.SparseArray([0, 3])", "Sparse[int64, 0]", "Int64", [0n, 3n]],
];

const PRELUDE = `
from datetime import date, datetime, time, timedelta, timezone
from decimal import Decimal
import numpy as np
class Broken:
    def __str__(self): raise ValueError("no")
    __repr__ = lambda self: "Broken"
class Long:
    def __str__(self): return "x" * 20_000
    __repr__ = lambda self: "Long"
`;

for (const [where, environment] of [
  ["with pyarrow", sciencePython],
  ["without pyarrow", pandasOnlyPython],
] as const) {
  describe(`pandas tables ${where}`, function () {
    this.timeout(300_000);
    let rig: Rig;
    let python: string;
    const show = async (code: string, number = 0) =>
      table(await rig.show(python, `${PRELUDE}import pandas as pd\n${code}`), number);
    before(async () => {
      python = await environment();
      rig = await makeRig();
      framesShown = await rig.showEach(
        python,
        frames.map(
          ([, code]) => `${PRELUDE}import pandas as pd
${code}`,
        ),
      );
    });
    after(() => rig.dispose());

    it("show every kind of column", async () => {
      const made = pandasColumns.map(([code], number) => `frame[${number}] = ${code}\n`).join("");
      const shown = await show(`frame = pd.DataFrame(index=[0, 1])\n${made}display(frame)`);
      const strings = where === "with pyarrow" ? 0 : 1;
      for (const [number, [code, dtype, arrow, values]] of pandasColumns.entries()) {
        const names = dtype.split(" | ");
        assert.equal(shown.payload.columns[number + 1]?.dtype, names[strings] ?? names[0], code);
        assert.deepEqual(column(shown, number + 1), [String(number), arrow, values], code);
      }
    });

    const frames: readonly [name: string, code: string, check: (shown: ShownTable) => void][] = [
      [
        "a default index, as a first column without a name",
        "pd.DataFrame({'a': [5, 6]})",
        ({ payload }) =>
          assert.deepEqual(payload.columns, [
            { name: "", dtype: "int64", index: true },
            { name: "a", dtype: "int64", index: false },
          ]),
      ],
      [
        "levels of an index and of columns",
        "pd.DataFrame([[1, 2]], index=pd.MultiIndex.from_tuples([('k', 1)], names=['K', None]), columns=pd.MultiIndex.from_tuples([('a', 'x'), ('a', 3)]))",
        (shown) => {
          assert.deepEqual(
            shown.payload.columns.map(({ name, index }) => [name, index]),
            [
              ["K", true],
              ["", true],
              ["a · x", false],
              ["a · 3", false],
            ],
          );
          assert.deepEqual([column(shown, 0)[2], column(shown, 1)[2], column(shown, 3)[2]], [["k"], [1n], [2n]]);
        },
      ],
      [
        "columns of one name, told apart only inside the file",
        "pd.DataFrame([[1, 'b', 2.5]], columns=['x', 'x', 'x (2)'])",
        (shown) => {
          assert.deepEqual(
            shown.payload.columns.slice(1).map(({ name }) => name),
            ["x", "x", "x (2)"],
          );
          const names = shown.arrow.schema.names;
          assert.equal(new Set(names).size, names.length);
          assert.deepEqual([column(shown, 1)[2], column(shown, 2)[2], column(shown, 3)[2]], [[1n], ["b"], [2.5]]);
        },
      ],
      [
        "no rows",
        "pd.DataFrame({'a': [1.5], 'b': ['x']}).iloc[:0]",
        ({ payload }) => assert.deepEqual(payload.shape, [0, 2]),
      ],
      [
        "no columns",
        "pd.DataFrame(index=[1, 2])",
        ({ payload }) => assert.deepEqual([payload.shape, payload.rows], [[2, 0], 2]),
      ],
      ["neither", "pd.DataFrame()", ({ payload }) => assert.deepEqual([payload.shape, payload.rows], [[0, 0], 0])],
      [
        "very many columns, in batches of fewer rows",
        "pd.DataFrame(np.arange(2_000_000).reshape(1000, 2000))",
        (shown) => {
          assert.equal(shown.payload.batchRows, 128);
          assert.equal(shown.arrow.batches.length, 8);
          assert.deepEqual([shown.payload.shape, shown.payload.truncated], [[1000, 2000], false]);
          assert.equal(column(shown, 2000)[2][999], 1_999_999n);
        },
      ],
      [
        "more columns than can be shown, and say so",
        "pd.DataFrame(np.zeros((2, 5001)))",
        ({ payload }) =>
          assert.deepEqual([payload.columns.length, payload.shape, payload.truncated], [5001, [2, 5001], true]),
      ],
      [
        "a Series, with its index",
        "pd.Series([1.5, 2.5], index=pd.Index(['a', 'b'], name='i'), name=('s', 1))",
        (shown) => {
          assert.deepEqual([shown.payload.source, shown.payload.shape], ["pandas.Series", [2]]);
          assert.deepEqual(
            [column(shown, 0), column(shown, 1)],
            [
              ["i", "Utf8", ["a", "b"]],
              ["s · 1", "Float64", [1.5, 2.5]],
            ],
          );
        },
      ],
      [
        "an Index as a column of data",
        "pd.Index([3, 1], name='i')",
        (shown) => {
          assert.deepEqual(shown.payload.columns, [{ name: "i", dtype: "int64", index: false }]);
          assert.deepEqual(column(shown, 0)[2], [3n, 1n]);
        },
      ],
      [
        "rows of several batches, from memory that is not contiguous",
        "pd.DataFrame({'n': np.arange(30_000)[::3], 's': [None if i % 5 else f'row {i}' for i in range(10_000)]})",
        (shown) => {
          assert.deepEqual(
            shown.arrow.batches.map((batch) => batch.numRows),
            [4096, 4096, 1808],
          );
          const [, , numbers] = column(shown, 1);
          const [, , strings] = column(shown, 2);
          assert.deepEqual([numbers[4096], numbers[9999]], [12288n, 29997n]);
          assert.deepEqual(strings.slice(8190, 8196), ["row 8190", null, null, null, null, "row 8195"]);
        },
      ],
    ];
    let framesShown: readonly Shown[] = [];
    for (const [number, [name, , check]] of frames.entries())
      it(`show ${name}`, () => check(table(framesShown[number] as Shown, 0)));

    it("have the text that pandas prints, and leave no file behind", async () => {
      const shown = await rig.show(python, "import pandas as pd\npd.DataFrame({'a': [1]})");
      assert.deepEqual(mimes(shown), [TABLE]);
      assert.equal(text(shown, 0), "   a\n0  1");
      assert.deepEqual(shown.left, []);
    });

    it("are left alone when they only look like tables", async () => {
      const shown = await rig.show(python, "import pandas as pd\npd.DataFrame({'a': [1]}).groupby('a')");
      assert.deepEqual(mimes(shown), [["text/plain"]]);
    });

    if (where === "without pyarrow") {
      it("are HTML when styled", async () => {
        const shown = await rig.show(python, "import pandas as pd\npd.DataFrame({'a': [1]}).style.highlight_max()");
        assert.deepEqual(mimes(shown), [["text/html", "text/plain"]]);
      });
    }
  });
}

describe("numpy tables", function () {
  this.timeout(120_000);
  let rig: Rig;
  let python: string;
  before(async () => {
    python = await sciencePython();
    rig = await makeRig();
    seen = await rig.showEach(
      python,
      cases.map(([code]) => `import numpy as np\n${code}`),
    );
  });
  after(() => rig.dispose());
  const run = (code: string) => rig.show(python, `import numpy as np\n${code}`);

  const cases: readonly [
    code: string,
    shape: readonly number[],
    columns: readonly (readonly [string, string, readonly unknown[]])[],
  ][] = [
    ["np.arange(3)", [3], [["0", "Int64", [0n, 1n, 2n]]]],
    ["np.array([], 'f8')", [0], [["0", "Float64", []]]],
    [
      "np.arange(4, dtype='>i2').reshape(2, 2).T",
      [2, 2],
      [
        ["0", "Int16", [0, 1]],
        ["1", "Int16", [2, 3]],
      ],
    ],
    ["np.array([[True], [False]])", [2, 1], [["0", "Bool", [true, false]]]],
    ["np.array(['a', 'bcd'])", [2], [["0", "Utf8", ["a", "bcd"]]]],
    ["np.array([None, [1]], dtype=object)", [2], [["0", "Utf8", [null, "[1]"]]]],
    ["np.array(['2020', 'NaT'], 'M8[Y]')", [2], [["0", "Date32<DAY>", [1577836800000, null]]]],
    ["np.array(['1600-01-01', '2020-01-02'], 'M8[D]')", [2], [["0", "Date32<DAY>", [-11676096000000, 1577923200000]]]],
    ["np.array([2, 'NaT'], 'm8[h]')", [2], [["0", "Duration<SECOND>", [7200n, null]]]],
    ["np.array([2], 'm8[M]')", [1], [["0", "Utf8", ["2 months"]]]],
    ["np.array([2], 'm8[25s]')", [1], [["0", "Duration<SECOND>", [50n]]]],
    ["np.ma.array([1, 2], mask=[False, True])", [2], [["0", "Int64", [1n, null]]]],
    ["np.array([1.5], 'g')", [1], [["0", "Utf8", ["1.5"]]]],
    [
      "np.array([(1, 'x', (2, 3))], dtype=[('a', '>u4'), ('b', 'U3'), ('c', 'i4', 2)])",
      [1],
      [
        ["a", "Uint32", [1]],
        ["b", "Utf8", ["x"]],
        ["c", "Utf8", ["[2 3]"]],
      ],
    ],
  ];
  let seen: readonly Shown[] = [];
  for (const [number, [code, shape, columns]] of cases.entries()) {
    it(`show ${code}`, () => {
      const shown = table(seen[number] as Shown, 0);
      assert.deepEqual([shown.payload.source, shown.payload.shape], ["numpy.ndarray", shape]);
      assert.deepEqual(
        columns.map((_, index) => column(shown, index)),
        columns,
      );
      assert.equal(shown.payload.columns.length, columns.length);
      assert.ok(shown.payload.columns.every(({ index }) => !index));
    });
  }
  for (const code of ["np.array(3)", "np.zeros((2, 2, 2))", "np.float64(1.5)", "np.zeros((2, 0))"]) {
    it(`show ${code} as text only`, async () => assert.deepEqual(mimes(await run(code)), [["text/plain"]]));
  }

  it("loads no other library", async () => {
    const { modules } = await run("np.arange(3)");
    for (const name of ["pandas", "polars", "pyarrow"]) assert.ok(!modules.has(name), name);
  });
});

describe("polars and pyarrow tables", function () {
  this.timeout(120_000);
  let rig: Rig;
  let python: string;
  before(async () => {
    python = await sciencePython();
    rig = await makeRig();
  });
  after(() => rig.dispose());

  const polars: readonly (readonly [code: string, dtype: string, arrow: string, values: readonly unknown[]])[] = [
    ["[True, None]", "Boolean", "Bool", [true, null]],
    ["[1, None]", "Int64", "Int64", [1n, null]],
    ["pl.Series([1, 2], dtype=pl.UInt8)", "UInt8", "Uint8", [1, 2]],
    ["[0.5, float('nan')]", "Float64", "Float64", [0.5, Number.NaN]],
    ["['ü', None]", "String", "LargeUtf8", ["ü", null]],
    ["[date(2020, 1, 1), None]", "Date", "Date32<DAY>", [1577836800000, null]],
    ["[time(1, 2), None]", "Time", "LargeUtf8", ["01:02:00", null]],
    ["[timedelta(seconds=1), None]", "Duration(time_unit='us')", "Duration<MICROSECOND>", [1000000n, null]],
    [
      "pl.Series([datetime(2020, 1, 1), None]).dt.replace_time_zone('Europe/Berlin')",
      "Datetime(time_unit='us', time_zone='Europe/Berlin')",
      "Timestamp<MICROSECOND, Europe/Berlin>",
      [1577833200000, null],
    ],
    ["pl.Series(['x', None], dtype=pl.Categorical)", "Categorical(ordering='physical')", "LargeUtf8", ["x", null]],
    ["pl.Series(['x', None], dtype=pl.Enum(['x']))", "Enum(categories=['x'])", "LargeUtf8", ["x", null]],
    ["[Decimal('1.10'), None]", "Decimal(precision=None, scale=2)", "LargeUtf8", ["1.10", null]],
    ["[[1, 2], None]", "List(Int64)", "LargeUtf8", ["[1, 2]", null]],
    ["[{'a': 1}, {'a': None}]", "Struct({'a': Int64})", "LargeUtf8", ["{'a': 1}", "{'a': None}"]],
    ["[b'a', None]", "Binary", "LargeUtf8", ["b'a'", null]],
    ["[None, None]", "Null", "LargeUtf8", [null, null]],
    ["pl.Series([3, None], dtype=pl.Object)", "Object", "LargeUtf8", ["3", null]],
  ];
  it("show every kind of polars column", async () => {
    const entries = polars.map(([code], number) => `"${number}": ${code}`).join(", ");
    const shown = await rig.show(python, `${PRELUDE}import polars as pl\nframe = pl.DataFrame({${entries}})\nframe`);
    assert.deepEqual(mimes(shown), [TABLE]);
    assert.match(text(shown, 0), /^shape: \(2, 17\)/);
    const seen = table(shown, 0);
    for (const [number, [code, dtype, arrow, values]] of polars.entries()) {
      assert.equal(seen.payload.columns[number]?.dtype, dtype, code);
      assert.deepEqual(column(seen, number), [String(number), arrow, values], code);
    }
  });

  it("write polars rows in batches of one size", async () => {
    const shown = await rig.show(
      python,
      "import polars as pl\ndisplay(pl.Series('n', range(10_000)), pl.DataFrame(), pl.DataFrame({'a': [1]}).clear())",
    );
    const seen = table(shown, 0);
    assert.deepEqual([seen.payload.source, seen.payload.shape], ["polars.Series", [10_000]]);
    assert.deepEqual(
      seen.arrow.batches.map((batch) => batch.numRows),
      [4096, 4096, 1808],
    );
    assert.equal(column(seen, 0)[2][9999], 9999n);
    assert.deepEqual(
      [table(shown, 1).payload.shape, table(shown, 2).payload.shape],
      [
        [0, 0],
        [0, 1],
      ],
    );
  });

  const arrow: readonly (readonly [code: string, dtype: string, arrow: string, values: readonly unknown[]])[] = [
    ["pa.array([True, None])", "bool", "Bool", [true, null]],
    ["pa.array([1, None], pa.int16())", "int16", "Int16", [1, null]],
    ["pa.array(['a', None])", "string", "Utf8", ["a", null]],
    ["pa.array(['a', None], pa.large_string())", "large_string", "LargeUtf8", ["a", null]],
    ["pa.array(['a', None], pa.string_view())", "string_view", "LargeUtf8", ["a", null]],
    ["pa.array([date(2020, 1, 1), None], pa.date64())", "date64[ms]", "Date32<DAY>", [1577836800000, null]],
    [
      "pa.array([5000, None], pa.timestamp('ms', 'UTC'))",
      "timestamp[ms, tz=UTC]",
      "Timestamp<MILLISECOND, UTC>",
      [5000, null],
    ],
    ["pa.array([5, None], pa.duration('s'))", "duration[s]", "Duration<SECOND>", [5n, null]],
    ["pa.array([time(1), None])", "time64[us]", "LargeUtf8", ["01:00:00", null]],
    [
      "pa.array(['x', None]).dictionary_encode()",
      "dictionary<values=string, indices=int32, ordered=0>",
      "Utf8",
      ["x", null],
    ],
    ["pa.array([Decimal('1.10'), None])", "decimal128(3, 2)", "LargeUtf8", ["1.10", null]],
    ["pa.array([[1], None])", "list<item: int64>", "LargeUtf8", ["[1]", null]],
    ["pa.array([{'a': 1}, None])", "struct<a: int64>", "LargeUtf8", ["{'a': 1}", null]],
    ["pa.array([b'a', None])", "binary", "LargeUtf8", ["b'a'", null]],
    ["pa.nulls(2)", "null", "LargeUtf8", [null, null]],
  ];
  const build = `names = [str(i) for i in range(${arrow.length})]\nt = pa.table([${arrow.map(([code]) => code).join(", ")}], names=names)\n`;
  it("show every kind of pyarrow column", async () => {
    const shown = await rig.show(
      python,
      `${PRELUDE}import pyarrow as pa\n${build}display(t, t.slice(1), t.to_batches()[0])`,
    );
    assert.deepEqual(
      [0, 1, 2].map((number) => table(shown, number).payload.source),
      ["pyarrow.Table", "pyarrow.Table", "pyarrow.RecordBatch"],
    );
    for (const [number, [code, dtype, type, values]] of arrow.entries()) {
      assert.equal(table(shown, 0).payload.columns[number]?.dtype, dtype, code);
      assert.deepEqual(column(table(shown, 0), number), [String(number), type, values], code);
      assert.deepEqual(column(table(shown, 1), number)[2], values.slice(1), `${code}, from its second row on`);
    }
  });

  it("show the same in pandas columns that keep Arrow memory", async () => {
    const code = `${PRELUDE}import pyarrow as pa\nimport pandas as pd\n${build}f = t.to_pandas(types_mapper=pd.ArrowDtype)\ndisplay(f, f.iloc[1:])`;
    const shown = await rig.show(python, code);
    for (const [number, [source, dtype, type, values]] of arrow.entries()) {
      assert.equal(table(shown, 0).payload.columns[number + 1]?.dtype, `${dtype}[pyarrow]`);
      assert.deepEqual(
        column(table(shown, 0), number + 1),
        [String(number), type.replace("Large", ""), values],
        source,
      );
      assert.deepEqual(column(table(shown, 1), number + 1)[2], values.slice(1), `${source}, from its second row on`);
    }
  });

  it("write pyarrow rows in batches of one size, whatever the chunks, and unnamed or equal names", async () => {
    const code =
      "import pyarrow as pa\nc = pa.chunked_array([range(5000), range(5000)])\ndisplay(pa.table([c, c], names=['', '']), pa.table({}))";
    const shown = await rig.show(python, code);
    const seen = table(shown, 0);
    assert.deepEqual(
      seen.arrow.batches.map((batch) => batch.numRows),
      [4096, 4096, 1808],
    );
    assert.deepEqual(
      seen.payload.columns.map(({ name }) => name),
      ["", ""],
    );
    assert.deepEqual([column(seen, 1)[2][4999], column(seen, 1)[2][5000]], [4999n, 0n]);
    assert.deepEqual(table(shown, 1).payload.shape, [0, 0]);
  });
});

describe("limits of tables", function () {
  this.timeout(120_000);
  let rig: Rig;
  let python: string;
  before(async () => {
    python = await sciencePython();
    rig = await makeRig();
  });
  after(() => rig.dispose());

  const LIMITED = `
import numpy as np, pandas as pd, polars as pl, pyarrow as pa
from strata_harness import tables
from strata_harness.tables_model import Limits
tables.Limits = lambda: Limits(rows=LIMIT_ROWS, bytes=LIMIT_BYTES, columns=2, batch=10)
values = [f(np.arange(300.0).reshape(100, 3)) for f in (
    pd.DataFrame, lambda a: a, lambda a: pl.DataFrame(a), lambda a: pa.table([a[:, i] for i in range(3)], names=list("abc")))]
display(*values)
`;
  for (const [name, rows, bytes, written] of [
    ["rows", "25", "10**9", 25],
    ["bytes", "10**9", "1400", undefined],
  ] as const) {
    it(`show the beginning of a table with too many ${name}, and say so`, async () => {
      const shown = await rig.show(python, LIMITED.replace("LIMIT_ROWS", rows).replace("LIMIT_BYTES", bytes));
      assert.equal(shown.displays.length, 4);
      for (const number of shown.displays.keys()) {
        const { payload } = table(shown, number);
        assert.deepEqual([payload.shape, payload.truncated], [[100, 3], true], payload.source);
        assert.equal(payload.columns.filter(({ index }) => !index).length, 2);
        if (written !== undefined) assert.equal(payload.rows, written, payload.source);
        else assert.ok(payload.rows >= 10 && payload.rows < 100, `${payload.rows} rows of ${payload.source}`);
      }
    });
  }

  it("tell why a table cannot be written, and show its text", async () => {
    const shown = await rig.show(
      python,
      `
import pandas as pd
class Odd(pd.DataFrame):
    @property
    def iloc(self): raise RuntimeError("no rows")
    def __repr__(self): return "odd"
    def _repr_html_(self): return "<b>odd</b>"
Odd({"a": [1]})`,
    );
    assert.deepEqual(mimes(shown), [["text/html", "text/plain"]]);
    assert.equal(text(shown, 0), "odd\n[not shown as a table: RuntimeError: no rows]");
    assert.deepEqual(shown.left, []);
  });
});
