/** What values are in a prompt, in real Python with real libraries: all cases in one process, as starting one is what takes long. */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { resolve } from "node:path";
import { promisify } from "node:util";
import { sciencePython } from "./environments.ts";

const HARNESS = resolve(import.meta.dirname, "../../python-harness");
const DRIVER = `
import json, sys
for each in json.load(sys.stdin):
    names = {"__name__": "__main__"}
    exec(each["setup"], names)
    from strata_harness.template_values import parts_of
    try:
        print(json.dumps(parts_of(eval(each["value"], names), each["value"], each["budget"])))
    except Exception as error:
        print(json.dumps([{"text": type(error).__name__ + ": " + str(error)}]))
`;

interface Case {
  readonly what: string;
  readonly setup?: string;
  readonly value: string;
  readonly budget?: number;
  /** All texts, with pictures as their MIME types. */
  readonly expected: string | RegExp;
}

const FRAME =
  'import pandas as pd\ndf = pd.DataFrame({"name": ["a|b", "c"], "price": [1.5, float("nan")], "n": [1, 2]})';
const LONG = 'import pandas as pd\ndf = pd.DataFrame({"n": range(1000), "word": ["abc"] * 1000})';

const cases: readonly Case[] = [
  { what: "text", value: "'Zürich\\n'", expected: "Zürich\n" },
  {
    what: "long text",
    value: "'x' * 100",
    budget: 10,
    expected: "xxxxxxxxxx\n(cut: the first 10 of 100 characters are shown)",
  },
  { what: "a number", value: "0.1 + 0.2", expected: "0.30000000000000004" },
  {
    what: "the columns of a table of pandas, for completion",
    setup: `${FRAME}\nfrom strata_harness.template_members import members`,
    value: "members(df)",
    expected:
      /^\{"columns": \[\["name", "(object|str)"\], \["price", "float64"\], \["n", "int64"\]\], "attributes": \[\]\}$/,
  },
  {
    what: "the columns of a row of a table of polars, for completion",
    setup: "import polars as pl\nfrom strata_harness.template_members import row_members",
    value: 'row_members(pl.DataFrame({"word": ["a"], "n": [1]}))',
    expected: '{"columns": [["word", "String"], ["n", "Int64"]], "attributes": []}',
  },
  {
    what: "the keys of an entry of a list, for completion",
    setup: "from strata_harness.template_members import row_members",
    value: 'row_members([{"word": "a"}])',
    expected: /^\{"columns": \[\["word", "str"\]\], "attributes": \[.*\["items", "method"\]/,
  },
  { what: "None", value: "None", expected: "None" },
  { what: "a number of numpy", setup: "import numpy as np", value: "np.float64(2.5)", expected: "2.5" },
  {
    what: "a dict",
    value: "{'a': [1, None], 'é': True}",
    expected: '{\n  "a": [\n    1,\n    null\n  ],\n  "é": true\n}',
  },
  {
    what: "a dict with numbers of numpy and dates",
    setup: "import numpy as np, datetime",
    value: "{'a': np.int64(1), 'd': datetime.date(2026, 1, 2)}",
    expected: '{\n  "a": 1,\n  "d": "2026-01-02"\n}',
  },
  { what: "a dict that is no JSON", value: "{(1, 2): 'x'}", expected: "{(1, 2): 'x'}" },
  { what: "a set, in order", value: "{'b', 'a'}", expected: '[\n  "a",\n  "b"\n]' },
  {
    what: "a function, as its source",
    setup: "import textwrap",
    value: "textwrap.dedent",
    expected: /^def dedent\(text\):/,
  },
  {
    what: "an object without a text",
    setup: "class Thing: pass",
    value: "Thing()",
    expected: /^TypeError: \{\{ Thing\(\) \}\} is a Thing, which has no text/,
  },
  {
    what: "an object with a text",
    setup: "class Thing:\n  def __str__(self): return 'a thing'",
    value: "Thing()",
    expected: "a thing",
  },
  {
    what: "a frame",
    setup: FRAME,
    value: "df",
    expected: "| name | price | n |\n| --- | --- | --- |\n| a\\|b | 1.5 | 1 |\n| c |  | 2 |",
  },
  {
    what: "a frame with an index that means something",
    setup: FRAME,
    value: "df.set_index('name')[['n']]",
    expected: "| name | n |\n| --- | --- |\n| a\\|b | 1 |\n| c | 2 |",
  },
  {
    what: "a part of a frame, without row numbers",
    setup: FRAME,
    value: "df[df['n'] > 1][['n']]",
    expected: "| n |\n| --- |\n| 2 |",
  },
  {
    what: "df.head()",
    setup: LONG,
    value: "df.head(2)",
    expected: "| n | word |\n| --- | --- |\n| 0 | abc |\n| 1 | abc |",
  },
  {
    what: "df.describe()",
    setup: FRAME,
    value: "df[['n']].describe()",
    expected: /^\| {2}\| n \|\n\| --- \| --- \|\n\| count \| 2\.0 \|\n\| mean \| 1\.5 \|/,
  },
  {
    what: "a frame over its budget",
    setup: LONG,
    value: "df",
    budget: 100,
    expected: /\| 5 \| abc \|\n\(cut: the first 6 of 1,000 rows are shown\)$/,
  },
  {
    what: "a frame with too many columns",
    setup: "import pandas as pd\ndf = pd.DataFrame({f'column{i}': [i] for i in range(100)})",
    value: "df",
    budget: 300,
    expected: /\| 0 \| 1 \| 2 \|.*\n\(cut: the first 6 of 100 columns are shown\)$/,
  },
  {
    what: "an empty frame",
    setup: "import pandas as pd",
    value: "pd.DataFrame({'a': []})",
    expected: "| a |\n| --- |",
  },
  { what: "a series", setup: FRAME, value: "df['n']", expected: "|  | n |\n| --- | --- |\n| 0 | 1 |\n| 1 | 2 |" },
  {
    what: "dates and gaps in a frame",
    setup: "import pandas as pd",
    value: "pd.DataFrame({'t': pd.to_datetime(['2026-01-02', None]), 's': pd.array(['x', None], dtype='string')})",
    expected: "| t | s |\n| --- | --- |\n| 2026-01-02 | x |\n|  |  |",
  },
  {
    what: "a frame of polars",
    setup: "import polars as pl",
    value: "pl.DataFrame({'a': [1, None], 'b': ['x', 'y']})",
    expected: "| a | b |\n| --- | --- |\n| 1 | x |\n|  | y |",
  },
  {
    what: "a table of pyarrow",
    setup: "import pyarrow as pa",
    value: "pa.table({'a': [1, 2]})",
    expected: "| a |\n| --- |\n| 1 |\n| 2 |",
  },
  {
    what: "a figure",
    setup:
      "import matplotlib\nmatplotlib.use('agg')\nimport matplotlib.pyplot as plt\nfig, ax = plt.subplots()\nax.plot([1, 2])",
    value: "fig",
    expected: "image/png",
  },
  {
    what: "axes, as their figure",
    setup: "import matplotlib.pyplot as plt\nfig, ax = plt.subplots()\nax.plot([1, 2])",
    value: "ax",
    expected: "image/png",
  },
  {
    what: "a plot made in the expression, which is not left open",
    setup: "import pandas as pd\nimport matplotlib.pyplot as plt\nplt.close('all')\ndf = pd.DataFrame({'a': [1, 2]})",
    value: "df.plot()",
    expected: "image/png",
  },
  {
    what: "no figure is open after that",
    setup: "import matplotlib.pyplot as plt",
    value: "plt.get_fignums()",
    expected: "[]",
  },
  { what: "the bytes of a picture", value: "b'\\x89PNG\\r\\n\\x1a\\n'", expected: "image/png" },
  {
    what: "an object that shows a picture",
    setup: "class P:\n  def _repr_png_(self): return b'png'",
    value: "P()",
    expected: "image/png",
  },
];

describe("values in prompts", () => {
  let results: readonly string[];

  before(async () => {
    const python = await sciencePython();
    const running = promisify(execFile)(python, ["-c", DRIVER], { env: { ...process.env, PYTHONPATH: HARNESS } });
    running.child.stdin?.end(
      JSON.stringify(cases.map(({ setup = "", value, budget = 24_000 }) => ({ setup, value, budget }))),
    );
    const { stdout } = await running;
    results = stdout.trim().split("\n");
  });

  for (const [index, { what, expected }] of cases.entries()) {
    it(what, () => {
      const parts = JSON.parse(results[index] ?? "[]") as { text?: string; mime?: string; data?: string }[];
      const said = parts.map((part) => part.text ?? part.mime).join("");
      if (typeof expected === "string") assert.equal(said, expected);
      else assert.match(said, expected);
    });
  }
});
