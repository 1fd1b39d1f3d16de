/** `--format json` as docs/cli.md promises it, checked to the last key. Written apart from the command's own types. */
import assert from "node:assert/strict";

export interface CellLine {
  readonly type: "cell";
  readonly id: string;
  readonly name: string;
  readonly language: string;
  readonly status: "ok" | "error" | "skipped";
  readonly cache_hit: boolean;
  readonly duration_ms: number;
  readonly reason: string;
  readonly stdout: string;
  readonly stderr: string;
  readonly outputs: readonly { mime: string; text?: string; digest?: string; bytes?: number }[];
  readonly error?: { name: string; message: string; traceback: string; line: number | null };
}

export interface SummaryLine {
  readonly type: "summary";
  readonly status: "ok" | "error";
  readonly executed: number;
  readonly cached: number;
  readonly failed: number;
  readonly skipped: number;
  readonly duration_ms: number;
}

export type Line = CellLine | SummaryLine;

/** Every line of a finished run's stdout: cells, each once, then one summary that counts them. */
export function checkLines(stdout: string): readonly Line[] {
  if (stdout === "") return [];
  assert.ok(stdout.endsWith("\n"), "the last line is not ended");
  const lines = stdout
    .slice(0, -1)
    .split("\n")
    .map((text, index) => checkLine(text, `line ${index + 1}`));
  const cells = lines.filter((line) => line.type === "cell");
  const ids = cells.map((cell) => cell.id);
  assert.equal(new Set(ids).size, ids.length, `a cell has two lines: ${ids.join(", ")}`);
  const summaries = lines.filter((line) => line.type === "summary");
  assert.ok(summaries.length <= 1 && (summaries.length === 0 || lines.at(-1)?.type === "summary"), "summary not last");
  const [summary] = summaries;
  if (summary !== undefined) checkCounts(cells, summary);
  return lines;
}

function checkLine(text: string, where: string): Line {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    assert.fail(`${where} is not JSON: ${text}`);
  }
  const line = value as Record<string, unknown>;
  if (line.type === "cell") return checkCell(line, where);
  assert.equal(line.type, "summary", `${where} is of an unknown type`);
  exactly(line, SUMMARY, {}, where);
  assert.match(String(line.status), /^(ok|error)$/);
  return line as unknown as SummaryLine;
}

const SUMMARY = {
  type: "string",
  status: "string",
  executed: "number",
  cached: "number",
  failed: "number",
  skipped: "number",
  duration_ms: "number",
};
const CELL = {
  type: "string",
  id: "string",
  name: "string",
  language: "string",
  status: "string",
  cache_hit: "boolean",
  duration_ms: "number",
  reason: "string",
  stdout: "string",
  stderr: "string",
  outputs: "object",
};

function checkCell(line: Record<string, unknown>, where: string): CellLine {
  exactly(line, CELL, { error: "object" }, where);
  const cell = line as unknown as CellLine;
  assert.match(cell.status, /^(ok|error|skipped)$/, where);
  assert.match(cell.language, /^(python|markdown|prompt|sql)$/, where);
  assert.notEqual(cell.reason, "", `${where} has no reason`);
  assert.equal(cell.error !== undefined, cell.status === "error", `${where}: an error belongs to the status "error"`);
  if (cell.cache_hit) assert.deepEqual([cell.status, cell.duration_ms], ["ok", 0], where);
  assert.ok(Array.isArray(cell.outputs), where);
  for (const output of cell.outputs) {
    exactly(output, { mime: "string" }, { text: "string", digest: "string", bytes: "number" }, where);
    assert.equal(output.text === undefined, output.digest !== undefined, `${where}: text, or bytes by digest`);
    assert.equal(output.digest === undefined, output.bytes === undefined, where);
    if (output.digest !== undefined) assert.match(output.digest, /^[0-9a-f]{64}$/, where);
  }
  if (cell.error !== undefined) {
    const { line: at, ...rest } = cell.error;
    exactly(rest, { name: "string", message: "string", traceback: "string" }, {}, where);
    assert.ok(at === null || (Number.isInteger(at) && at > 0), `${where}: line ${at}`);
  }
  return cell;
}

function exactly(value: object, needed: Record<string, string>, optional: Record<string, string>, where: string): void {
  const known = { ...needed, ...optional };
  for (const [key, item] of Object.entries(value)) {
    assert.ok(key in known, `${where} has the unknown key ${key}`);
    assert.equal(typeof item, known[key], `${where}: ${key} is ${JSON.stringify(item)}`);
    assert.notEqual(item, null, `${where}: ${key} is null`);
    if (typeof item === "number") assert.ok(Number.isFinite(item) && item >= 0, `${where}: ${key} is ${item}`);
  }
  for (const key of Object.keys(needed)) assert.ok(key in value, `${where} lacks ${key}`);
}

function checkCounts(cells: readonly CellLine[], summary: SummaryLine): void {
  const count = (test: (cell: CellLine) => boolean): number => cells.filter(test).length;
  const failed = count((cell) => cell.status === "error");
  const skipped = count((cell) => cell.status === "skipped");
  assert.equal(summary.failed, failed, "summary.failed");
  assert.equal(summary.skipped, skipped, "summary.skipped");
  assert.equal(
    summary.cached,
    count((cell) => cell.cache_hit),
    "summary.cached",
  );
  assert.ok(summary.executed <= count((cell) => cell.status === "ok" && !cell.cache_hit), "summary.executed");
  assert.equal(summary.status, failed + skipped === 0 ? "ok" : "error", "summary.status");
}
