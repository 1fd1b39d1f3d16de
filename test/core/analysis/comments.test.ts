import assert from "node:assert/strict";
import { createAnalyzer } from "../../../extension/core/analysis/analyzer.ts";
import { takeOutCommentLines } from "../../../extension/core/analysis/comments.ts";
import { loadPythonParser } from "../../../extension/host/parser/python-parser.ts";

const analyze = createAnalyzer(await loadPythonParser());
const run = "# a comment\n".repeat(100);

describe("long runs of comments", () => {
  it("are taken out of what is parsed, every offset kept", () => {
    const text = `x = 1\n${run}y = 2  # kept\n`;
    const taken = takeOutCommentLines(text);
    assert.equal(taken.length, text.length);
    assert.equal(taken.indexOf("y = 2"), text.indexOf("y = 2"));
    assert.ok(!taken.includes("a comment") && taken.includes("# kept"));
  });

  it("stay where they are the content of a string", () => {
    const text = `x = """\n${run}"""\n`;
    assert.equal(takeOutCommentLines(text), text);
    assert.notEqual(analyze(text).normalized, analyze(text.replace("a comment", "another")).normalized);
  });

  it("change neither names nor the program", () => {
    const [without, withRun] = [analyze("x = 1\ny = x\n"), analyze(`${run}x = 1\n${run}y = x\n`)];
    assert.deepEqual(withRun.defines, without.defines);
    assert.equal(withRun.normalized, without.normalized);
  });

  it("of 100,000 lines are analysed", function () {
    this.timeout(20_000);
    assert.deepEqual(analyze(`${"# note\n".repeat(100_000)}x = 1\n`).defines, ["x"]);
  });
});
