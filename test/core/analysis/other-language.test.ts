/** The variable that a prompt or SQL cell becomes: its `@name` where that is one in Python. */
import assert from "node:assert/strict";
import { outputName } from "../../../extension/core/analysis/other-language.ts";

const rows: readonly (readonly [name: string | undefined, variable: string])[] = [
  [undefined, "result"],
  ["letter", "letter"],
  ["_2", "_2"],
  ["größe", "größe"],
  ["Клиенты", "Клиенты"],
  ["a letter", "result"],
  ["2nd", "result"],
  ["class", "result"],
  // Python would call it "fi".
  ["ﬁ", "result"],
];

describe("the variable of a cell in another language", () => {
  for (const [name, variable] of rows) {
    it(`of ${JSON.stringify(name)} is ${variable}`, () => assert.equal(outputName(name), variable));
  }
});
