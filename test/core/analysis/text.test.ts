/** The normalised text, syntax errors and IPython's magics. */
import assert from "node:assert/strict";
import { createAnalyzer } from "../../../extension/core/analysis/analyzer.ts";
import { loadPythonParser } from "../../../extension/host/parser/python-parser.ts";
import { analyze, checks } from "./check.ts";

const same: readonly (readonly [title: string, a: string, b: string])[] = [
  ["comments", "x=1", "x = 1  # c"],
  ["comment lines", "# a\nx = 1\n# b\ny = 2", "x = 1\ny = 2\n"],
  ["blank lines and ends", "\n\nx = 1\n\n\ny = 2\n   \n", "x = 1\r\ny = 2"],
  ["spaces", "f( a,b )", "f(a, b)"],
  ["width of indentation", "if a:\n  b\n  c", "if a:\n        b\n        c"],
  ["tabs", "if a:\n\tb", "if a:\n    b"],
  ["a block on the line of its colon", "if a: b", "if a:\n    b"],
  ["semicolons between statements", "a; b", "a\nb"],
  ["line breaks in brackets", "f(\n    a,\n    b\n)", "f(a, b)"],
  ["continued lines", "x = 1 + \\\n    2", "x = 1 + 2"],
  ["comments in blocks", "def f():\n    # what\n    return 1\n    # end", "def f():\n    return 1"],
  ["spaces in two-word operators", "a not  in b", "a not in b"],
  ["a semicolon after an assignment", "x = 1;", "x = 1"],
  ["a semicolon in a block", "if a: b;", "if a: b"],
];

const different: readonly (readonly [title: string, a: string, b: string])[] = [
  ["indentation", "if a:\n    b\n    c", "if a:\n    b\nc"],
  ["nesting", "if a:\n    if b:\n        c\n    else: d", "if a:\n    if b:\n        c\nelse: d"],
  ["text in strings", "'a  b'", "'a b'"],
  ["quotes", "'a'", '"a"'],
  ["text in triple quotes", '"""a\n  b"""', '"""a\nb"""'],
  ["a hash sign in a string", "'a # b'", "'a'"],
  ["spelling in f-strings", 'f"{x = }"', 'f"{x=}"'],
  ["trailing commas", "x = 1,", "x = 1"],
  ["parentheses", "(a + b) * c", "a + b * c"],
  ["names run together", "not a", "nota"],
  ["a silenced last expression", "df;", "df"],
  ["joined strings", "'a' 'b'", "'ab'"],
  ["statements and a call", "a\n(b)", "a(b)"],
  ["decorators", "@a\ndef f(): pass", "def f(): pass"],
  ["number spelling", "1_000", "1000"],
  ["a magic", "%timeit x", ""],
  ["order of magics", "%a\nx", "x\n%a"],
];

describe("normalised text", () => {
  for (const [title, a, b] of same) {
    it(`leaves out ${title}`, () => assert.equal(analyze(a).normalized, analyze(b).normalized));
  }
  for (const [title, a, b] of different) {
    it(`keeps ${title}`, () => assert.notEqual(analyze(a).normalized, analyze(b).normalized));
  }
  it("of a broken text is the text", () => assert.equal(analyze("x = (1  # c\n \n").normalized, "x = (1  # c"));
  it("tells a stray indent from the program it looks like", () => {
    assert.notEqual(analyze("x = 1\n  y = 2").normalized, analyze("x = 1\ny = 2").normalized);
  });
  it("tells an invisible character from a space", () => {
    assert.notEqual(analyze("x =\u00a01").normalized, analyze("x = 1").normalized);
  });
});

