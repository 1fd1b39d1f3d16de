/** Arrays, frames and figures: views, copies, types, options and generators, from cell to cell. */
import { sciencePython } from "../harness/python-env.ts";
import { type Case, check } from "./check.ts";

const python = await sciencePython();
const science = (title: string, spec: Case): void => check(title, { ...spec, python });
const FRAME = "import pandas as pd\ndf = pd.DataFrame({'a': [1, 2, 3], 'b': [4.0, 5.0, 6.0]})";

describe("numpy, pandas and matplotlib", function () {
  this.timeout(120_000);

  science("a column added in another cell", {
    cells: { a: FRAME, b: "df['c'] = df['a'] * 2", c: "print(df.to_string())", d: "print(df['a'].sum())" },
    steps: [
      { ran: ["a", "b", "c", "d"] },
      { edit: { b: "df['c'] = df['a'] * 3" }, ran: ["b", "c", "d"] },
      { edit: { b: "df['c'] = df['a'] * 2" }, ran: [] },
    ],
  });

  science("drop, rename and sort in place", {
    cells: {
      a: FRAME,
      b: "df.drop(columns='b', inplace=True)",
      c: "df.rename(columns={'a': 'x'}, inplace=True)",
      d: "df.sort_values('x', ascending=False, inplace=True)",
      e: "print(df.to_string())",
    },
    steps: [{ ran: ["a", "b", "c", "d", "e"] }, { ran: [] }],
  });

  science("files that polars reads without Python's help", {
    files: { "data/a.csv": "n\n1\n", "other.txt": "" },
    cells: {
      a: "import polars as pl\nimport sqlite3",
      b: "total = int(pl.scan_csv('data/*.csv').collect()['n'].sum())",
      c: "print(total)",
    },
    steps: [
      { ran: ["a", "b", "c"], prints: { c: "1\n" } },
      { ran: [] },
      { files: { "data/a.csv": "n\n2\n" }, ran: ["b", "c"], prints: { c: "2\n" } },
      { files: { "data/b.csv": "n\n5\n" }, ran: ["b", "c"], prints: { c: "7\n" } },
      { files: { "other.txt": "changed" }, ran: [] },
    ],
  });

  science("loc and iloc stores, and an alias of the frame", {
    cells: {
      a: FRAME,
      b: "same = df",
      c: "df.loc[0, 'a'] = 99\nsame.iloc[1, 1] = -1",
      d: "print(same.to_string(), same is df)",
    },
    steps: [{ ran: ["a", "b", "c", "d"] }, { ran: [] }],
  });

  science("a copy of a frame is another frame", {
    cells: { a: FRAME, b: "other = df.copy()", c: "other['a'] = 0", d: "print(df['a'].tolist(), other['a'].tolist())" },
    steps: [{ ran: ["a", "b", "c", "d"], prints: { d: "[1, 2, 3] [0, 0, 0]\n" } }],
  });

  science("a column taken out, then changed", {
    cells: { a: FRAME, b: "column = df['a']", c: "column.iloc[0] = 50", d: "print(column.tolist(), df['a'].tolist())" },
    steps: [{ ran: ["a", "b", "c", "d"] }, { ran: [] }],
  });

  science("functions over frames, chained", {
    cells: {
      a: FRAME,
      b: "def clean(f):\n    return f[f['a'] > limit]",
      c: "def ratio(f):\n    f = f.copy()\n    f['r'] = f['b'] / f['a']\n    return f",
      d: "limit = 1",
      e: "out = df.pipe(clean).pipe(ratio)",
      f: "print(out['r'].tolist())",
    },
    steps: [
      { ran: ["a", "b", "c", "d", "e", "f"], prints: { f: "[2.5, 2.0]\n" } },
      { edit: { d: "limit = 2" }, ran: ["d", "e", "f"], prints: { f: "[2.0]\n" } },
    ],
  });

  science("a function that changes the frame it is given", {
    cells: { a: FRAME, b: "def flag(f):\n    f['flag'] = f['a'] > 1", c: "flag(df)", d: "print(df['flag'].tolist())" },
    steps: [
      { ran: ["a", "b", "c", "d"], prints: { d: "[False, True, True]\n" } },
      {
        edit: { b: "def flag(f):\n    f['flag'] = f['a'] > 2" },
        ran: ["b", "c", "d"],
        prints: { d: "[False, False, True]\n" },
      },
    ],
  });

  science("categories, indices, dtypes and attrs", {
    cells: {
      a: "import pandas as pd\ndf = pd.DataFrame({'k': pd.Categorical(['x', 'y'], ordered=True), 'n': pd.array([1, None], dtype='Int64')}, index=pd.MultiIndex.from_tuples([('u', 1), ('v', 2)], names=['p', 'q']))\ndf.attrs['unit'] = 'kg'",
      b: "times = pd.Series([1, 2], index=pd.date_range('2024-01-01', periods=2, tz='UTC'), name='t')",
      c: "print(df.dtypes.to_string(), df.index, df.attrs, df['k'].cat.ordered)\nprint(times.index.freq, times.index.tz, times.name)",
    },
    steps: [{ ran: ["a", "b", "c"] }, { ran: [] }],
  });

  science("groupby results and dictionaries of frames", {
    cells: {
      a: FRAME,
      b: "parts = {k: g for k, g in df.groupby('a')}",
      c: "parts[1].loc[:, 'b'] = 0.0",
      d: "print(parts[1]['b'].tolist(), df['b'].tolist())",
    },
    steps: [{ ran: ["a", "b", "c", "d"] }, { ran: [] }],
  });

  science("a view and its base", {
    cells: {
      a: "import numpy as np\nbase = np.arange(6)\nview = base[1:4]",
      b: "view[0] = 100",
      c: "base[2] = 200",
      d: "print(base, view, np.shares_memory(base, view))",
    },
    steps: [
      { ran: ["a", "b", "c", "d"], prints: { d: "[  0 100 200   3   4   5] [100 200   3] True\n" } },
      { ran: [] },
    ],
  });

  science("a view taken in a later cell", {
    jobs: 2,
    cells: {
      a: "import numpy as np\nbase = np.zeros((2, 3))",
      b: "row = base[0]",
      c: "base[0, 1] = 7",
      d: "flat = base.ravel()\nflat[5] = 1",
      e: "print(row, base)",
    },
    steps: [{ ran: ["a", "b", "c", "d", "e"] }, { ran: [] }],
  });

  science("arrays changed by operators, by out= and by methods", {
    cells: {
      a: "import numpy as np\nx = np.array([3.0, 1.0, 2.0])",
      b: "x += 1",
      c: "np.multiply(x, 2, out=x)",
      d: "x.sort()",
      e: "print(x)",
    },
    steps: [
      { ran: ["a", "b", "c", "d", "e"], prints: { e: "[4. 6. 8.]\n" } },
      { edit: { b: "x += 2" }, ran: ["b", "c", "d", "e"], prints: { e: "[ 6.  8. 10.]\n" } },
    ],
  });

  science("numpy scalars, structured arrays and masked arrays", {
    cells: {
      a: "import numpy as np\ns, r = np.float32(1.5), np.array([(1, 'a')], dtype=[('n', 'i4'), ('s', 'U1')])\nm = np.ma.masked_less(np.array([1, 2, 3]), 2)",
      b: "r['n'][0] = 9\nm[1] = np.ma.masked",
      c: "print(repr(s), r, m, type(m).__name__)",
    },
    steps: [{ ran: ["a", "b", "c"] }, { ran: [] }],
  });

  science("numpy.random.seed in one cell, draws in the next", {
    cells: {
      a: "import numpy as np\nnp.random.seed(1)",
      b: "x = np.random.rand(2)\nprint(x)",
      c: "print(np.random.randint(0, 9, 3))",
    },
    steps: [{ ran: ["a", "b", "c"] }, { ran: [] }, { edit: { b: "x = np.random.rand(3)\nprint(x)" }, ran: ["b", "c"] }],
  });

  science("a generator of numpy's new kind", {
    cells: {
      a: "import numpy as np\nrng = np.random.default_rng(3)",
      b: "print(rng.integers(0, 9, 3))",
      c: "print(rng.normal())",
    },
    steps: [{ ran: ["a", "b", "c"] }, { ran: [] }, { edit: { b: "print(rng.integers(0, 9, 4))" }, ran: ["b", "c"] }],
  });

  science("draws that pandas makes from numpy's seed", {
    cells: {
      a: "import numpy as np, pandas as pd\nnp.random.seed(1)\ndf = pd.DataFrame({'a': range(20)})",
      b: "one = df.sample(3, replace=True)",
      c: "print(df.sample(2)['a'].tolist())",
    },
    steps: [
      { ran: ["a", "b", "c"] },
      { ran: [] },
      { edit: { b: "one = df.sample(5, replace=True)" }, ran: ["b", "c"] },
      { edit: { b: "one = df.sample(3, replace=True)" }, ran: [] },
    ],
  });

  science("options of pandas and numpy's print options", {
    cells: {
      a: "import numpy as np, pandas as pd\npd.set_option('display.precision', 2)\nnp.set_printoptions(precision=3)",
      b: "print(pd.Series([1 / 3]), np.array([1 / 3]))",
    },
    steps: [
      { ran: ["a", "b"] },
      {
        edit: {
          a: "import numpy as np, pandas as pd\npd.options.display.precision = 4\nnp.set_printoptions(precision=1)",
        },
        ran: ["a", "b"],
      },
      { ran: [] },
    ],
  });

  science("numpy's error state", {
    cells: {
      a: "import numpy as np\nold = np.seterr(divide='raise')",
      b: "try:\n    np.array([1.0]) / 0\n    print('inf')\nexcept FloatingPointError:\n    print('raised')",
    },
    steps: [{ ran: ["a", "b"], prints: { b: "raised\n" } }, { ran: [] }],
  });

  science("a figure and its axes stay together", {
    cells: {
      a: "import matplotlib\nmatplotlib.use('Agg')\nimport matplotlib.pyplot as plt\nfig, ax = plt.subplots()",
      b: "ax.plot([1, 2], [3, 4])",
      c: "ax.set_title('T')",
      d: "print(len(fig.axes[0].lines), fig.axes[0].get_title(), fig.axes[0] is ax)",
    },
    steps: [{ ran: ["a", "b", "c", "d"], prints: { d: "1 T True\n" } }],
  });

  science("rcParams", {
    cells: {
      a: "import matplotlib.pyplot as plt\nplt.rcParams['lines.linewidth'] = 5",
      b: "print(plt.rcParams['lines.linewidth'])",
    },
    steps: [
      { ran: ["a", "b"], prints: { b: "5.0\n" } },
      {
        edit: { a: "import matplotlib.pyplot as plt\nplt.rcParams['lines.linewidth'] = 6" },
        ran: ["a", "b"],
        prints: { b: "6.0\n" },
      },
    ],
  });

  science("a file of numbers read by numpy and pandas", {
    files: { "data.csv": "a,b\n1,2\n3,4\n" },
    cells: {
      a: "import pandas as pd\ndf = pd.read_csv('data.csv')",
      b: "import numpy as np\nm = np.loadtxt('data.csv', delimiter=',', skiprows=1)",
      c: "print(df['a'].sum(), m.sum())",
    },
    steps: [
      { ran: ["a", "b", "c"], prints: { c: "4 10.0\n" } },
      { files: { "data.csv": "a,b\n1,2\n5,4\n" }, ran: ["a", "b", "c"], prints: { c: "6 12.0\n" } },
      { files: { "data.csv": "a,b\n1,2\n3,4\n" }, ran: [] },
    ],
  });

  science("polars frames are never changed behind their back", {
    cells: {
      a: "import polars as pl\ndf = pl.DataFrame({'a': [1, 2]})",
      b: "df = df.with_columns((pl.col('a') * 2).alias('b'))",
      c: "print(df.rows())",
    },
    steps: [{ ran: ["a", "b", "c"], prints: { c: "[(1, 2), (2, 4)]\n" } }, { ran: [] }],
  });
});
