import assert from "node:assert/strict";
import { groupFrames, parseError } from "../../renderers/error/frames.ts";
import { frameDocument, mayOpen, parseFrameMessage } from "../../renderers/html/frame.ts";
import { keepPoint, step, toggle } from "../../renderers/image/zoom.ts";
import { parseJson, pathText, summary, valueText } from "../../renderers/json/value.ts";
import { mathAt, wholeMath } from "../../renderers/markdown/math.ts";
import { toBytes } from "../../renderers/shared/bytes.ts";
import { parsePayload, shapeText } from "../../renderers/table/payload.ts";
import { largeColumns, payload } from "./frames.ts";

describe("bytes from messages", () => {
  const forms: readonly (readonly [string, unknown])[] = [
    ["a typed array", Uint8Array.of(1, 2, 255)],
    ["a buffer", Uint8Array.of(1, 2, 255).buffer],
    ["base64", "AQL/"],
    ["a typed array through JSON", JSON.parse(JSON.stringify(Uint8Array.of(1, 2, 255)))],
    ["a Node buffer through JSON", JSON.parse(JSON.stringify(Buffer.from([1, 2, 255])))],
  ];
  for (const [name, value] of forms)
    it(`reads ${name}`, () => assert.deepEqual([...(toBytes(value) ?? [])], [1, 2, 255]));
  for (const value of [undefined, null, 7, "not base64!", { a: 1 }])
    it(`refuses ${JSON.stringify(value)}`, () => assert.equal(toBytes(value), undefined));
});

describe("the table's payload", () => {
  it("is refused with a reason when it is from another version", () => {
    assert.throws(() => parsePayload({ version: 2 }), /version 2.*update the extension/);
    assert.throws(() => parsePayload(null), /not a JSON object/);
  });
  const columns = largeColumns(3);
  for (const [table, expected] of [
    [payload(1_000_000, largeColumns(10)), "1,000,000 rows × 10 columns"],
    [payload(1, largeColumns(1)), "1 row × 1 column"],
    [payload(5, columns, { shape: [5] }), "5 rows"],
    [payload(5, columns, { shape: [5], source: "numpy.ndarray" }), "5 values"],
    [payload(5, columns, { shape: [2, 3, 4], source: "numpy.ndarray" }), "2 × 3 × 4"],
    [payload(100, columns, { shape: [5000, 3], truncated: true }), "5,000 rows × 3 columns, the first 100 rows shown"],
    [payload(100, columns, { shape: [100, 90], truncated: true }), "100 rows × 90 columns, the first 3 columns shown"],
  ] as const) {
    it(`is described as ${expected}`, () => assert.equal(shapeText(table), expected));
  }
});

describe("JSON values", () => {
  it("keep digits that a number cannot hold", () => {
    const value = parseJson('{"id": 12345678901234567890, "small": 1.5}');
    assert.equal(valueText(value), '{\n  "id": 12345678901234567890,\n  "small": 1.5\n}');
  });
  it("are summed up in one line", () => {
    assert.deepEqual(
      ["[]", "[1]", "[1,2]", "{}", '{"a":1}', '"x"', "null", "true", "1.5"].map((text) => summary(parseJson(text))),
      ["[]", "[…] 1 item", "[…] 2 items", "{}", "{…} 1 key", '"x"', "null", "true", "1.5"],
    );
  });
  it("say where they stand as Python would", () =>
    assert.equal(pathText(["users", 0, 'a"b']), '["users"][0]["a\\"b"]'));
  it("are copied without quotes when they are text", () => assert.equal(valueText("a\nb"), "a\nb"));
});

