import assert from "node:assert/strict";
import fc from "fast-check";
import { createFrameDecoder, encodeFrame, type FrameProblem } from "../../extension/host/harness/frames.ts";
import { parseGuestMessage } from "../../extension/host/harness/wire.ts";

function decode(chunks: readonly Uint8Array[]) {
  const messages: unknown[] = [];
  const problems: FrameProblem[] = [];
  const decoder = createFrameDecoder(
    (message) => messages.push(message),
    (problem) => problems.push(problem),
  );
  for (const chunk of chunks) decoder.push(chunk);
  return { messages, problems };
}

describe("frames", function () {
  this.timeout(30_000);
  it("come back whole however the bytes are torn", () => {
    fc.assert(
      fc.property(
        fc.array(fc.record({ type: fc.string(), n: fc.integer(), s: fc.string({ unit: "binary" }) })),
        fc.array(fc.nat(40)),
        (sent, cuts) => {
          const bytes = Buffer.concat(sent.map(encodeFrame));
          const chunks: Uint8Array[] = [];
          let at = 0;
          for (const cut of cuts) {
            chunks.push(bytes.subarray(at, at + cut));
            at += cut;
          }
          chunks.push(bytes.subarray(at));
          const { messages, problems } = decode(chunks);
          assert.deepEqual(messages, JSON.parse(JSON.stringify(sent)));
          assert.deepEqual(problems, []);
        },
      ),
    );
  });

  it("too long or not JSON end the decoding with what was wrong", () => {
    const long = decode([new Uint8Array([255, 255, 255, 255, 1, 2]), encodeFrame({ type: "x" })]);
    assert.deepEqual(long, { messages: [], problems: [{ kind: "too-large", length: 0xffffffff }] });
    const text = new TextEncoder().encode("nonsense");
    const broken = decode([encodeFrame({ a: 1 }), new Uint8Array([0, 0, 0, text.length]), text, encodeFrame({ b: 1 })]);
    assert.deepEqual(broken, { messages: [{ a: 1 }], problems: [{ kind: "not-json", text: "nonsense" }] });
  });
});

describe("messages of a guest", () => {
  const cases: readonly (readonly [what: string, raw: unknown, parsed: unknown])[] = [
    ["nothing", null, undefined],
    ["a list", [], undefined],
    ["an unknown type", { type: "news" }, undefined],
    ["hello without a protocol", { type: "hello", python: "x" }, undefined],
    ["a result of unknown status", { type: "result", status: "fine" }, undefined],
    ["a mark", { type: "mark", run: "r", stdout: 3, stderr: 4, more: 1 }, { type: "mark", stdout: 3, stderr: 4 }],
    [
      "a display with items of the wrong shape left out",
      { type: "display", data: [{ mime: "a", text: "b" }, { mime: 3 }, 7, { mime: "c", digest: "short" }], id: null },
      { type: "display", data: [{ mime: "a", text: "b" }], id: undefined, update: false, stdout: 0, stderr: 0 },
    ],
    [
      "an error without details",
      { type: "result", status: "error", error: 5 },
      {
        type: "result",
        result: { status: "error", error: { name: "Error", message: "", traceback: "", frames: [] }, durationMs: 0 },
        silent: false,
        again: false,
        stdout: 0,
        stderr: 0,
      },
    ],
  ];
  const part = { path: "a.txt", size: 1, digest: "0".repeat(64) };
  const done = { values: [], unstorable: [], changed: [], deleted: [], ambient: {}, definitions: {}, sample: [] };
  const results: readonly (readonly [what: string, raw: object, parsed: object])[] = [
    [
      "a result, with times by their own name",
      { ...done, observed: [{ kind: "file", ...part, mtime_ns: "7" }], more: 1 },
      { status: "ok", ...done, observed: [{ kind: "file", ...part, mtimeNs: "7" }], durationMs: 2 },
    ],
    ["a result with an observation of an unknown kind", { ...done, observed: [{ kind: "heard", ...part }] }, {}],
    ["a result with a value whose digest is none", { ...done, observed: [], values: [{ digest: "short" }] }, {}],
    ["a result without its settings", { ...done, observed: [], ambient: undefined }, {}],
  ];
  for (const [what, raw, parsed] of results) {
    it(`${"status" in parsed ? "parse" : "believe nothing of"} ${what}`, () => {
      const message = parseGuestMessage({ type: "result", status: "ok", duration_ms: 2, ...raw });
      assert.ok(message?.type === "result");
      if ("status" in parsed) assert.deepEqual(message.result, parsed);
      else assert.equal(message.result.status === "error" && message.result.error.name, "ResultUnreadable");
    });
  }
  for (const [what, raw, parsed] of cases) {
    it(`parse ${what}`, () => assert.deepEqual(parseGuestMessage(raw), parsed));
  }
});
