/** What is offered at a place in a prompt: `|` is the cursor. */
import assert from "node:assert/strict";
import { expressionAt, wantedAt } from "../../../extension/core/ai/editing.ts";

const rows: readonly (readonly [text: string, expected: string])[] = [
  ["Hello |", "nothing"],
  ["Hello {{|", "name "],
  ["Hello {{ d|", "name d"],
  ["Hello {{ df.|", "member df "],
  ["Hello {{ df.pri| }} and", "member df pri"],
  ["Hello {{ df.col.|", "member df.col "],
  ['Hello {{ df["unit p|', "column df unit p"],
  ["Hello {{ df['|'] }}", "column df "],
  ["Hello {{ len(d|", "name d"],
  ["Hello {{ a }} b|", "nothing"],
  ["Hello {{ a }} {{ b|", "name b"],
  ["Hello {{ 1.|", "nothing"],
  ["# @|\nHello", "directive "],
  ["# @out|\nHello", "directive out"],
  ["# @model cl|\nHello", "model cl"],
  ["# @name x|\nHello", "nothing"],
  ["Hello\n# @|", "nothing"],
];

describe("what the editor offers in a prompt", () => {
  for (const [text, expected] of rows) {
    it(JSON.stringify(text), () => {
      const offset = text.indexOf("|");
      const wanted = wantedAt(text.replace("|", ""), offset);
      const said =
        wanted === undefined
          ? "nothing"
          : [wanted.kind, ...("base" in wanted ? [wanted.base] : []), wanted.prefix].join(" ");
      assert.equal(said, expected);
    });
  }

  it("finds the expression under the pointer, braces included", () => {
    const text = "# @name x\nA {{ df.head() }} B";
    const at = (mark: string): string | undefined => expressionAt(text, text.indexOf(mark))?.source;
    assert.equal(at("{{"), "df.head()");
    assert.equal(at("head"), "df.head()");
    assert.equal(at("B"), undefined);
    assert.equal(at("@name"), undefined);
  });
});
