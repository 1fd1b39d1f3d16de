/** IPython's additions and the Python that stands in their place: a table, a row for each form. */
import assert from "node:assert/strict";
import { missingPackages } from "../../../extension/core/magics/packages.ts";
import { translateMagics } from "../../../extension/core/magics/translate.ts";
import { loadPythonParser } from "../../../extension/host/parser/python-parser.ts";

const parser = await loadPythonParser();

const TIME = (value: string): string => `_strata_time(_strata_clock(), (${value}))`;

const translated: readonly (readonly [written: string, python: string])[] = [
  ["x = 1", "x = 1"],
  ["%time f(x)", TIME("f(x)")],
  ["%time x = y = f(x)", `x = y = ${TIME("f(x)")}`],
  ["%time x += 1", `x += ${TIME("1")}`],
  ["%time n: int = f()", `n: int = ${TIME("f()")}`],
  ["%time f();", `${TIME("f()")};`],
  ["a = %time f()", `a = ${TIME("f()")}`],
  ["%time import os", "__strata_began__ = _strata_clock(); import os; _strata_time(__strata_began__)"],
  ["if a:\n    %time b\nc", `if a:\n    ${TIME("b")}\nc`],
  ["%%time\nx", "__strata_began__ = _strata_clock()\n_strata_time(__strata_began__, (x))"],
  ["%%time\nx;", "__strata_began__ = _strata_clock()\nx;\n_strata_time(__strata_began__)"],
  ["# @name n\n%%time\nx = 1", "# @name n\n__strata_began__ = _strata_clock()\nx = 1\n_strata_time(__strata_began__)"],
  ["%timeit f(x)", "_strata_timeit(lambda: (f(x)))"],
  ["%timeit -n10 -r 3 x = f()", "_strata_timeit(lambda: (f()), number=10, repeat=3)"],
  [
    '%%timeit\ns = """\nkept\n"""\nif s:\n\tf(s)',
    'def __strata_timed__():\n s = """\nkept\n"""\n if s:\n \tf(s)\n_strata_timeit(__strata_timed__)',
  ],
  ["!ls -l", '_strata_shell("ls -l")'],
  [
    "! ls {a.b} {c[0]!r:>8} $d",
    '_strata_shell("ls ", lambda: (a.b), " ", lambda: format(repr(c[0]), ">8"), " ", ("$d", lambda: d))',
  ],
  ["!awk '{print $1} {print}' $$HOME", "_strata_shell(\"awk '{print $1} {print}' $HOME\")"],
  ['!echo {{x}} {1,2} {} "é\\n"', '_strata_shell("echo {x} {1,2} {} \\"é\\\\n\\"")'],
  ["!a \\\n  b\nc", '_strata_shell("a \\\\\\n  b")\n\nc'],
  ["!!ls", '_strata_capture("ls")'],
  ["x = !ls {y}", 'x = _strata_capture("ls ", lambda: (y))'],
  ["%ls -a", '_strata_shell("ls -a")'],
  ["%%bash\na\nb", "_strata_script(\"bash\", r'''\na\nb''')"],
  ["%%sh\necho '", '_strata_script("sh", "\\necho \'")\n'],
  ["%%writefile -a f.txt\nx\n", "_strata_write(\"f.txt\", r'''\nx\n'''[1:], \"a\")"],
  ["%cd", '_strata_cd("~")'],
  ["%cd {d}", "_strata_cd(lambda: (d))"],
  ["p = %pwd", 'p = __import__("os").getcwd()'],
  ["%env A=b {c}", '_strata_setenv("A", "b ", lambda: (c))'],
  ["%env A", '_strata_getenv("A")'],
  ["%matplotlib inline\nx", "\nx"],
  ["if a:\n  %matplotlib inline", "if a:\n  pass"],
  ["%load_ext autoreload\n%autoreload 2", "\n"],
  ["%config InlineBackend.figure_format = 'retina'", ""],
  ["!pip install a", ""],
  ['s = """\n%time x\n!ls\n"""', 's = """\n%time x\n!ls\n"""'],
  ["x = (a\n  % b)", "x = (a\n  % b)"],
];

const problems: readonly (readonly [written: string, line: number, says: RegExp])[] = [
  ["df?", 1, /“df\?” asks for help/],
  ["\n?df", 2, /asks for help/],
  ["%whos", 1, /session of IPython/],
  ["%%html\n<b>", 1, /“%%html” is IPython's own syntax/],
  ["x\n%%time\ny", 2, /first line/],
  ["%time for i in x: pass", 1, /%%time/],
  ["%time a; b", 1, /simple statement/],
  ["x = %time y = 1", 1, /no value/],
  ["%timeit -o f()", 1, /-n and -r here, not -o/],
  ["%timeit import os", 1, /%%timeit/],
  ["%%timeit x = 1\nx", 1, /set-up code/],
  ["%%timeit", 1, /nothing below/],
  ["%%bash --out x\nls", 1, /takes no options/],
  ["%%writefile\nx", 1, /name of a file/],
  ["%load_ext sql", 1, /loads sql into IPython/],
  ["%env", 1, /NAME or NAME=value/],
  ["%cd -", 1, /name one/],
  ["%pip list", 1, /uv pip/],
  ["!python3 -m pip uninstall -y a", 1, /uv remove/],
  ["%pip install -r requirements.txt", 1, /uv add -r requirements\.txt/],
  ["!pip install git+https://example.org/x", 1, /uv add git\+https/],
];

describe("magics as Python", () => {
  for (const [written, python] of translated) {
    it(JSON.stringify(written), () => {
      const result = translateMagics(written, parser);
      assert.equal(result.python, python);
      assert.deepEqual(
        result.magics.flatMap(({ problem }) => problem ?? []),
        [],
      );
      assert.equal(parser.parse(result.python).hasError, false, "what comes out is Python");
      const lines = (text: string): number => text.split("\n").length;
      assert.ok(lines(result.python) - lines(written) >= 0, "no line is lost");
    });
  }
});

describe("magics that a script cannot have", () => {
  for (const [written, line, says] of problems) {
    it(JSON.stringify(written), () => {
      const [problem, ...more] = translateMagics(written, parser).magics.filter((magic) => magic.problem !== undefined);
      assert.equal(more.length, 0);
      assert.equal(problem?.line, line);
      assert.match(problem?.problem ?? "", says);
      assert.ok(problem?.problem?.startsWith(`Line ${line}: “`));
    });
  }
});

describe("magics that install packages", () => {
  const cases: readonly (readonly [written: string, packages: readonly string[]])[] = [
    ["%pip install a b==2 'c[x]>=1'", ["a", "b==2", "c[x]>=1"]],
    ["!pip3 install -q -U a  # why", ["a"]],
    ["!{sys.executable} -m pip install a", ["a"]],
    ["%uv pip install a", ["a"]],
    ["!uv add a", ["a"]],
    ["%conda install -y a", ["a"]],
  ];
  for (const [written, packages] of cases) {
    it(written, () => {
      const [magic] = translateMagics(written, parser).magics;
      assert.deepEqual([magic?.problem, magic?.packages], [undefined, packages]);
    });
  }

  it("are missing by name, and by version where it is exact", () => {
    const installed = ["numpy==2.1.0", "Typing.Extensions==4.0", "a-b==1"];
    const wanted = ["numpy", "numpy==2.1.0", "numpy==2.2.0", "numpy>=9", "typing_extensions[x]", "A_B", "c"];
    assert.deepEqual(missingPackages(wanted, installed), ["numpy==2.2.0", "c"]);
  });
});
