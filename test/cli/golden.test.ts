/**
 * Notebooks written strictly to the format, run by the real command. Each folder in golden/ that holds an
 * expected.json is a test: what every cell comes to, what is said on stderr, the exit status, and that a run changes no
 * file of the notebook.
 */
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { cp, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { testPython } from "../harness/python-env.ts";
import { cellOf, checksums, runJson, strata } from "./rig.ts";
import type { CellLine } from "./schema.ts";

interface Expected {
  readonly exit: number;
  /** Variables that whoever starts the run supplies. */
  readonly env?: Readonly<Record<string, string>>;
  /** Parts of stderr, each of which has to be there. */
  readonly stderr?: readonly string[];
  /** Every cell, in notebook order; absent where the notebook cannot be opened. */
  readonly cells?: Readonly<Record<string, ExpectedCell>>;
}

interface ExpectedCell {
  readonly status: CellLine["status"];
  readonly name?: string;
  readonly language?: string;
  readonly stdout?: string;
  /** The text/plain of its only display. */
  readonly text?: string;
  /** A part of the reason. */
  readonly reason?: string;
  readonly error?: string;
  readonly line?: number;
  /** Parts of the traceback. */
  readonly traceback?: readonly string[];
}

const GOLDEN = join(import.meta.dirname, "golden");

describe("notebooks written to the format", () => {
  const names = readdirSync(GOLDEN).sort();
  it("are there", () => assert.ok(names.length > 0));
  for (const name of names) {
    const expected = JSON.parse(readFileSync(join(GOLDEN, name, "expected.json"), "utf8")) as Expected;
    it(name, async () => {
      const folder = await mkdtemp(join(tmpdir(), `strata-${name}-`));
      try {
        await cp(join(GOLDEN, name), folder, { recursive: true });
        await check(folder, expected);
      } finally {
        await rm(folder, { recursive: true, force: true });
      }
    });
  }
});

async function check(folder: string, expected: Expected): Promise<void> {
  const before = await checksums(folder);
  const options = { env: expected.env ?? {} };
  const args = [folder, "--python", await testPython()];

  const first = await runJson(args, options);
  for (const part of expected.stderr ?? []) assert.ok(first.stderr.includes(part), `no “${part}” in:\n${first.stderr}`);
  if (expected.stderr === undefined) assert.equal(first.stderr, "");
  assert.equal(first.code, expected.exit, first.stderr);
  if (expected.cells === undefined) {
    assert.equal(first.stdout, "", "a notebook that cannot be opened has no cells");
    assert.deepEqual(await checksums(folder), before);
    return;
  }
  const wanted = Object.entries(expected.cells);
  const seen = first.lines.flatMap((line) => (line.type === "cell" ? [line.id] : []));
  assert.deepEqual(seen.toSorted(), wanted.map(([id]) => id).toSorted());
  for (const [id, cell] of wanted) checkCell(cellOf(first, id), cell);

  // Whatever succeeded is there the second time, with the same outputs; nothing else became different.
  const second = await runJson(args, options);
  assert.equal(second.code, expected.exit, second.stderr);
  for (const [id, cell] of wanted) {
    const [one, two] = [cellOf(first, id), cellOf(second, id)];
    assert.equal(two.cache_hit, one.status === "ok" && one.duration_ms > 0, `${id}: ${two.reason}`);
    assert.deepEqual(two.outputs, one.outputs);
    checkCell(two, cell);
  }

  const status = await strata(["status", ...args], options);
  assert.equal(status.code, 0, status.stderr);
  assert.deepEqual(await checksums(folder), before, "a run changed a file of the notebook");
}

function checkCell(line: CellLine, cell: ExpectedCell): void {
  const about = `${line.id}: ${JSON.stringify(line, undefined, 1)}`;
  assert.equal(line.status, cell.status, about);
  assert.equal(line.language, cell.language ?? "python", about);
  if (cell.name !== undefined) assert.equal(line.name, cell.name);
  assert.equal(line.stdout, cell.stdout ?? "", about);
  assert.equal(line.stderr, "", about);
  const texts = line.outputs.flatMap(({ mime, text }) => (mime === "text/plain" ? [text] : []));
  assert.deepEqual(texts, cell.text === undefined ? [] : [cell.text], about);
  if (cell.reason !== undefined) assert.ok(line.reason.includes(cell.reason), about);
  assert.equal(line.error?.name, cell.error, about);
  if (cell.line !== undefined) assert.equal(line.error?.line, cell.line, about);
  for (const part of cell.traceback ?? []) assert.ok(line.error?.traceback.includes(part), `no “${part}” in ${about}`);
}
