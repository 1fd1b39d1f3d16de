/** What a cell changes in a library by calling it, or in a library's own containers, for the cells below. */
import { sciencePython } from "../harness/python-env.ts";
import { check } from "./check.ts";

const python = await sciencePython();

describe("libraries that a cell sets up", function () {
  this.timeout(60_000);

  check("by calling them: a limit that compiled code keeps, a table, a registry, and what is registered in it", {
    cells: {
      a: "import csv, mimetypes, sqlite3\nold = csv.field_size_limit(77)\nrows = list(csv.reader(['1,2']))\nmimetypes.add_type('a/b', '.zz')",
      b: "class Point:\n    pass\nWORD = 'point'\nsqlite3.register_adapter(Point, lambda p: WORD)",
      c: "print(csv.field_size_limit(), mimetypes.guess_type('x.zz')[0])",
      d: "print(sqlite3.connect(':memory:').execute('select ?', (Point(),)).fetchone())",
      e: "import calendar\ncalendar.setfirstweekday(6)\nprint(calendar.firstweekday())",
      f: "import calendar, mimetypes as m\nprint(calendar.firstweekday(), m.guess_type('y.zz')[0])",
    },
    steps: [
      {
        ran: ["a", "b", "c", "d", "e", "f"],
        prints: { c: "77 a/b\n", d: "('point',)\n", e: "6\n", f: "6 a/b\n" },
      },
      { ran: [] },
      { reopen: true, ran: [] },
      {
        edit: { a: "import csv, mimetypes, sqlite3\ncsv.field_size_limit(78)\nmimetypes.add_type('c/d', '.zz')" },
        ran: ["a", "b", "c", "d", "e", "f"],
        prints: { c: "78 c/d\n", f: "6 c/d\n" },
      },
      { edit: { a: "import csv, mimetypes, sqlite3" }, ran: ["a", "b", "c", "d", "e", "f"], prints: { f: "6 None\n" } },
    ],
  });

  check("in the order of the script, each once", {
    cells: {
      a: "import site\nsite.PREFIXES.append('one')",
      b: "site.PREFIXES.append('two')\nsite.PREFIXES += ['three']\nn = len(site.PREFIXES)",
      c: "site.PREFIXES.remove('one')\nprint(site.PREFIXES[-2:])",
      d: "print(site.PREFIXES[-2:], len(site.PREFIXES) - n)",
    },
    steps: [
      { ran: ["a", "b", "c", "d"], prints: { c: "['two', 'three']\n", d: "['two', 'three'] -1\n" } },
      { edit: { c: "print(site.PREFIXES[-2:])" }, ran: ["c", "d"], prints: { d: "['two', 'three'] 0\n" } },
    ],
  });

  check("by items of their containers, with a value that is bound anew later", {
    cells: {
      a: "import mimetypes\nfrom mimetypes import encodings_map as table\nkind = 'q/q'\nmimetypes.types_map['.qq'] = kind\nkind = 'other'",
      b: "table['.ww'] = kind\ndel mimetypes.types_map['.txt']",
      c: "import mimetypes\nprint(mimetypes.types_map['.qq'], mimetypes.encodings_map['.ww'], '.txt' in mimetypes.types_map)",
    },
    steps: [
      { ran: ["a", "b", "c"], prints: { c: "q/q other False\n" } },
      { edit: { b: "table['.ww'] = 'text'" }, ran: ["b", "c"], prints: { c: "q/q text True\n" } },
    ],
  });

  check("under another name", {
    cells: {
      a: "import textwrap\nW = textwrap.TextWrapper\nmodule = textwrap",
      b: "W.extra = 5\nsetattr(W, 'third', 3)",
      c: "module.more = W.extra + 1",
      d: "print(textwrap.TextWrapper.extra, textwrap.more, hasattr(textwrap.TextWrapper, 'third'))",
    },
    steps: [
      { ran: ["a", "b", "c", "d"], prints: { d: "5 6 True\n" } },
      { edit: { b: "W.extra = 7" }, ran: ["b", "c", "d"], prints: { d: "7 8 False\n" } },
    ],
  });

  check("in a function of the notebook, and with a decorator", {
    cells: {
      a: "import atexit, codecs, mimetypes, shutil\ndef set_up(kind):\n    print('once')\n    mimetypes.add_type(kind, '.zz')",
      b: "set_up('a/b')\nclass Registry:\n    def go(self):\n        shutil.register_archive_format('zz', print)\nRegistry().go()",
      c: "@codecs.register\ndef find(name):\n    return codecs.lookup('utf-8') if name == 'mine' else None",
      d: "from collections.abc import Sized\nclass Mine:\n    pass\nSized.register(Mine)",
      e: "print(mimetypes.guess_type('x.zz')[0], 'é'.encode('mine'), 'zz' in dict(shutil.get_archive_formats()))",
      f: "print(issubclass(Mine, Sized))",
    },
    steps: [
      { ran: ["a", "b", "c", "d", "e", "f"], prints: { b: "once\n", e: "a/b b'\\xc3\\xa9' True\n", f: "True\n" } },
      { edit: { b: "set_up('c/d')" }, ran: ["b", "c", "d", "e", "f"], prints: { e: "c/d b'\\xc3\\xa9' False\n" } },
    ],
  });

  check("in a loop and a condition, and refused where a loop does more", {
    cells: {
      a: "import mimetypes, calendar\nfor kind in ('one', 'two'):\n    mimetypes.types_map['.' + kind] = 'a/' + kind\ntry:\n    import shutil\n    if kind:\n        shutil.register_archive_format('zz', print)\nexcept ImportError:\n    pass",
      b: "print(mimetypes.types_map['.two'], 'zz' in dict(shutil.get_archive_formats()))",
      c: "for day in (5, 6):\n    calendar.setfirstweekday(day)\n    print(day)",
      d: "print(calendar.firstweekday())",
      e: "import mimetypes\nprint(mimetypes.types_map['.one'])",
    },
    steps: [
      { ran: ["a", "b", "c", "e"], failed: ["d"], prints: { b: "a/two True\n", c: "5\n6\n", e: "a/one\n" } },
      {
        edit: { c: "for day in (5, 6):\n    calendar.setfirstweekday(day)" },
        ran: ["c", "d", "e"],
        prints: { d: "6\n" },
      },
    ],
  });

  check("by what writes a file too: refused, as it would be written again", {
    cells: {
      a: "import mimetypes\ndef set_up():\n    open('log.txt', 'a').write('x')\n    mimetypes.add_type('a/b', '.zz')",
      b: "set_up()",
      c: "print(mimetypes.guess_type('x.zz')[0])",
      d: "print('other')",
    },
    steps: [{ ran: ["a", "b", "d"], failed: ["c"] }],
  });

  check("with something that cannot be stored: refused where the library is used, and nowhere else", {
    cells: {
      a: "import mimetypes, threading\nlock = threading.RLock()\nlock.acquire()\nmimetypes.types_map['.lock'] = lock",
      b: "import calendar\nprint(calendar.firstweekday())",
      c: "import mimetypes\nprint('.lock' in mimetypes.types_map)",
    },
    steps: [{ ran: ["a", "b"], failed: ["c"] }],
  });

  check("and nothing where nothing changes, or where it is a value that does", {
    cells: {
      a: "import bisect, types, time, heapq\nbox = types.SimpleNamespace(rows=[], n={})",
      b: "box.rows.append(1)\nbox.n['k'] = 2\ntime.sleep(0)\nheap = []\nheapq.heappush(heap, 3)",
      c: "print(box.rows, box.n, heap)",
      d: "print('other')",
    },
    steps: [
      { ran: ["a", "b", "c", "d"], prints: { c: "[1] {'k': 2} [3]\n" } },
      { edit: { b: "box.rows.append(4)\nheap = [5]" }, ran: ["b", "c"], prints: { c: "[4] {} [5]\n" } },
    ],
  });

  check("what it does to a setting meanwhile is the setting's own", {
    cells: {
      a: "import os, mimetypes\ndef both(v):\n    os.environ['STRATA_L'] = v\n    mimetypes.add_type('a/' + v, '.zz')\nboth('one')",
      b: "os.environ['STRATA_L'] = 'two'",
      c: "print(os.environ['STRATA_L'], mimetypes.guess_type('x.zz')[0])",
    },
    steps: [{ ran: ["a", "b", "c"], prints: { c: "two a/one\n" } }, { ran: [] }],
  });
});

describe("pandas and matplotlib that a cell sets up", function () {
  this.timeout(180_000);

  check("a colour map, a kind of column, and options that are followed by themselves", {
    python,
    cells: {
      a: "import matplotlib\nimport pandas as pd\nfrom matplotlib.colors import ListedColormap\nmatplotlib.colormaps.register(ListedColormap(['red', 'blue']), name='mine')",
      b: "@pd.api.extensions.register_extension_dtype\nclass Kind(pd.api.extensions.ExtensionDtype):\n    name = 'kind'\n    type = int\n    na_value = None",
      c: "pd.set_option('display.max_rows', 5)",
      d: "print(matplotlib.colormaps['mine'].N, pd.api.types.pandas_dtype('kind'))",
    },
    steps: [
      { ran: ["a", "b", "c", "d"], prints: { d: "2 kind\n" } },
      { ran: [] },
      { edit: { c: "pd.set_option('display.max_rows', 6)" }, ran: ["c", "d"] },
    ],
  });
});
