/** What is a comment, against CPython's tokenizer; and what texts share that differ in comments only. */
import assert from "node:assert/strict";
import { analyzeCell } from "../../../extension/core/analysis/analyze.ts";
import { createAnalyzer } from "../../../extension/core/analysis/analyzer.ts";
import { withoutComments } from "../../../extension/core/analysis/without-comments.ts";
import { loadPythonParser } from "../../../extension/host/parser/python-parser.ts";
import { runPython, THOROUGH } from "./python.ts";

const parser = await loadPythonParser();

const rows: readonly (readonly [title: string, text: string, code: string | undefined])[] = [
  ["none", "x = 1\n\ny = 2", "x = 1\n\ny = 2"],
  ["lines of their own, and at the end of others", "# a\nx = 1  # b\n\t# c\ny = 2#d\n# e\n", "\nx = 1\n\ny = 2"],
  ["in brackets", "x = [  # a\n    1,\n    # b\n]", "x = [\n    1,\n\n]"],
  ["nothing else", "# a\n# b", ""],
  ["signs in strings", "x = '#' + \"#\" # a", "x = '#' + \"#\""],
  ["signs in strings of many lines", 'x = """#\n# b""" # c', 'x = """#\n# b"""'],
  ["a quote behind a backslash", "x = 'it\\'s # 1' # a", "x = 'it\\'s # 1'"],
  ["a raw string", "x = r'\\' # 1' # a", "x = r'\\' # 1'"],
  ["an f-string", "x = f'{a} # {{' # b", "x = f'{a} # {{'"],
  ["other quotes in an f-string", "x = f'{a[\"#\"]}' # b", "x = f'{a[\"#\"]}'"],
  // Since Python 3.12 the string goes on, before it was a syntax error.
  ["its own quotes in an f-string", "x = f'{a['# b']}'", undefined],
  ["its own quotes in an rf-string", "x = rf'{a['# b']}'", undefined],
  ["behind a backslash, where it is an error", "x = 1 \\ # a\n+ 2", undefined],
  ["a backslash at the end", "x = 1 \\\n\n", undefined],
  ["a string that does not end", "x = 'a # b\ny = 1", undefined],
  ["magics", "!ls # all\nx = 1", undefined],
  ["a question", "x = 1 # why?", undefined],
  ["carriage returns", "x = 1 # a\r\ny = 2", undefined],
  ["white space in strings stays", 'x = """ \n """   # a', 'x = """ \n """'],
];

describe("a text without its comments", function () {
  this.timeout(60_000);

  for (const [title, text, code] of rows) {
    it(title, () => assert.equal(withoutComments(text), code));
  }

  it("is what CPython's tokenizer leaves of the standard library", () => {
    const { records } = runPython<{ source: string; code: string }>("without_comments.py", [THOROUGH ? "2" : "25"]);
    let told = 0;
    for (const { source, code } of records) {
      const ours = withoutComments(source);
      if (ours === undefined) continue;
      assert.equal(ours, code);
      told++;
    }
    assert.ok(records.length > 500 && told > 0.9 * records.length, `${told} of ${records.length}`);
  });

  it("means what the text means, in the standard library", () => {
    const { records } = runPython<{ source: string }>("without_comments.py", [THOROUGH ? "10" : "100"]);
    let shared = 0;
    for (const { source } of records) {
      const code = withoutComments(source);
      if (code === undefined || code === source) continue;
      const analyze = createAnalyzer(parser);
      const before = analyze(source);
      if (before.syntaxError !== undefined) continue;
      // Another comment, of another length, where there was one; and none at all.
      for (const other of [source.replace(/^( *)#.*$/gm, "$1# other\n").replaceAll("# other\n", "# other"), code]) {
        if (withoutComments(other) !== code) continue;
        const found = analyze(other);
        assert.deepEqual(found, analyzeCell(parser, other), other);
        if (found === before) shared++;
      }
    }
    assert.ok(shared > 20, `${shared}`);
  });
});

describe("texts that differ in comments only", () => {
  it("have one analysis, unless the comment is in a definition", () => {
    const analyze = createAnalyzer(parser);
    const [plain, commented] = [analyze("x = 1\ny = x"), analyze("x = 1 # one\n# two\ny = x")];
    assert.notEqual(plain, commented);
    assert.equal(analyze("x = 1 # other\n# three, and longer\ny = x # four\n# five"), commented);
    const before = analyze("def f():\n    return 1  # one\n\nx = f()  # a");
    assert.equal(analyze("def f():\n    return 1  # one\n\nx = f()  # b"), before);
    const after = analyze("def f():\n    return 1  # two\n\nx = f()  # b");
    assert.equal(after.definitions[0]?.source, "def f():\n    return 1  # two");
    assert.equal(after.normalized, before.normalized);
  });

  it("are looked at one by one where they do not parse, or have magics", () => {
    const analyze = createAnalyzer(parser);
    assert.notEqual(analyze("x = (  # one").normalized, analyze("x = (  # two").normalized);
    assert.equal(analyze("%time x = 1").python !== undefined, true);
    assert.notEqual(analyze("!ls # one").python, analyze("!ls # two").python);
    assert.equal(analyze("x = 1 \\\n+ 2").syntaxError, undefined);
    assert.notEqual(analyze("x = 1 \\ # one\n+ 2").syntaxError, undefined);
  });
});