checks("syntax errors", [
  ["none", "x = 1", { error: null }],
  ["a bracket never closed", "y = 1\nx = f(1,\n  2", { error: "2:5 '(' is never closed." }],
  ["a bracket that closes nothing", "x = 1)", { error: "1:5 ')' closes nothing. Remove it, or open it before." }],
  ["brackets of two kinds", "x = (1]", { error: "1:6 ']' does not match the '(' before it." }],
  ["a string never closed", 'x = "abc', { error: '1:4 The string that begins here is not closed. Add the closing ".' }],
  [
    "a long string never closed",
    "x = '''abc\ndef",
    { error: "1:4 The string that begins here is not closed. Add the closing '''." },
  ],
  ["a colon left out", "if a\n    b = 1", { error: "1:4 Expected ':' at the end of the 'if' line." }],
  [
    "a colon left out after for",
    "x = 1\nfor i in range(3)\n    print(i)",
    { error: "2:17 Expected ':' at the end of the 'for' line." },
  ],
  ["a value left out", "x = ", { error: "1:3 Expected a value after '='." }],
  ["a stray word", "x = 1 2", { error: "1:4 Invalid syntax at '1'." }],
  [
    "a block left out",
    "def f():\nx = 1",
    { error: "1:0 Expected an indented block after 'def'. Write 'pass' for an empty one." },
  ],
  ["a stray indent", "x = 1\n  y = 2", { error: "2:2 Unexpected indent. Align the line with the one above it." }],
  ["a first line indented", "  x = 1", { error: "1:2 Unexpected indent. Align the line with the one above it." }],
  [
    "a dedent to nowhere",
    "if a:\n        b\n    c",
    { error: "3:4 Unexpected indent. Align the line with the one above it." },
  ],
  ["Python 2", 'print "a"', { error: "1:0 Missing parentheses in a call of 'print'. Write print(…)." }],
  [
    "an invisible character",
    "x =\u00a01",
    { error: "1:3 Invisible character U+00A0 between the words. Replace it with a space." },
  ],
  ["which strings and comments may hold", "x = '\u00a0'  # \u00a0", { error: null }],
  ["a byte order mark", "\uFEFFx = 1", { error: null, defines: ["x"] }],
  [
    "names around an error are still found",
    "x = a\ny = = 2\nz = b",
    { error: "2:4 Invalid syntax at '='.", uses: ["a!", "b!"] },
  ],
]);

checks("magics", [
  ["a line magic", "%matplotlib inline\nx = 1", { magics: ["1 line: %matplotlib inline"], defines: ["x"] }],
  [
    "a cell magic claims all",
    "%%bash\nls *.py | wc\nx = 1",
    { magics: ["1 cell: %%bash\nls *.py | wc\nx = 1"], defines: [], uses: [] },
  ],
  [
    "also below directives",
    "# @name a\n\n%%time\nx = 1",
    { magics: ["3 cell: %%time\nx = 1"], defines: ["__strata_began__", "x"] },
  ],
  ["a shell command", "!pip install x\n!!ls", { magics: ["1 shell: !pip install x", "2 shell: !!ls"], uses: [] }],
  ["help", "df.head?\n?df\nf??", { magics: ["1 help: df.head?", "2 help: ?df", "3 help: f??"], uses: [] }],
  [
    "assigned",
    "files = !ls\nt = %timeit -o f()",
    { magics: ["1 shell: !ls", "2 line: %timeit -o f()"], defines: ["files", "t"] },
  ],
  [
    "in a block",
    "if a:\n    %time b\nelse:\n    !ls",
    { magics: ["2 line: %time b", "4 shell: !ls"], uses: ["a", "b!"] },
  ],
  ["a remainder over lines is none", "x = (a\n  % b)", { magics: [], uses: ["a", "b"] }],
  ["a continued line is none", "x = a \\\n  % b", { magics: [], uses: ["a", "b"] }],
  ["text in triple quotes is none", 's = """\n%x\n!y\nz?\n"""', { magics: [], defines: ["s"] }],
  ["!= is none", "x = a != b", { magics: [] }],
  ["a question in a comment is none", "x = 1  # why?", { magics: [], defines: ["x"] }],
  ["a question in a string is none", 'x = "why?"', { magics: [] }],
  ["lines keep their numbers", "%a\n\nx = y", { at: { y: [3, 4] } }],
]);

describe("the analyzer", () => {
  it("remembers a text", () => assert.equal(analyze("memo = 1"), analyze("memo = 1")));

  it("forgets the oldest when it has seen too many", async () => {
    let parsed = 0;
    const parser = await loadPythonParser();
    const counting = createAnalyzer({
      parse: (source) => {
        parsed++;
        return parser.parse(source);
      },
    });
    for (let index = 0; index <= 2000; index++) counting(`x = ${index}`);
    counting("x = 2000");
    assert.equal(parsed, 2001);
    counting("x = 0");
    assert.equal(parsed, 2002);
  });

  it("takes a sum of two thousand terms", () => {
    assert.deepEqual(
      analyze(`x = ${"a + ".repeat(800)}b`).uses.map(({ name }) => name),
      ["a", "b"],
    );
  });

  it("says so when a cell is nested too deeply", () => {
    const analysis = analyze(`x = ${"(".repeat(3000)}1${")".repeat(3000)}`);
    assert.match(analysis.syntaxError?.message ?? "", /nested too deeply/);
  });

  it("takes any text without throwing", () => {
    for (const source of [
      "\0",
      "\\",
      "'",
      "@",
      "def",
      "class",
      "%",
      "!",
      "?",
      "lambda",
      "f'{",
      "x = \ud800",
      "case",
      "match x:",
    ]) {
      assert.ok(analyze(source));
    }
  });
});
