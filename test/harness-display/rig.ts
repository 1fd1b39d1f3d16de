/** Runs a cell's text in real Python with the display side of the harness alone, and reads what it showed. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { type Table, tableFromIPC } from "apache-arrow";
import type { MimeItem, TablePayload } from "../../extension/core/outputs/model.ts";
import { TABLE_MIME } from "../../extension/core/outputs/model.ts";

const HARNESS = resolve(import.meta.dirname, "../../python-harness");
const DRIVER = join(import.meta.dirname, "driver.py");

export interface Display {
  readonly data: readonly MimeItem[];
  readonly id: string | null;
  readonly update: boolean;
}

/** What one run showed, and the content it put into its store. */
export interface Shown {
  readonly displays: readonly Display[];
  /** The `wait` of each clearing. */
  readonly clears: readonly boolean[];
  /** Files left behind in the folder for unfinished ones. */
  readonly left: readonly string[];
  readonly modules: ReadonlySet<string>;
  /** What the cell itself printed, and its warnings. */
  readonly printed: string;
  path(digest: string): string;
}

/** A place for the content of a test file's runs. */
export interface Rig {
  show(python: string, code: string): Promise<Shown>;
  /** One after the other in one process, which is much faster than a process each; `printed` and `modules` are of all. */
  showEach(python: string, codes: readonly string[]): Promise<readonly Shown[]>;
  /** Text with several cells in it, each seen apart. */
  cells(python: string, code: string): Promise<readonly Shown[]>;
  dispose(): Promise<void>;
}

export async function makeRig(): Promise<Rig> {
  const folder = await mkdtemp(join(tmpdir(), "strata-display-"));
  const path = (digest: string) => join(folder, "content", digest.slice(0, 2), digest.slice(2));
  async function run(python: string, code: string): Promise<readonly Shown[]> {
    const { out, printed } = await runDriver(python, folder, code);
    const messages = out
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
    const { left, modules } = messages.pop();
    const runs: { displays: Display[]; clears: boolean[] }[] = [];
    let open = false;
    for (const message of messages) {
      if (!open) runs.push({ displays: [], clears: [] });
      open = !("cell" in message);
      if ("data" in message) runs.at(-1)?.displays.push(message);
      if ("clear" in message) runs.at(-1)?.clears.push(message.clear);
    }
    return runs.map((seen) => ({ ...seen, left, modules: new Set(modules), printed, path }));
  }
  return {
    async show(python, code) {
      const cells = await run(python, code);
      const first = cells[0];
      assert.ok(first);
      return {
        ...first,
        displays: cells.flatMap(({ displays }) => displays),
        clears: cells.flatMap(({ clears }) => clears),
      };
    },
    async showEach(python, codes) {
      const cells = await run(python, codes.map((code) => `${code}\n`).join("# --- fresh cell\n"));
      assert.equal(cells.length, codes.length);
      return cells;
    },
    cells: run,
    dispose: () => rm(folder, { recursive: true, force: true }),
  };
}

function runDriver(python: string, folder: string, code: string): Promise<{ out: string; printed: string }> {
  return new Promise((done, fail) => {
    const env = { ...process.env, MPLBACKEND: "module://strata_harness.figures", PYTHONDONTWRITEBYTECODE: "1" };
    const child = spawn(python, ["-s", DRIVER, HARNESS, folder], { env, stdio: ["pipe", "pipe", "pipe"] });
    let out = "";
    let printed = "";
    child.stdout.setEncoding("utf8").on("data", (text) => (out += text));
    child.stderr.setEncoding("utf8").on("data", (text) => (printed += text));
    child.on("error", fail);
    child.on("close", (status) =>
      status === 0 ? done({ out, printed }) : fail(new Error(`the cell failed with status ${status}:\n${printed}`)),
    );
    child.stdin.end(code);
  });
}

/** The representation of a display as text, wherever it is kept. */
export function text(shown: Shown, number: number, mime = "text/plain"): string {
  const item = shown.displays[number]?.data.find((each) => each.mime === mime);
  assert.ok(item, `display ${number} has no ${mime}, but ${JSON.stringify(mimes(shown)[number])}`);
  return "text" in item ? item.text : readFileSync(shown.path(item.digest), "utf8");
}

export function bytes(shown: Shown, number: number, mime: string): Uint8Array {
  const item = shown.displays[number]?.data.find((each) => each.mime === mime);
  assert.ok(item && "digest" in item, `display ${number} has no stored ${mime}`);
  const content = readFileSync(shown.path(item.digest));
  assert.equal(content.length, item.bytes);
  return content;
}

/** The MIME types of each display, in order. */
export function mimes(shown: Shown): readonly (readonly string[])[] {
  return shown.displays.map((display) => display.data.map((item) => item.mime));
}

export interface ShownTable {
  readonly payload: TablePayload;
  readonly arrow: Table;
  readonly path: string;
}

/** The table of a display: its payload, and its rows as an independent implementation of Arrow reads them. */
export function table(shown: Shown, number: number): ShownTable {
  const payload: TablePayload = JSON.parse(text(shown, number, TABLE_MIME));
  const path = shown.path(payload.digest);
  const content = readFileSync(path);
  assert.equal(content.length, payload.bytes);
  const arrow = tableFromIPC(content);
  assert.equal(arrow.numRows, payload.rows);
  assert.equal(arrow.numCols, payload.columns.length);
  return { payload, arrow, path };
}

/** A column by its position, as [name, Arrow type, values]. */
export function column(shown: ShownTable, index: number): readonly [string, string, readonly unknown[]] {
  const vector = shown.arrow.getChildAt(index);
  assert.ok(vector);
  return [shown.payload.columns[index]?.name ?? "?", String(vector.type), [...vector]];
}
