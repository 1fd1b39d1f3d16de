/** Names that a library looks up by text, in the frame that calls it: queries, formulas, SQL, pickles, `__main__`. */
import { sciencePython } from "../harness/python-env.ts";
import { check } from "./check.ts";

/** What pandas, duckdb, polars, patsy and numexpr do. */
const LOOKUP = {
  "lookup.py":
    "import re, sys\n\ndef sql(text):\n    names = sys._getframe(1).f_globals\n" +
    "    return [names[word] for word in re.findall(r'from (\\w+)', text)]\n\n" +
    "def dmatrix(text):\n    return eval(text, sys._getframe(1).f_globals)\n",
};
const python = await sciencePython();

describe("names that are looked up by text", function () {
  this.timeout(60_000);

  check("in a query: the variable is an input of the cell", {
    files: LOOKUP,
    cells: { a: "import lookup\nrows = [1]", b: "other = [2]", c: "print(lookup.sql('select * from rows'))" },
    steps: [
      { ran: ["a", "b", "c"], prints: { c: "[[1]]\n" } },
      { edit: { a: "import lookup\nrows = [5]" }, ran: ["a", "c"], prints: { c: "[[5]]\n" } },
      { edit: { b: "other = [3]" }, ran: ["b"] },
      { edit: { a: "import lookup\nrows = [1]", b: "other = [2]" }, ran: [] },
    ],
  });

  check("in a text that another cell made, and through a function", {
    files: LOOKUP,
    cells: {
      a: "import lookup\nrows = [1]",
      b: "table = 'rows'",
      c: "query = f'select * from {table}'",
      d: "def ask():\n    return lookup.sql(query)",
      e: "print(lookup.sql(query), ask())",
    },
    steps: [
      { ran: ["a", "b", "c", "d", "e"], prints: { e: "[[1]] [[1]]\n" } },
      { edit: { a: "import lookup\nrows = [2]" }, ran: ["a", "e"], prints: { e: "[[2]] [[2]]\n" } },
    ],
  });

  check("a function in a formula, with what it looks up itself", {
    files: LOOKUP,
    cells: {
      a: "import lookup",
      b: "def squash(v):\n    return v * scale",
      c: "scale = 2",
      d: "print(lookup.dmatrix('squash(4) + 1'))",
    },
    steps: [
      { ran: ["a", "b", "c", "d"], prints: { d: "9\n" } },
      { edit: { c: "scale = 3" }, ran: ["c", "d"], prints: { d: "13\n" } },
    ],
  });

  check("the classes and functions of a pickle in a file", {
    cells: {
      a: "import pickle\nclass Row:\n    def __init__(self, n):\n        self.n = n\n    def __repr__(self):\n        return f'Row {self.n}'",
      b: "with open('rows.pkl', 'wb') as file:\n    pickle.dump([Row(1)], file)",
      c: "with open('rows.pkl', 'rb') as file:\n    print(pickle.load(file))",
    },
    steps: [{ ran: ["a", "b", "c"], prints: { c: "[Row 1]\n" } }, { ran: [] }],
  });

  check("by way of the module __main__", {
    cells: {
      a: 'import sys\nx = 1\ndef f(n):\n    """\n    >>> f(1)\n    2\n    """\n    return n + 1',
      b: "import __main__\nprint(__main__.x)",
      c: "setattr(sys.modules[__name__], 'late', 5)",
      d: "print(late, sys.modules['__main__'].f(1))",
      e: "import doctest\nprint(doctest.testmod().attempted)",
    },
    steps: [{ ran: ["a", "b", "c", "d", "e"], prints: { b: "1\n", d: "5 2\n", e: "1\n" } }, { ran: [] }],
  });

  check("in annotations that are strings", {
    cells: {
      a: "import typing\nfrom typing import Literal, Optional",
      b: "class Node:\n    pass",
      c: "def link(a: 'Node', b: Optional['Node'] = None, how: Literal['x'] = 'x') -> 'typing.List[Node]':\n    return [a]",
      x: "x = 1",
      d: "print(typing.get_type_hints(link)['return'] == typing.List[Node])",
    },
    steps: [
      { ran: ["a", "b", "c", "x", "d"], prints: { d: "True\n" } },
      { edit: { x: "x = 2" }, ran: ["x"] },
    ],
  });

  check("pandas, polars and their query languages", {
    python,
    cells: {
      a: "import pandas as pd\nimport polars as pl\ndf = pd.DataFrame({'x': [1, 2, 3]})\nlong = pl.DataFrame({'n': [1, 2]})",
      b: "low = 1",
      c: "def pick(frame, high):\n    return frame.query('x > @low and x < @high')",
      d: "print(df.query('x > @low')['x'].tolist(), pick(df, 3)['x'].tolist(), df.eval('x + @low').tolist())",
      e: "print(pl.sql('select sum(n) as n from long').collect().item())",
    },
    steps: [
      { ran: ["a", "b", "c", "d", "e"], prints: { d: "[2, 3] [2] [2, 3, 4]\n", e: "3\n" } },
      { edit: { b: "low = 0" }, ran: ["b", "d"], prints: { d: "[1, 2, 3] [1, 2] [1, 2, 3]\n" } },
    ],
  });
});