describe("math in Markdown", () => {
  for (const [text, expected] of [
    ["$x^2$ is", { tex: "x^2", display: false, end: 5 }],
    ["$$\nx\n$$", { tex: "x", display: true, end: 7 }],
    ["\\(a\\)", { tex: "a", display: false, end: 5 }],
    ["\\[a\\]", { tex: "a", display: true, end: 5 }],
    ["$5 and $6", undefined],
    ["$5 and 6$7", undefined],
    ["$ x$", undefined],
    ["$$$$", undefined],
    ["$x", undefined],
  ] as const) {
    it(`${JSON.stringify(text)} is ${expected ? "math" : "text"}`, () => assert.deepEqual(mathAt(text, 0), expected));
  }
  it("is a whole LaTeX output, as SymPy and IPython write it", () => {
    assert.deepEqual(wholeMath("$\\displaystyle \\frac{x}{2}$"), { tex: "\\frac{x}{2}", display: true });
    assert.deepEqual(wholeMath("\\begin{align}a&=b\\end{align}"), {
      tex: "\\begin{align}a&=b\\end{align}",
      display: true,
    });
    assert.equal(wholeMath("the value $x$ is"), undefined);
  });
});

describe("HTML frames", () => {
  it("may only send what is known", () => {
    assert.deepEqual(parseFrameMessage({ strata: "height", height: 12.2 }), { kind: "height", height: 13 });
    assert.deepEqual(parseFrameMessage({ strata: "height", height: 1e9 }), { kind: "height", height: 20_000 });
    for (const data of [
      null,
      5,
      {},
      { strata: "height" },
      { strata: "height", height: "9" },
      { strata: "run", code: "x" },
      { strata: "open" },
    ])
      assert.equal(parseFrameMessage(data), undefined);
  });
  for (const [href, expected] of [
    ["https://a.b/", true],
    ["http://a", true],
    ["mailto:a@b", true],
    ["command:x", false],
    ["file:///etc", false],
    ["javascript:1", false],
    ["vscode://x", false],
  ] as const) {
    it(`${expected ? "open" : "do not open"} ${href}`, () => assert.equal(mayOpen(href), expected));
  }
  it("cannot be left through the theme", () => {
    const text = frameDocument("", { variables: '"><script>alert(1)</script>', className: '"><b>' }, true, "n");
    assert.ok(!text.includes('"><script>alert') && !text.includes('"><b>'));
  });
});

describe("zooming", () => {
  it("stops at true size on the way", () => {
    assert.deepEqual(step(0.9, 1), { kind: "scale", scale: 1 });
    assert.deepEqual(step(1.2, -1), { kind: "scale", scale: 1 });
    assert.deepEqual(step(1, 1), { kind: "scale", scale: 1.25 });
  });
  it("toggles between fitting and true size, or twice that when they are the same", () => {
    assert.deepEqual(toggle({ kind: "fit" }, 0.5), { kind: "scale", scale: 1 });
    assert.deepEqual(toggle({ kind: "fit" }, 1), { kind: "scale", scale: 2 });
    assert.deepEqual(toggle({ kind: "scale", scale: 3 }, 1), { kind: "fit" });
  });
  it("keeps the point under the pointer", () => assert.equal(keepPoint(100, 50, 1, 2), 250));
});

describe("tracebacks", () => {
  it("fold runs of library frames and name their packages", () => {
    const frame = (file: string, cell?: string) => ({ file, line: 1, function: "f", ...(cell && { cell }) });
    const groups = groupFrames([
      frame("/n/cells/a.py", "a"),
      frame("/v/lib/python3.12/site-packages/pandas/core/frame.py"),
      frame("/v/lib/python3.12/site-packages/pandas/core/indexes/base.py"),
      frame("pandas/index.pyx"),
      frame("/usr/lib/python3.12/json/decoder.py"),
      frame("<frozen importlib._bootstrap>"),
      frame("/n/own.py"),
    ]);
    assert.deepEqual(
      groups.map((group) => (group.kind === "own" ? group.frame.file : `${group.frames.length} in ${group.name}`)),
      ["/n/cells/a.py", "5 in pandas, Python", "/n/own.py"],
    );
  });
  it("are read from a payload with parts missing", () => {
    assert.deepEqual(parseError({ frames: [{ line: 3 }, { file: "a.py", line: 2 }] }), {
      name: "Error",
      message: "",
      traceback: "",
      frames: [{ file: "a.py", line: 2, function: "" }],
    });
  });
});
