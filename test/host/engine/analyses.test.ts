/** Analyses that are kept count for the program that wrote them only, and whole; and nothing of a notebook's folder is one. */
import assert from "node:assert/strict";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createAnalyzer } from "../../../extension/core/analysis/analyzer.ts";
import type { CellAnalysis } from "../../../extension/core/analysis/model.ts";
import { openAnalyses, programState } from "../../../extension/host/engine/analyses.ts";
import { openNotebook } from "../../../extension/host/engine/open.ts";
import { readNotebook } from "../../../extension/host/folder/read.ts";
import { loadPythonParser } from "../../../extension/host/parser/python-parser.ts";

const analyze = createAnalyzer(await loadPythonParser());
const TEXTS = [
  "def f(a, b=[1]):\n    '''é 🐍'''\n    return a + k  # here\n",
  "x = (",
  "%time y = 1",
  "from os.path import *\nx, *y = z",
  ...Array.from({ length: 60 }, (_, at) => `v${at} = v${at - 1} + 1`),
];

describe("analyses that are kept", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "strata-analyses-"));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const options = (program = "one", notebook = "/n") => ({ notebook, folder, program });
  const analysed = (texts = TEXTS) => texts.map((text) => [text, analyze(text)] as const);
  const fileOf = () => join(folder, readdirSync(folder)[0] ?? "none");

  it("come back as they were", async () => {
    await (await openAnalyses(options())).keep(analysed());
    const { recall } = await openAnalyses(options());
    for (const [text, analysis] of analysed()) assert.deepEqual(recall(text), JSON.parse(JSON.stringify(analysis)));
    assert.equal(recall("another = 1"), undefined);
  });

  it("are those of this program and this notebook only", async () => {
    await (await openAnalyses(options())).keep(analysed());
    for (const other of [options("two"), { ...options(), program: undefined }, options("one", "/m")]) {
      const { recall } = await openAnalyses(other);
      assert.equal(recall(TEXTS[0] ?? ""), undefined);
    }
  });

  it("are none when a bit of the file is another, or the file is not whole", async () => {
    await (await openAnalyses(options())).keep(analysed());
    const file = fileOf();
    const whole = readFileSync(file);
    for (let at = 0; at < whole.length; at += Math.ceil(whole.length / 97)) {
      const damaged = Buffer.from(whole);
      damaged[at] = (damaged[at] ?? 0) ^ 1;
      for (const bytes of [damaged, whole.subarray(0, at)]) {
        writeFileSync(file, bytes);
        assert.equal((await openAnalyses(options())).recall("v1 = v0 + 1"), undefined, `at ${at}`);
      }
    }
  });

  it("are not kept for a few cells, nor where nothing can be", async () => {
    await (await openAnalyses(options())).keep(analysed(TEXTS.slice(0, 49)));
    assert.deepEqual(readdirSync(folder), []);
    writeFileSync(join(folder, "file"), "");
    const nowhere = await openAnalyses({ ...options(), folder: join(folder, "file", "below") });
    await nowhere.keep(analysed());
    assert.equal(nowhere.recall(TEXTS[0] ?? ""), undefined);
  });

  it("know the program by its files", () => {
    assert.equal(programState([join(folder, "absent")]), undefined);
    assert.equal(programState([folder]), undefined);
    writeFileSync(join(folder, "a.cjs"), "1");
    const first = programState([folder]);
    assert.equal(programState([folder]), first);
    writeFileSync(join(folder, "a.cjs"), "22");
    const second = programState([folder]);
    writeFileSync(join(folder, "b.wasm"), "");
    assert.equal(new Set([first, second, programState([folder]), undefined]).size, 4);
  });
});

describe("a large notebook that is opened again", () => {
  let root: string;
  const before = process.env.XDG_STATE_HOME;
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), "strata-analyses-"));
    process.env.XDG_STATE_HOME = join(root, "state");
  });
  afterEach(() => {
    if (before === undefined) delete process.env.XDG_STATE_HOME;
    else process.env.XDG_STATE_HOME = before;
    rmSync(root, { recursive: true, force: true });
  });

  it("has the kept analyses of the cells whose texts are the same, and of no others", async () => {
    const folder = join(root, "n");
    mkdirSync(join(folder, "cells"), { recursive: true });
    const entries = TEXTS.map((_, at) => `{ id = "c${at}", file = "c${at}.py" }`);
    writeFileSync(join(folder, "notebook.toml"), `notebook_id = "n"\ncells = [${entries.join(",")}]\n`);
    for (const [at, text] of TEXTS.entries()) writeFileSync(join(folder, "cells", `c${at}.py`), text);
    const opened = async (): Promise<ReadonlyMap<string, CellAnalysis | undefined>> => {
      const read = await readNotebook(folder);
      assert.ok(read.kind === "notebook" && read.notebook !== undefined);
      const { engine, close } = await openNotebook(read.notebook, {
        folder,
        sync: false,
        harness: "/none",
        storage: join(root, "storage"),
        onProgress: () => undefined,
        onProblem: assert.fail,
      });
      const found = read.notebook.cells.map(({ id }) => [id, engine.analysis(id)] as const);
      await close();
      return new Map(found);
    };

    const first = await opened();
    const kept = join(root, "state", "strata", "analyses");
    assert.equal(readdirSync(kept).length, 1);
    assert.deepEqual(await opened(), new Map(JSON.parse(JSON.stringify([...first]))));
    // Were they not read, this would not show; were they believed from the notebook's folder, anybody could write them.
    const file = join(kept, readdirSync(kept)[0] ?? "");
    const forged = await forge(file, "v7");
    assert.deepEqual((await opened()).get("c11")?.defines, ["forged"]);
    rmSync(file);
    for (const place of [".strata", join(".strata", "store"), "analyses", join(".strata", "analyses")]) {
      mkdirSync(join(folder, place), { recursive: true });
      writeFileSync(join(folder, place, file.slice(kept.length + 1)), forged);
    }
    assert.deepEqual((await opened()).get("c11")?.defines, ["v7"]);
    await forge(file, "v7");
    writeFileSync(join(folder, "cells", "c11.py"), "v7 = 'edited'");
    assert.deepEqual((await opened()).get("c11")?.defines, ["v7"]);
    assert.ok(existsSync(file));
  });

  /** The file with another word for what a cell defines, as whoever can write it could. */
  async function forge(file: string, name: string): Promise<string> {
    const { createHash } = await import("node:crypto");
    const text = readFileSync(file, "utf8");
    const content = text.slice(text.indexOf("\n") + 1).replace(`"defines":["${name}"]`, '"defines":["forged"]');
    const forged = `${createHash("sha256").update(content).digest("hex")}\n${content}`;
    writeFileSync(file, forged);
    return forged;
  }
});
