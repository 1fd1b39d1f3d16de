/** Every option of the command and every way to call it wrongly. */
import assert from "node:assert/strict";
import { cp, mkdir, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import manifest from "../../package.json" with { type: "json" };
import { testPython } from "../harness/python-env.ts";
import { cellOf, executed, type Folder, folderOf, notebookFiles, runJson, strata, summaryOf } from "./rig.ts";
import { openWitness } from "./witness.ts";

/** a → b, and c apart. */
const CELLS = { "note.md": "# Note", a: "x = 2\nprint('a')", b: "y = x + 1\nprint('b', y)", c: "print('c')" };

describe("calling strata", () => {
  const help: readonly (readonly [args: readonly string[], code: number, text: RegExp])[] = [
    [["--help"], 0, /run .*notebook[\s\S]*status[\s\S]*explain/],
    [["help"], 0, /Commands:/],
    [["run", "--help"], 0, /--force[\s\S]*--quiet[\s\S]*--cell[\s\S]*--jobs[\s\S]*--python|--python[\s\S]*--jobs/],
    [["status", "--help"], 0, /--format/],
    [["explain", "--help"], 0, /<cell>/],
  ];
  for (const [args, code, text] of help) {
    it(`strata ${args.join(" ")} prints its help`, async () => {
      const ended = await strata(args);
      assert.equal(ended.code, code);
      assert.match(ended.stdout, text);
      assert.equal(ended.stderr, "");
    });
  }

  for (const option of ["--version", "-V"]) {
    it(`strata ${option} prints the version`, async () => {
      const ended = await strata([option]);
      assert.deepEqual([ended.code, ended.stdout, ended.stderr], [0, `${manifest.version}\n`, ""]);
    });
  }

  const wrong: readonly (readonly [args: readonly string[], text: RegExp])[] = [
    [[], /Usage: strata/],
    [["walk"], /unknown command 'walk'[\s\S]*--help/],
    [["run"], /missing required argument 'path'[\s\S]*--help/],
    [["explain", "."], /missing required argument 'cell'/],
    [["run", ".", "extra"], /too many arguments/],
    [["run", ".", "--frobnicate"], /unknown option '--frobnicate'/],
    [["--frobnicate"], /unknown option '--frobnicate'/],
    [["run", ".", "--format", "xml"], /human, json/],
    [["status", ".", "--format", "xml"], /human, json/],
    [["run", ".", "--jobs", "0"], /whole number from 1 up/],
    [["run", ".", "--jobs", "2.5"], /whole number from 1 up/],
    [["run", ".", "--jobs", "many"], /whole number from 1 up/],
    [["run", ".", "--cell"], /argument missing/],
    [["status", ".", "--force"], /unknown option '--force'/],
  ];
  for (const [args, text] of wrong) {
    it(`strata ${args.join(" ")} is wrong`, async () => {
      const ended = await strata(args);
      assert.equal(ended.code, 2);
      assert.match(ended.stderr, text);
      assert.equal(ended.stdout, "");
    });
  }
});

describe("the notebook's path", () => {
  let folder: Folder;
  let python: string;
  before(async () => {
    python = await testPython();
    const files = notebookFiles({ a: "print('a')" });
    folder = await folderOf({ ...Object.fromEntries(Object.entries(files).map(([f, t]) => [`nb/${f}`, t])) });
    await folder.write("empty/readme.txt", "no notebook");
  });
  after(() => folder.remove());

  const right: readonly (readonly [title: string, path: string, cwd: string])[] = [
    ["a folder", "nb", "."],
    ["a folder with a slash", "nb/", "."],
    ["its notebook.toml", "nb/notebook.toml", "."],
    ["the current folder", ".", "nb"],
    ["notebook.toml in the current folder", "notebook.toml", "nb"],
    ["a way round", "empty/../nb", "."],
  ];
  for (const [title, path, cwd] of right) {
    it(`may be ${title}`, async () => {
      const run = await runJson([path, "--python", python], { cwd: join(folder.path, cwd) });
      assert.equal(run.code, 0, run.stderr);
      assert.equal(cellOf(run, "a").stdout, "a\n");
    });
  }

  const wrong: readonly (readonly [title: string, path: string, text: RegExp])[] = [
    ["nothing", "nowhere", /There is no folder nowhere\. Name/],
    ["a notebook.toml that is not there", "empty/notebook.toml", /has no notebook\.toml/],
    ["a folder without notebook.toml", "empty", /no notebook at empty.*Name a folder/],
    ["a folder of notebooks", ".", /There are notebooks in it: nb\./],
    ["another file", "empty/readme.txt", /is no notebook\. Name/],
  ];
  for (const command of ["run", "status"]) {
    for (const [title, path, text] of wrong) {
      it(`of ${command} cannot be ${title}`, async () => {
        const ended = await strata([command, path, "--python", python], { cwd: folder.path });
        assert.equal(ended.code, 2);
        assert.match(ended.stderr, text);
        assert.equal(ended.stdout, "");
      });
    }
  }
});

describe("strata run's options", () => {
  let folder: Folder;
  let python: string;
  beforeEach(async () => {
    python = await testPython();
    folder = await folderOf(notebookFiles(CELLS));
  });
  afterEach(() => folder.remove());
  const run = (...args: readonly string[]) => runJson([folder.path, "--python", python, ...args]);

  it("run everything once, and nothing the second time", async () => {
    const first = await run();
    assert.deepEqual(executed(first).toSorted(), ["a", "b", "c"]);
    assert.equal(first.code, 0);
    const second = await run();
    assert.deepEqual(executed(second), []);
    assert.equal(summaryOf(second).cached, 3);
    assert.equal(cellOf(second, "b").stdout, "b 3\n");
    assert.deepEqual([cellOf(second, "note.md").status, cellOf(second, "note.md").cache_hit], ["ok", false]);
  });

  it("--force runs what could be reused", async () => {
    await run();
    const forced = await run("--force");
    assert.deepEqual(executed(forced).toSorted(), ["a", "b", "c"]);
    assert.match(cellOf(forced, "a").reason, /asked/);
  });

  it("--cell runs a cell and what it needs", async () => {
    const one = await run("--cell", "b");
    assert.equal(one.code, 0);
    assert.deepEqual(executed(one).toSorted(), ["a", "b"]);
    assert.ok(!one.lines.some((line) => line.type === "cell" && line.id === "c"));
  });

  it("--cell may be given several times, by id, file or name", async () => {
    await folder.write("cells/c.py", "# @name the third\nprint('c')");
    const two = await run("--cell", "a.py", "--cell", "the third");
    assert.deepEqual(executed(two).toSorted(), ["a", "c"]);
  });

  it("--force --cell runs that cell, and reuses what it needs", async () => {
    await run();
    assert.deepEqual(executed(await run("--force", "--cell", "b")), ["b"]);
  });

  it("--cell with a name that no cell has is wrong, and nothing runs", async () => {
    const wrong = await run("--cell", "a", "--cell", "zebra");
    assert.equal(wrong.code, 2);
    assert.deepEqual(wrong.lines, []);
    assert.match(wrong.stderr, /no cell “zebra”.*note\.md, a, b, c/);
    assert.deepEqual(executed(await run()).toSorted(), ["a", "b", "c"]);
  });

  it("--jobs 1 runs one cell at a time, in order", async () => {
    let [now, most] = [0, 0];
    const witness = await openWitness((word, { answer }) => {
      if (word.startsWith("in")) most = Math.max(most, ++now);
      else now -= 1;
      answer(word);
    });
    const visit = (id: string) =>
      `${witness.cell(`in ${id}`)}witness.recv(99)\nwitness.sendall(b"out ${id}\\n")\nwitness.recv(99)\ndel witness`;
    const other = await folderOf(notebookFiles({ a: visit("a"), b: visit("b"), c: visit("c") }));
    try {
      const one = await runJson([other.path, "--python", python, "--jobs", "1"]);
      assert.equal(one.code, 0, one.stdout);
      assert.deepEqual(executed(one), ["a", "b", "c"]);
      assert.equal(most, 1);
    } finally {
      await other.remove();
      await witness.close();
    }
  });

  it("--jobs 2 runs two cells at once, when they are independent", async () => {
    const here = new Set<string>();
    const witness = await openWitness((word, { answer }) => {
      here.add(word);
      // One at a time, neither would ever be answered.
      if (here.size === 2) for (const each of here) answer(each);
    });
    const wait = (id: string) => `${witness.cell(id)}witness.settimeout(40)\nwitness.recv(99)\ndel witness`;
    const other = await folderOf(notebookFiles({ a: wait("a"), b: wait("b") }));
    try {
      const both = await runJson([other.path, "--python", python, "--jobs", "2"]);
      assert.equal(both.code, 0, both.stdout);
    } finally {
      await other.remove();
      await witness.close();
    }
  });

  it("--quiet says nothing of what succeeded", async () => {
    const quiet = await strata(["run", folder.path, "--python", python, "--quiet"]);
    assert.equal(quiet.code, 0);
    assert.match(quiet.stdout, /^3 executed, 0 cached in [^\n]+\n$/);
    assert.equal(quiet.stderr, "");
  });

  it("--quiet tells of failures, and of what they kept from running", async () => {
    await folder.write("cells/a.py", "print('a')\nx = 1 / 0");
    const quiet = await strata(["run", folder.path, "--python", python, "--quiet"]);
    assert.equal(quiet.code, 1);
    assert.match(quiet.stdout, /✗ a {2}failed[\s\S]*ZeroDivisionError[\s\S]*− b {2}skipped/);
    assert.doesNotMatch(quiet.stdout, /✓ c/);
  });

  it("--store keeps results elsewhere, and a copy of the notebook finds them", async () => {
    const store = await folderOf({});
    const copy = await folderOf({});
    try {
      assert.equal((await run("--store", store.path)).code, 0);
      await cp(folder.path, copy.path, { recursive: true });
      await rm(join(copy.path, ".strata"), { recursive: true, force: true });
      const there = await runJson([copy.path, "--python", python, "--store", store.path]);
      assert.deepEqual(executed(there), [], there.stdout);
      assert.equal(summaryOf(there).cached, 3);
      const own = await runJson([copy.path, "--python", python]);
      assert.deepEqual(executed(own).toSorted(), ["a", "b", "c"]);
    } finally {
      await store.remove();
      await copy.remove();
    }
  });

  it("--store starts at the current folder, and is made when it is not there", async () => {
    const args = ["run", folder.path, "--python", python, "--store", "new/store"];
    const elsewhere = await folderOf({});
    try {
      assert.equal((await strata(args, { cwd: elsewhere.path })).code, 0);
      const again = await runJson([folder.path, "--python", python, "--store", join(elsewhere.path, "new/store")]);
      assert.deepEqual(executed(again), []);
    } finally {
      await elsewhere.remove();
    }
  });

  it("--store that cannot be a folder is wrong, and nothing runs", async () => {
    await folder.write("file", "in the way");
    const wrong = await run("--store", join(folder.path, "file", "store"));
    assert.equal(wrong.code, 2);
    assert.equal(wrong.stdout, "");
    assert.match(wrong.stderr, /cannot be stored in .*file.*--store/);
  });

  it("a store that may not be written is wrong, and nothing runs", async function () {
    if (process.platform === "win32" || process.getuid?.() === 0) return this.skip();
    await mkdir(join(folder.path, "locked"), { mode: 0o555 });
    const wrong = await run("--store", join(folder.path, "locked"));
    assert.deepEqual([wrong.code, wrong.stdout], [2, ""]);
    assert.match(wrong.stderr, /locked/);
  });

  it("--no-sync without a .venv is wrong", async () => {
    const wrong = await runJson([folder.path, "--no-sync"]);
    assert.deepEqual([wrong.code, wrong.stdout], [2, ""]);
    assert.match(wrong.stderr, /has no \.venv\. Run without --no-sync.*--python/);
  });

  const notPython: readonly (readonly [title: string, value: (root: string) => string, text: RegExp])[] = [
    ["a file that is not there", (root) => join(root, "bin", "python"), /no Python interpreter at/],
    ["a command that is not there", () => "python-of-nobody", /no command python-of-nobody on PATH/],
    ["a folder without Python", (root) => root, /folder without a Python interpreter/],
    ["a program that is no Python", () => process.execPath, /./],
  ];
  for (const [title, value, text] of notPython) {
    it(`--python ${title} is wrong`, async () => {
      const wrong = await runJson([folder.path, "--python", value(folder.path)]);
      assert.deepEqual([wrong.code, wrong.stdout], [2, ""]);
      assert.match(wrong.stderr, text);
    });
  }

  it("--python may be a virtual environment, and starts at the current folder", async () => {
    const venv = dirname(dirname(python));
    const named = await runJson([folder.path, "--python", venv]);
    assert.equal(named.code, 0, named.stderr);
    const relative = await runJson([folder.path, "--python", `./${basename(venv)}`], { cwd: dirname(venv) });
    assert.deepEqual([relative.code, executed(relative)], [0, []], relative.stderr);
    const bare = await runJson([folder.path, "--python", basename(venv)], { cwd: dirname(venv) });
    assert.deepEqual([bare.code, executed(bare)], [0, []], bare.stderr);
  });
});
