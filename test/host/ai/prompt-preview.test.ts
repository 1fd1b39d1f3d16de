/** A prompt, or one expression of it, looked at before anything is sent. */
import assert from "node:assert/strict";
import type { PromptPreview } from "../../../extension/core/engine/prompt-preview.ts";
import { modelsAt } from "../../ai/fake-models.ts";
import { makeNotebook, type PromptNotebook } from "../../ai/notebook.ts";

describe("previewing prompts", () => {
  let book: PromptNotebook;
  before(async () => {
    book = await makeNotebook(
      {
        "data.py": 'who = {"name": "Ada", "age": 36}\n',
        "ask.prompt.py": "# @max_tokens 9\nDear {{ who['name'] }}, {{",
      },
      { ai: { models: modelsAt(undefined) } },
    );
  });
  after(() => book.close());

  const preview = (expression?: string): Promise<PromptPreview> =>
    book.opened.engine.preview("ask", new AbortController().signal, expression);
  const text = (found: PromptPreview): string =>
    found.kind === "prompt"
      ? found.prompts
          .map((parts) => parts.map((part) => (part.type === "text" ? part.text : part.mime)).join(""))
          .join(" | ")
      : JSON.stringify(found);

  it("says what is missing above before there is a value", async () => {
    const found = await preview("who");
    assert.ok(found.kind === "waits" && found.reason.kind === "upstream-stale", text(found));
  });

  it("shows one expression while the prompt around it is not finished", async () => {
    await book.run();
    assert.equal(text(await preview("who['age'] + 1")), "37");
    const whole = await preview();
    assert.ok(whole.kind === "waits" && whole.reason.kind === "problem", text(whole));
  });

  it("lists what can stand behind a name", async () => {
    const found = text(
      await preview('__import__("strata_harness.template_members", fromlist=["members"]).members(who)'),
    );
    const { columns, attributes } = JSON.parse(found) as { columns: string[][]; attributes: string[][] };
    assert.deepEqual(columns, [
      ["name", "str"],
      ["age", "int"],
    ]);
    assert.ok(attributes.some(([name, kind]) => name === "items" && kind === "method"));
  });

  it("shows the whole prompt with an estimate, asks nobody and stores nothing", async () => {
    await book.edit({
      "data.py": 'who = {"name": "Ada", "age": 36}\n',
      "ask.prompt.py": "# @max_tokens 9\nDear {{ who['name'] }},",
    });
    const found = await preview();
    assert.equal(text(found), "Dear Ada,");
    assert.ok(found.kind === "prompt" && found.tokens > 0 && found.spec.maxTokens === 9);
    assert.equal((await book.opened.engine.statuses()).find(({ cell }) => cell === "ask")?.reason.kind, "never-run");
  });

  it("shows the prompts of all rows", async () => {
    await book.edit({ "data.py": "rows = [1, 2]", "ask.prompt.py": "# @each row in rows\nN {{ row * 2 }}" });
    await book.run({ target: { kind: "cells", cells: ["data"] } });
    assert.equal(text(await preview()), "N 2 | N 4");
  });
});
