import assert from "node:assert/strict";
import { createCollector, KEPT_TEXT } from "../../../extension/core/engine/collect.ts";
import type { JobEvent } from "../../../extension/core/run/model.ts";

const out = (text: string): JobEvent => ({ type: "stream", name: "stdout", text });
const err = (text: string): JobEvent => ({ type: "stream", name: "stderr", text });
const show = (text: string, id?: string, update = false): JobEvent => ({
  type: "display",
  data: [{ mime: "text/plain", text }],
  update,
  ...(id === undefined ? {} : { id }),
});

/** Outputs in short: "out:text", "err:text", "show:text", "error:name". */
function collected(...events: readonly JobEvent[]): string[] {
  const collector = createCollector();
  for (const event of events) collector.take(event);
  return collector.outputs().map((output) => {
    if (output.type === "stream") return `${output.name === "stdout" ? "out" : "err"}:${output.text}`;
    if (output.type === "error") return `error:${output.error.name}`;
    return `show:${output.data.map((item) => ("text" in item ? item.text : item.digest)).join()}`;
  });
}

describe("the outputs of a run", () => {
  it("join text in a row and keep the order of everything else", () => {
    assert.deepEqual(collected(out("a"), out("b"), err("c"), show("d"), out("e")), [
      "out:ab",
      "err:c",
      "show:d",
      "out:e",
    ]);
  });

  it("replace a display by its id", () => {
    assert.deepEqual(collected(show("1", "x"), out("t"), show("2", "x", true)), ["show:2", "out:t"]);
  });

  it("replace each display of an id", () => {
    assert.deepEqual(collected(show("1", "x"), show("2", "y"), show("3", "x"), show("4", "x", true)), [
      "show:4",
      "show:2",
      "show:4",
    ]);
  });

  it("drop an update of a display that was never shown", () => {
    assert.deepEqual(collected(show("2", "x", true)), []);
  });

  it("forget everything at a clear, at once or before the next output", () => {
    assert.deepEqual(collected(out("a"), { type: "clear", wait: false }), []);
    assert.deepEqual(collected(out("a"), { type: "clear", wait: true }), ["out:a"]);
    assert.deepEqual(collected(out("a"), { type: "clear", wait: true }, out("b")), ["out:b"]);
  });

  it("keep the head and the tail of a flood, and say what is missing", () => {
    const collector = createCollector();
    const line = `${"x".repeat(99)}\n`;
    for (let count = 0; count < 20_000; count += 1) collector.take(out(line));
    collector.take(out("the end"));
    const [output] = collector.outputs();
    assert.equal(output?.type, "stream");
    if (output?.type !== "stream") return;
    assert.equal(output.truncated, true);
    assert.ok(output.text.endsWith("the end"));
    assert.ok(output.text.length < 2 * KEPT_TEXT + 100);
    const dropped = 20_000 * 100 + "the end".length - 2 * KEPT_TEXT;
    assert.ok(output.text.includes(`… ${dropped.toLocaleString("en")} characters left out …`), "the count is exact");
  });
});
