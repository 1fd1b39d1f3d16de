/** Statements that store into libraries, set them up by calling them, and show what that does. */
import type { Template } from "./scribe.ts";

export const PATCHES: readonly Template[] = [
  (s) => `import json\njson.extra = ${s.i()}${s.binding("json", "extra")}`,
  (s) => `import json\nsetattr(json, 'extra', ${s.get("num")})${s.binding("json", "extra")}`,
  (s) => `def patch(v):\n    import json\n    json.extra = v\npatch(${s.i()})${s.binding("json", "extra")}`,
  (s) => `import json\nif hasattr(json, 'extra'):\n    del json.extra${s.better("extra")}`,
  (s) => `import json\nprint(getattr(json, 'extra', 'no extra'))${s.better("extra")}`,
  (s) => `import json\njson.dumps = lambda v, **more: 'dumped ${s.i()}'${s.binding("dumps", "dumps")}`,
  (s) => `import json\njson.dumps = ${s.get("fn")}${s.binding("dumps", "dumps")}`,
  (s) => `import json\nprint(json.dumps(${s.i()}))${s.better("dumps")}`,
  (s) => `import json\ndef ${s.set("fn")}(v):\n    return json.dumps(v)${s.better("dumps")}`,
  (s) => `import textwrap\ntextwrap.kept = ${s.get("list")}${s.binding("textwrap", "kept")}`,
  (s) => `import textwrap\ntextwrap.kept.append(${s.i()})${s.binding("textwrap", "kept", "kept")}`,
  (s) => `import textwrap\n${s.set("list")} = textwrap.kept${s.binding("textwrap", "kept", "kept")}`,
  (s) => `import textwrap\nprint(textwrap.kept)${s.binding("textwrap", "kept", "kept")}`,
  (s) => `import string\nstring.digits += '${s.i()}'${s.binding("string", "digits")}`,
  (s) => `import string\nprint(string.digits)${s.better("digits")}`,
  (s) => `import csv\ncsv.field_size_limit(1000 + ${s.i()})${s.binding("csv", "limits")}`,
  (s) => `import csv\nprint(csv.field_size_limit())${s.better("limits")}`,
  (s) =>
    `import sqlite3\nclass Held:\n    v = ${s.i()}\nsqlite3.register_adapter(Held, lambda held: held.v)${s.binding("Held", "adapted")}`,
  (s) =>
    `import sqlite3\nwith sqlite3.connect(':memory:') as con:\n    print(con.execute('select ?', (Held(),)).fetchone())${s.binding("Held", "adapted", "adapted")}`,
  (s) => `import fractions\nfractions.Fraction.half = ${s.i()} + 0.5${s.binding("fractions", "half")}`,
  (s) => `from fractions import Fraction\nprint(getattr(Fraction(1), 'half', 'whole'))${s.better("half")}`,
  (s) => `import mimetypes\nmimetypes.types_map['.own'] = 'text/own${s.i()}'${s.binding("mimetypes", "types")}`,
  (s) => `import mimetypes\nprint(mimetypes.types_map.get('.own', 'none'))${s.better("types")}`,
];
