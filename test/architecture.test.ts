import assert from "node:assert/strict";
describe("placeholder", () => { it("x", () => assert.equal(1, 1)); });
