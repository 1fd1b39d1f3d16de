/** IPython's additions: what they come to in a cell is what they come to in the exported script. */
import assert from "node:assert/strict";
import { openBench } from "./bench.ts";
import { check } from "./check.ts";

describe("magics", function () {
  this.timeout(60_000);

  check("a command shows what it writes, with names of cells above in it", {
    cells: { a: "word = 'hello'", b: "!echo {word} $word {word.upper()} {len(word):03d}", c: "print(1)" },
    steps: [
      { ran: ["a", "b", "c"], prints: { b: "hello hello HELLO 005\n" } },
      { edit: { a: "word = 'bye'" }, ran: ["a", "b"], prints: { b: "bye bye BYE 003\n" } },
      { edit: { a: "word = 'hello'" }, ran: [] },
    ],
  });

  check("text between braces or behind a dollar that is no Python is the shell's", {
    // biome-ignore lint/suspicious/noTemplateCurlyInString: it is the shell's.
    cells: { a: "!STRATA_T=5; echo $STRATA_T $STRATA_NO ${STRATA_T} {1,2}x | awk '{print $1}'" },
    steps: [{ ran: ["a"], prints: { a: "5\n" } }],
  });

  check("the lines of a command are a value", {
    cells: { a: "n = 2\nlines = !seq 1 {n}", b: "print(lines, len(lines))" },
    steps: [
      { ran: ["a", "b"], prints: { b: "['1', '2'] 2\n" } },
      { edit: { a: "n = 3\nlines = !seq 1 {n}" }, ran: ["a", "b"], prints: { b: "['1', '2', '3'] 3\n" } },
      { edit: { a: "n = 3  # same\nlines = !printf '1\\n2\\n3\\n'" }, ran: ["a"] },
    ],
  });

  check("a command in a function of another cell", {
    cells: { a: "def say(what):\n    !echo said {what}", b: "say('a')\nfor w in 'xy':\n    say(w)" },
    steps: [
      { ran: ["a", "b"], prints: { b: "said a\nsaid x\nsaid y\n" } },
      {
        edit: { a: "def say(what):\n    !echo told {what}" },
        ran: ["a", "b"],
        prints: { b: "told a\ntold x\ntold y\n" },
      },
    ],
  });

  check("a command that fails does not end the cell, a script does", {
    cells: { a: "!exit 3\nprint('on')", b: "%%bash\nx=1\necho $((x + 1))", c: "%%sh\nexit 3" },
    steps: [{ ran: ["a", "b"], failed: ["c"], prints: { a: "on\n", b: "2\n" } }],
  });

  check("what prints before and after a command stays in order", {
    cells: { a: "print('one')\n!echo two\nprint('three')" },
    steps: [{ ran: ["a"], prints: { a: "one\ntwo\nthree\n" } }],
  });

  check("%cd and %env hold for the cells below", {
    files: { "sub/x.txt": "here" },
    cells: { a: "%cd sub", b: "%env STRATA_X=7", c: "import os\nprint(open('x.txt').read(), os.environ['STRATA_X'])" },
    steps: [{ ran: ["a", "b", "c"], prints: { c: "here 7\n", b: "env: STRATA_X=7\n" } }, { ran: [] }],
  });

  check("%%writefile writes its text, and a cell below that reads it follows", {
    cells: { a: "%%writefile notes.txt\none\n  two 'quoted'", b: "print(repr(open('notes.txt').read()))" },
    steps: [
      { ran: ["a", "b"], prints: { b: "\"one\\n  two 'quoted'\\n\"\n" } },
      { edit: { a: "%%writefile notes.txt\nother" }, ran: ["a", "b"], prints: { b: "'other\\n'\n" } },
    ],
  });

  check("magics that ask for what is so anyway change nothing", {
    cells: { a: "%matplotlib inline\n%load_ext autoreload\n%autoreload 2\nx = 1", b: "print(x)" },
    steps: [
      { ran: ["a", "b"], prints: { b: "1\n" } },
      { edit: { a: "x = 1" }, ran: [] },
    ],
  });

  check("a magic that a script cannot have blocks its cell and what needs it", {
    cells: { a: "x = 1\n%whos", b: "print(x)", c: "x.real?", d: "print('free')" },
    steps: [
      { ran: ["d"], skipped: ["a", "b", "c"] },
      { edit: { a: "x = 1", c: "" }, ran: ["a", "b"] },
    ],
  });

  check("a line that installs what is not there blocks its cell, one that installs what is there does nothing", {
    cells: { a: "%pip install -q strata-no-such-package\nx = 1", b: "!pip install pip\nprint('b')" },
    notebook: {},
    steps: [
      { ran: [], skipped: ["a", "b"] },
      { edit: { a: "x = 1", b: "print('b')" }, ran: ["a", "b"] },
    ],
  });

  describe("timing", () => {
    it("%time and %%time bind their names, show their values and are samples", async () => {
      const cells = {
        a: "%time x = sum(range(10))\ny = %time x + 1",
        b: "# @name timed\n%%time\nz = y + 1\nz",
        c: "%timeit -n 2 -r 2 z * 2",
        d: "%%timeit -n 2 -r 2\nw = z\nw += 1",
        e: "print(x, y, z)",
      };
      const bench = await openBench(cells);
      try {
        const seen = await bench.run();
        assert.deepEqual(seen.ran, ["a", "b", "c", "d", "e"], JSON.stringify([...seen.outcomes], undefined, 1));
        assert.equal(await bench.printed("e"), "45 46 47\n");
        assert.match(await bench.printed("a"), /^(CPU times: \S+ \S+\nWall time: \S+ \S+\n){2}$/);
        assert.match(await bench.printed("b"), /Wall time/);
        assert.match(
          await bench.printed("c"),
          /^\S+ \S+ ± \S+ \S+ per loop \(mean ± std\. dev\. of 2 runs, 2 loops each\)\n$/,
        );
        assert.match(await bench.printed("d"), /per loop/);
        const timed = seen.outcomes.get("b");
        assert.ok(timed?.status === "ok");
        const shown = timed.record.outputs.flatMap((output) => (output.type === "display" ? output.data : []));
        assert.deepEqual(shown, [{ mime: "text/plain", text: "47" }]);
        assert.deepEqual((await bench.run()).ran, []);
      } finally {
        await bench.close();
      }
    });

    it("a traceback has the cell's own lines", async () => {
      const bench = await openBench({ a: "%%time\n\ndef f(v):\n    return 1 / v\n\n%time f(0)" });
      try {
        const outcome = (await bench.run()).outcomes.get("a");
        assert.ok(outcome?.status === "error");
        assert.equal(outcome.error.line, 4);
        assert.match(outcome.error.traceback, /line 6, in <module>\n {4}%time f\(0\)/);
      } finally {
        await bench.close();
      }
    });
  });
});
