/** What a cell stores into a library, for the cells below. */
import { sciencePython } from "../harness/python-env.ts";
import { check } from "./check.ts";

const python = await sciencePython();

describe("patched libraries", function () {
  this.timeout(60_000);

  check("a function of a module replaced, and the old one kept", {
    cells: {
      a: "import json\nold = json.dumps",
      b: "json.dumps = lambda value: 'dumped ' + old(value)",
      c: "print(json.dumps([1]), old([2]))",
      d: "import json as j\nprint(j.dumps(3))",
    },
    steps: [
      { ran: ["a", "b", "c", "d"], prints: { c: "dumped [1] [2]\n", d: "dumped 3\n" } },
      { ran: [] },
      { reopen: true, ran: [] },
      { edit: { b: "pass" }, ran: ["b", "c", "d"], prints: { c: "[1] [2]\n" } },
      { edit: { b: "json.dumps = lambda value: 'dumped ' + old(value)" }, ran: [], prints: { d: "dumped 3\n" } },
    ],
  });

  check("a number of a module, and an attribute of a class", {
    cells: {
      a: "import textwrap\nfrom fractions import Fraction\ntextwrap.WIDTH = 7\nFraction.total = lambda self: self + 1",
      b: "print(textwrap.WIDTH, Fraction(1, 2).total())",
      c: "import textwrap\ntextwrap.WIDTH += 1",
      d: "print(textwrap.WIDTH)\ndel textwrap.WIDTH",
      e: "print(hasattr(textwrap, 'WIDTH'), hasattr(Fraction, 'total'))",
    },
    steps: [
      { ran: ["a", "b", "c", "d", "e"], prints: { b: "7 3/2\n", d: "8\n", e: "False True\n" } },
      { edit: { c: "import textwrap\ntextwrap.WIDTH += 5" }, ran: ["c", "d"], prints: { d: "12\n" } },
    ],
  });

  check("what is only named before an equals sign is not stored into, and cells do not wait for it", {
    cells: {
      a: "import http, math, datetime\ngrid = {}",
      b: "def area(r: datetime.date, unit='cm'):\n    return r\nprint(math.pi, end='\\n')\ngrid[math.e, 0] = [1]\nkept = [http.HTTPStatus.OK, dict(a=1)]",
      c: "print(dict([(datetime.date.min, 1)], k=datetime.date.max), http.HTTPStatus.OK)",
      d: "math.tau, math.extra = 6, 7",
      e: "print(math.tau, math.extra)",
    },
    steps: [
      { ran: ["a", "b", "c", "d", "e"], prints: { e: "6 7\n" } },
      { edit: { b: "print(math.pi, end='!\\n')" }, target: { kind: "cells", cells: ["c"] }, ran: [] },
    ],
  });

  check("a function of the notebook that patches, with setattr, using names of the notebook", {
    cells: {
      a: "word = 'one'\ndef patch():\n    import string\n    setattr(string, 'shout', lambda text: text.upper() + word)",
      b: "patch()",
      c: "import string\nprint(string.shout('a'))",
      d: "word = 'two'",
      e: "import string\nprint(string.shout('a'))",
    },
    steps: [
      { ran: ["a", "b", "c", "d", "e"], prints: { c: "Aone\n", e: "Atwo\n" } },
      { edit: { d: "word = 'three'" }, ran: ["d", "e"], prints: { e: "Athree\n" } },
    ],
  });

  check("a patch yet to run is waited for", {
    cells: { a: "import json", b: "pass", c: "print(json.dumps({'a': 1}))", d: "x = 1\nprint(x)" },
    steps: [
      { ran: ["a", "b", "c", "d"] },
      { edit: { b: "json.dumps = str" }, ran: ["b", "c", "d"], prints: { c: "{'a': 1}\n", d: "1\n" } },
      { edit: { b: "pass" }, ran: [] },
    ],
  });

  check("a patch that cannot be stored is refused below", {
    cells: { a: "import json\njson.lines = (v for v in [1])", b: "print(1)" },
    steps: [
      { ran: ["a"], failed: ["b"] },
      { edit: { a: "import json" }, ran: ["a", "b"] },
    ],
  });

  check("an attribute of an object that is no module is a value's", {
    cells: {
      a: "import types\nbox = types.SimpleNamespace(n=1)",
      b: "box.n = 2",
      c: "print(box.n)",
      d: "print('other')",
    },
    steps: [
      { ran: ["a", "b", "c", "d"], prints: { c: "2\n" } },
      { edit: { b: "box.n = 3" }, ran: ["b", "c"] },
    ],
  });
});

describe("patched pandas", function () {
  this.timeout(180_000);
  check("a method of one's own on frames, and an accessor", {
    python,
    cells: {
      a: "import pandas as pd",
      b: "pd.DataFrame.total = lambda self: int(self.to_numpy().sum())\npd.DataFrame.kind = 'mine'",
      c: "@pd.api.extensions.register_dataframe_accessor('geo')\nclass Geo:\n    def __init__(self, frame):\n        self.frame = frame\n    def size(self):\n        return len(self.frame)",
      d: "df = pd.DataFrame({'a': [1, 2]})",
      e: "print(df.total(), df.kind, df.geo.size())",
    },
    steps: [
      { ran: ["a", "b", "c", "d", "e"], prints: { e: "3 mine 2\n" } },
      { ran: [] },
      {
        edit: { b: "pd.DataFrame.total = lambda self: -1\npd.DataFrame.kind = 'new'" },
        ran: ["b", "c", "d", "e"],
        prints: { e: "-1 new 2\n" },
      },
    ],
  });
});
