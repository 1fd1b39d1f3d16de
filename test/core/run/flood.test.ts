import assert from "node:assert/strict";
import { createCollector, KEPT_OUTPUTS, KEPT_TEXT } from "../../../extension/core/engine/collect.ts";
import type { RunEvent } from "../../../extension/core/engine/model.ts";
import { createFlood } from "../../../extension/core/run/flood.ts";

const text = (text: string, name: "stdout" | "stderr" = "stdout") => ({
  type: "stream" as const,
  cell: "a",
  name,
  text,
});
const display = (n: number): RunEvent & { type: "display" } => ({
  type: "display",
  cell: "a",
  output: { type: "display", data: [{ mime: "text/plain", text: String(n) }] },
  update: false,
});

describe("a cell that prints or shows without end", () => {
  it("is shown up to a limit, and then by its last lines, now and then", () => {
    let now = 0;
    const flood = createFlood(() => now);
    assert.deepEqual(flood.judge(text("x".repeat(KEPT_TEXT))), { kind: "show" });
    assert.equal(flood.cut, false);
    assert.deepEqual(flood.judge(text("one\n")), {
      kind: "tail",
      name: "stdout",
      text: "… 4 characters left out …\none\n",
    });
    assert.deepEqual(flood.judge(text("two\n")), { kind: "drop" });
    now += 500;
    const tail = flood.judge(text("three\n"));
    assert.deepEqual(tail, { kind: "tail", name: "stdout", text: "… 14 characters left out …\none\ntwo\nthree\n" });
    assert.equal(flood.cut, true);
  });

  it("keeps what is shown and waits below a bound, however much comes", () => {
    let now = 0;
    const flood = createFlood(() => (now += 0.01));
    let shown = 0;
    for (let n = 0; n < 100_000; n += 1) {
      const verdict = flood.judge(n % 2 === 0 ? text("x".repeat(1000)) : text("y", "stderr"));
      if (verdict.kind === "show") shown += 1;
      if (verdict.kind === "tail") assert.ok(verdict.text.length < 5000);
    }
    assert.ok(shown <= KEPT_OUTPUTS, String(shown));
  });

  it("shows the first displays, every update of one, and all again after a clear", () => {
    const flood = createFlood(() => 0);
    const kinds = Array.from({ length: KEPT_OUTPUTS + 1 }, (_, n) => flood.judge(display(n)).kind);
    assert.equal(kinds.filter((kind) => kind === "show").length, KEPT_OUTPUTS);
    assert.equal(flood.judge({ ...display(0), update: true }).kind, "show");
    flood.judge({ type: "clear", cell: "a", wait: false });
    assert.deepEqual([flood.judge(display(0)).kind, flood.cut], ["show", false]);
  });
});

describe("what is stored of it", () => {
  it("is the first and the last outputs, with how many are missing", () => {
    const collector = createCollector();
    const count = 100_000;
    for (let n = 0; n < count; n += 1)
      collector.take({ type: "display", data: [{ mime: "text/plain", text: String(n) }], update: false });
    const texts = collector
      .outputs()
      .map((output) =>
        output.type === "display" && output.data[0] && "text" in output.data[0] ? output.data[0].text : "",
      );
    assert.equal(texts.length, 2 * KEPT_OUTPUTS + 1);
    assert.deepEqual(
      [texts[0], texts[KEPT_OUTPUTS - 1], texts[KEPT_OUTPUTS], texts[KEPT_OUTPUTS + 1], texts.at(-1)],
      ["0", String(KEPT_OUTPUTS - 1), "… 99,000 outputs left out …", String(count - KEPT_OUTPUTS), String(count - 1)],
    );
  });

  it("names the whole log where the text is cut, and only there", () => {
    const collector = createCollector();
    const digest = "0".repeat(64);
    collector.take({ type: "stream", name: "stdout", text: "x".repeat(3 * KEPT_TEXT) });
    collector.take({ type: "stream", name: "stderr", text: "short" });
    collector.take({ type: "log", name: "stdout", digest });
    const [out, err] = collector.outputs();
    assert.ok(out?.type === "stream" && err?.type === "stream");
    assert.deepEqual([out.truncated, out.log, out.text.length < 2.1 * KEPT_TEXT], [true, digest, true]);
    assert.match(out.text, /\n… 262,144 characters left out …\n/);
    assert.deepEqual(err, { type: "stream", name: "stderr", text: "short" });
  });

  it("begins anew after a clear", () => {
    const collector = createCollector();
    for (let n = 0; n < 5000; n += 1) collector.take({ type: "display", data: [], update: false });
    collector.take({ type: "clear", wait: true });
    collector.take({ type: "stream", name: "stdout", text: "after" });
    assert.deepEqual(collector.outputs(), [{ type: "stream", name: "stdout", text: "after" }]);
  });
});
