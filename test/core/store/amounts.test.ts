import assert from "node:assert/strict";
import { counted, formatSize, parseAge, parseSize } from "../../../extension/core/store/amounts.ts";

describe("sizes and ages", () => {
  const sizes: readonly [string, number | undefined][] = [
    ["0", 0],
    ["123", 123],
    ["10GB", 10e9],
    ["1.5 gb", 1.5e9],
    ["512MiB", 512 * 2 ** 20],
    ["2kB", 2000],
    ["-1", undefined],
    ["10 G", undefined],
    ["GB", undefined],
    ["1e9", undefined],
    ["10 constructor", undefined],
    ["", undefined],
  ];
  for (const [text, bytes] of sizes) {
    it(`reads the size “${text}” as ${bytes}`, () => assert.equal(parseSize(text), bytes));
  }

  const ages: readonly [string, number | undefined][] = [
    ["30s", 30_000],
    ["45m", 45 * 60_000],
    ["12h", 12 * 3600_000],
    ["30d", 30 * 86_400_000],
    ["2w", 14 * 86_400_000],
    ["0d", 0],
    ["30", undefined],
    ["1 month", undefined],
  ];
  for (const [text, span] of ages) it(`reads the age “${text}” as ${span}`, () => assert.equal(parseAge(text), span));

  for (const [bytes, text] of [
    [0, "0 B"],
    [999, "999 B"],
    [1000, "1.0 kB"],
    [12_345, "12 kB"],
    [999_999, "1.0 MB"],
    [10e9, "10 GB"],
    [5e15, "5000 TB"],
  ] as const) {
    it(`writes ${bytes} bytes as ${text}`, () => assert.equal(formatSize(bytes), text));
  }

  it("counts in words", () => {
    assert.deepEqual(
      [0, 1, 999, 1000, 1234567].map((count) => counted(count, "file")),
      ["0 files", "1 file", "999 files", "1,000 files", "1,234,567 files"],
    );
  });
});
