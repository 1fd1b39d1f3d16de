/** Last expressions, `display` and the representations of a value, with no package installed. */
import assert from "node:assert/strict";
import { plainPython } from "./environments.ts";
import type { Rig, Shown } from "./rig.ts";
import { bytes, makeRig, mimes, text } from "./rig.ts";

describe("what a cell shows", function () {
  this.timeout(60_000);
  let rig: Rig;
  let python: string;
  before(async () => {
    python = await plainPython();
    rig = await makeRig();
  });
  after(() => rig.dispose());
  const show = (code: string): Promise<Shown> => rig.show(python, code);

  describe("plain text", () => {
    const nested = `{"k": {"x": ["${"a".repeat(70)}", "b" * 3]}}`;
    const cases: readonly [name: string, code: string, expected: string][] = [
      ["a number", "1 + 1", "2"],
      ["a string, quoted", "'a\\nb'", "'a\\nb'"],
      ["a small container on one line", "[1, (2,), {'b': 1, 'a': 2}]", "[1, (2,), {'b': 1, 'a': 2}]"],
      [
        "a wide one on several, keys in their order",
        "{'z' * 40: 1, 'a' * 40: 2}",
        `{'${"z".repeat(40)}': 1,\n '${"a".repeat(40)}': 2}`,
      ],
      ["long strings are not cut into pieces", nested, `{'k': {'x': ['${"a".repeat(70)}',\n             'bbb']}}`],
      ["a container that holds itself", "x = [1]; x.append(x); x", "[1, <Recursion on list with id="],
      ["a class", "class A: pass\nA", "<class '__main__.A'>"],
      ["half a surrogate pair", "'\\ud800'", "'\\ud800'"],
      [
        "a value whose repr fails",
        "class A:\n    def __repr__(self): raise ValueError('no')\nA()",
        "<__main__.A object whose repr() failed: ValueError: no>",
      ],
      [
        "an exception that cannot be printed either",
        "class E(Exception):\n    def __str__(self): 1 / 0\nclass A:\n    def __repr__(self): raise E\nA()",
        "<__main__.A object whose repr() failed: E>",
      ],
    ];
    let seen: readonly Shown[] = [];
    before(async () => {
      seen = await rig.showEach(
        python,
        cases.map(([, code]) => code),
      );
    });
    for (const [number, [name, , expected]] of cases.entries()) {
      it(name, () => {
        const shown = text(seen[number] as Shown, 0);
        assert.ok(name.includes("holds itself") ? shown.startsWith(expected) : shown === expected, shown);
      });
    }

    it("shows nothing for None", async () => assert.deepEqual((await show("None")).displays, []));

    it("leaves out most of a very long container, and says so", async () => {
      const seen = text(await show("list(range(10**6))"), 0);
      assert.match(seen, /999,\n \.\.\. 999000 more\]$/);
      assert.ok(seen.length < 10_000);
      assert.match(text(await show("{i: i for i in range(1500)}"), 0), /\.\.\. 500 more/);
      assert.match(text(await show("[[0] * 5000]"), 0), /\.\.\. 4000 more/);
    });

    it("cuts a huge repr at a million characters, and keeps it out of the message", async () => {
      const shown = await show("'x' * 3_000_000");
      const seen = text(shown, 0).slice(1_000_000);
      assert.match(seen, /^\n… cut here: 2,000,002 more characters$/);
      assert.ok("digest" in (shown.displays[0]?.data[0] ?? {}));
    });

    it("keeps text of up to 32 KiB in the message, measured in bytes", async () => {
      const shown = await show("display('é' * 16383)\ndisplay('é' * 16384)");
      assert.ok("text" in (shown.displays[0]?.data[0] ?? {}));
      assert.ok("digest" in (shown.displays[1]?.data[0] ?? {}));
      assert.equal(text(shown, 1), `'${"é".repeat(16384)}'`);
    });
  });

  describe("a JSON tree beside the text", () => {
    const cases: readonly [code: string, hasTree: boolean][] = [
      ["[1, 2, 3]", false],
      ["[1, 2, 3, 4, 5, 6]", false],
      ["list(range(100))", true],
      ["{'a': {'b': None}}", true],
      ["{'a': {}}", false],
      ["[[float('nan')]]", false],
      ["[[2**60]]", false],
      ["[(1, 2)] * 7", false],
      ["{1: [2]}", false],
      ["[[b'x']]", false],
      ["x = []; x.append(x); x", false],
      ["['x' * 600_000, ['y' * 600_000]]", false],
    ];
    let seen: readonly Shown[] = [];
    before(async () => {
      seen = await rig.showEach(
        python,
        cases.map(([code]) => code),
      );
    });
    for (const [number, [code, hasTree]] of cases.entries()) {
      it(`${code} ${hasTree ? "has one" : "has none"}`, () => {
        const types = hasTree ? ["application/json", "text/plain"] : ["text/plain"];
        assert.deepEqual(mimes(seen[number] as Shown), [types]);
      });
    }
    it("holds the value", async () => {
      assert.deepEqual(JSON.parse(text(await show("{'ä': [1.5, None, True]}"), 0, "application/json")), {
        ä: [1.5, null, true],
      });
    });
  });

  describe("representations", () => {
    it("takes all that the value offers, richest first, plain text last", async () => {
      const shown = await show(`
class Rich:
    def __repr__(self): return "rich"
    def _repr_html_(self): return "<b>rich</b>"
    def _repr_svg_(self): return "<svg/>"
    def _repr_png_(self): return b"\\x89PNG"
    def _repr_jpeg_(self): return "/9j/", {"width": 3}
    def _repr_markdown_(self): return "**rich**"
    def _repr_latex_(self): return "$r$"
    def _repr_json_(self): return {"r": 1}
Rich()`);
      assert.deepEqual(mimes(shown), [
        [
          "text/html",
          "image/svg+xml",
          "image/png",
          "image/jpeg",
          "text/markdown",
          "text/latex",
          "application/json",
          "text/plain",
        ],
      ]);
      assert.equal(text(shown, 0), "rich");
      assert.equal(text(shown, 0, "application/json"), '{"r": 1}');
      assert.deepEqual([...bytes(shown, 0, "image/png")], [0x89, 0x50, 0x4e, 0x47]);
      assert.deepEqual([...bytes(shown, 0, "image/jpeg")], [0xff, 0xd8, 0xff]);
    });

    it("prefers a bundle, with or without metadata, and fills what it lacks", async () => {
      const shown = await show(`
class Bundle:
    def _repr_mimebundle_(self, include=None, exclude=None):
        return {"text/html": "from bundle", "application/x+json": {"a": 1}, "text/plain": "plain", "image/png": "iVBOR", "image/gif": None}, {"m": 1}
    def _repr_html_(self): return "from method"
    def _repr_latex_(self): return None
    def __repr__(self): return "repr"
Bundle()`);
      assert.deepEqual(mimes(shown), [["text/html", "application/x+json", "text/plain"]]);
      assert.equal(text(shown, 0, "text/html"), "from bundle");
      assert.equal(text(shown, 0, "application/x+json"), '{"a": 1}');
      assert.equal(
        text(shown, 0),
        "plain\n[image/png cannot be shown: ValueError: text that is not Base64 where a picture was expected]",
      );
    });

    it("tells of a failing method in the text, and shows the rest", async () => {
      const shown = await show(`
class Half:
    def __repr__(self): return "half"
    def _repr_html_(self): return "<i>half</i>"
    def _repr_svg_(self): 1 / 0
    def _repr_mimebundle_(self): return {}
    @property
    def _repr_latex_(self): raise RuntimeError("no\\nlatex")
Half()`);
      assert.deepEqual(mimes(shown), [["text/html", "text/plain"]]);
      const notes = text(shown, 0).split("\n");
      assert.equal(notes[0], "half");
      assert.match(notes[1] ?? "", /^\[_repr_mimebundle_ failed: TypeError: /);
      assert.deepEqual(notes.slice(2), [
        "[_repr_svg_ failed: ZeroDivisionError: division by zero]",
        "[_repr_latex_ failed: RuntimeError: no]",
      ]);
    });

    it("asks neither classes nor objects that answer everything", async () => {
      const shown = await show(`
from unittest.mock import MagicMock
class A:
    def _repr_html_(self): return "a"
display(A, MagicMock())`);
      assert.deepEqual(mimes(shown), [["text/plain"], ["text/plain"]]);
    });
  });

  describe("display()", () => {
    it("shows several values in order, and gives no handle unless named", async () => {
      const shown = await show("print(display(1, 'b'))\ndisplay({'text/html': '<p>'}, raw=True)\ndisplay()");
      assert.deepEqual(mimes(shown), [["text/plain"], ["text/plain"], ["text/html", "text/plain"]]);
      assert.equal(shown.printed, "None\n");
    });

    it("names a display, to replace it", async () => {
      const shown = await show(`
h = display("a", display_id=True)
h.update("b")
display("c", display_id="mine")
display("d", display_id="mine", update=True)
h.display("e")
h.display_id`);
      const seen = shown.displays.map(({ id, update }, number) => [text(shown, number), id, update]);
      assert.deepEqual(seen, [
        ["'a'", "display-1", false],
        ["'b'", "display-1", true],
        ["'c'", "mine", false],
        ["'d'", "mine", true],
        ["'e'", "display-1", false],
        ["'display-1'", null, false],
      ]);
    });

    it("refuses an update of nothing", async () => {
      await assert.rejects(show("display(1, update=True)"), /display\(update=True\) needs the display_id/);
    });

    it("leaves representations out when asked", async () => {
      const shown = await show(`
class A:
    def _repr_html_(self): return "a"
    def _repr_latex_(self): return "b"
display(A(), include=["text/html"])
display(A(), exclude=["text/html"], metadata={}, transient={}, unheard_of=1)`);
      assert.deepEqual(mimes(shown), [
        ["text/html", "text/plain"],
        ["text/latex", "text/plain"],
      ]);
    });

    it("clears first when asked", async () => {
      assert.deepEqual((await show("display(1, clear=True)")).clears, [true]);
    });
  });

  it("loads no third-party library for the sake of showing", async () => {
    const { modules } = await show("[1]");
    for (const name of ["numpy", "pandas", "polars", "pyarrow", "matplotlib", "IPython"])
      assert.ok(!modules.has(name), name);
  });
});
