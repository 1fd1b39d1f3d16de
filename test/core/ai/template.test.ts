/** Cutting a prompt into text and expressions. Expressions are shown as «source»@line:column. */
import assert from "node:assert/strict";
import { parseTemplate } from "../../../extension/core/ai/template.ts";

const rows: readonly (readonly [text: string, expected: string])[] = [
  ["Hello", "Hello"],
  ["  Hello  \n\n", "Hello"],
  ["Hello {{ name }}!", "Hello «name»@1:9!"],
  ["{{a}}{{ b }}", "«a»@1:2«b»@1:8"],
  ["one\n{{\n  a +\n  b\n}}", "one\n«a +\n  b»@3:2"],
  ['{{ {"a": {"b": 1}} }}', '«{"a": {"b": 1}}»@1:3'],
  ['{{ "}}" }}', '«"}}"»@1:3'],
  ["{{ '\\'}}' }}", "«'\\'}}'»@1:3"],
  ["{{ d['k'] }} it's", "«d['k']»@1:3 it's"],
  ["{{ it's }} b", "«it's»@1:3 b"],
  ["a { b } }} {% c %}", "a { b } }} {% c %}"],
  ["a {{ }} b", "a  b !1:2 empty"],
  ["a {{ b", "a {{ b !1:2 closed"],
];

describe("prompt templates", () => {
  for (const [text, expected] of rows) {
    it(JSON.stringify(text), () => {
      const { segments, problems } = parseTemplate(text, 1);
      const shown = segments.map((part) =>
        part.kind === "text" ? part.text : `«${part.source}»@${part.line}:${part.column}`,
      );
      const said = problems.map(
        ({ line, column, message }) => ` !${line}:${column} ${/empty|closed/.exec(message)?.[0]}`,
      );
      assert.equal(shown.join("") + said.join(""), expected);
    });
  }

  it("begins behind the directives, and counts lines in the cell", () => {
    const { segments } = parseTemplate("# @name x\n# a note\n\nDear {{ who }},", 4);
    assert.deepEqual(
      segments.map((part) => (part.kind === "text" ? part.text : part.line)),
      ["Dear ", 4, ","],
    );
  });
});
