/** Files that are asked about and not opened: whether they are there, what they are, how large, how old. */
import assert from "node:assert/strict";
import { chmod, mkdir, rm, symlink, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { sciencePython } from "../harness/python-env.ts";
import { type Bench, type BenchOptions, openBench } from "./bench.ts";
import { check } from "./check.ts";

type Change = (folder: string) => Promise<void>;

const write =
  (path: string, content: string): Change =>
  async (folder) => {
    await mkdir(join(folder, path, ".."), { recursive: true });
    await writeFile(join(folder, path), content);
  };
const remove =
  (path: string): Change =>
  (folder) =>
    rm(join(folder, path), { recursive: true });
const touch =
  (path: string, seconds: number): Change =>
  (folder) =>
    utimes(join(folder, path), seconds, seconds);

interface Question {
  readonly cell: string;
  readonly files?: Readonly<Record<string, string>>;
  readonly before?: Change;
  /** After it the cell is stale, for this reason, and runs. */
  readonly change: Change;
  readonly why: RegExp;
  /** Before it, and again after: the cell stays fresh. */
  readonly idle?: Change;
}

const QUESTIONS: Readonly<Record<string, Question>> = {
  "os.path.exists of a file that comes": {
    cell: "import os\nprint(os.path.exists('new.csv'))",
    change: write("new.csv", "1"),
    why: /The file new\.csv, which was missing, is there now/,
    idle: write("other.csv", "1"),
  },
  "os.path.exists of a file that goes": {
    cell: "import os\nprint(os.path.exists('d.csv'))",
    files: { "d.csv": "1" },
    idle: write("d.csv", "another content"),
    change: remove("d.csv"),
    why: /The file d\.csv, which it asked about, changed: there → missing/,
  },
  "Path.exists in a function of the notebook's folder": {
    cell: "import helper\nprint(helper.there())",
    files: { "helper.py": "from pathlib import Path\ndef there():\n    return Path('d.csv').exists()\n" },
    change: write("d.csv", "1"),
    why: /d\.csv, which was missing/,
  },
  "isfile of what becomes a folder": {
    cell: "import os\nprint(os.path.isfile('d'))",
    files: { d: "1" },
    idle: write("d", "longer than before"),
    change: async (folder) => {
      await rm(join(folder, "d"));
      await mkdir(join(folder, "d"));
    },
    why: /The file d, which it asked about, changed: a file → a folder/,
  },
  "Path.is_dir of a folder that goes, not of what comes in it": {
    cell: "from pathlib import Path\nprint(Path('sub').is_dir())",
    files: { "sub/a": "1" },
    idle: write("sub/b", "1"),
    change: remove("sub"),
    why: /The folder sub, which it asked about, changed: a folder → missing/,
  },
  "getsize, whatever the time is": {
    cell: "import os\nprint(os.path.getsize('d.csv'))",
    files: { "d.csv": "12" },
    idle: touch("d.csv", 1_000_000_000),
    change: write("d.csv", "123"),
    why: /d\.csv, which it asked about, changed: a file of 2 bytes → a file of 3 bytes/,
  },
  "getmtime, whatever the content is": {
    cell: "import os\nprint(os.path.getmtime('d.csv'))",
    files: { "d.csv": "12" },
    before: touch("d.csv", 1_000_000_000),
    idle: async (folder) => {
      await writeFile(join(folder, "d.csv"), "123");
      await utimes(join(folder, "d.csv"), 1_000_000_000, 1_000_000_000);
    },
    change: touch("d.csv", 1_000_000_001),
    why: /modified at another time/,
  },
  "getmtime of a folder in which something comes": {
    cell: "import os\nprint(os.path.getmtime('sub') > 0)",
    files: { "sub/a": "1" },
    before: touch("sub", 1_000_000_000),
    change: write("sub/b", "1"),
    why: /The folder sub, which it asked about, changed: a folder → modified at another time/,
  },
  "st_mtime of a file that is read too": {
    cell: "from pathlib import Path\np = Path('d.csv')\nprint(p.read_text(), p.stat().st_mtime)",
    files: { "d.csv": "12" },
    before: touch("d.csv", 1_000_000_000),
    change: touch("d.csv", 1_000_000_001),
    why: /modified at another time/,
  },
  "permissions in os.stat": {
    cell: "import os\nprint(oct(os.stat('d.csv').st_mode))",
    files: { "d.csv": "12" },
    change: (folder) => chmod(join(folder, "d.csv"), 0o600),
    why: /other permissions/,
  },
  "a link that leads elsewhere": {
    cell: "import os\nprint(os.path.islink('now'), bool(os.readlink('now')))",
    files: { a: "1", b: "1" },
    before: (folder) => symlink("a", join(folder, "now")),
    change: async (folder) => {
      await rm(join(folder, "now"));
      await symlink("b", join(folder, "now"));
    },
    why: /now, which it asked about, changed: a link to a → a link to b/,
  },
  "os.access": {
    cell: "import os\nprint(os.access('d.csv', os.R_OK))",
    change: write("d.csv", "1"),
    why: /access refused → access granted/,
  },
  "the size of an entry of os.scandir": {
    cell: "import os\nfor each in os.scandir('sub'):\n    print(each.name, each.stat().st_size)",
    files: { "sub/a": "1" },
    change: write("sub/a", "12"),
    why: /sub\/a, which it asked about, changed: a file of 1 bytes → a file of 2 bytes/,
  },
  "the kind of an entry in os.walk": {
    cell: "import os\nprint(sorted(os.walk('sub')))",
    files: { "sub/a": "1" },
    idle: write("sub/a", "longer"),
    change: async (folder) => {
      await rm(join(folder, "sub/a"));
      await mkdir(join(folder, "sub/a"));
    },
    why: /The folder sub, which it listed, changed/,
  },
  "the sizes of many files": {
    cell: "import os\nprint(sum(os.path.getsize(f'many/{i}') for i in range(300)))",
    files: Object.fromEntries(Array.from({ length: 300 }, (_, i) => [`many/${i}`, "1"])),
    change: write("many/123", "12"),
    why: /The folder many, about whose files it asked, changed/,
  },
  "files that are missing, all of a folder": {
    cell: "import os\nprint([i for i in range(300) if os.path.exists(f'none/{i}')])",
    change: write("none/123", "12"),
    why: /none, which was missing, is there now/,
  },
};

describe("files that are asked about", function () {
  this.timeout(60_000);

  async function withBench(
    cells: Readonly<Record<string, string>>,
    options: BenchOptions,
    use: (bench: Bench) => Promise<void>,
  ): Promise<void> {
    const bench = await openBench(cells, options);
    try {
      await use(bench);
    } finally {
      await bench.close();
    }
  }

  for (const [title, { cell, files = {}, before, change, why, idle }] of Object.entries(QUESTIONS)) {
    it(title, () =>
      withBench({ a: cell }, { files }, async (bench) => {
        await before?.(bench.folder);
        assert.deepEqual((await bench.run()).ran, ["a"]);
        assert.deepEqual(await bench.fresh(), ["a"]);
        if (idle !== undefined) {
          await idle(bench.folder);
          assert.deepEqual(await bench.fresh(), ["a"], "what it did not ask does not matter");
          await bench.checkAgainstScript();
        }
        await change(bench.folder);
        assert.match(await bench.reason("a"), why);
        assert.deepEqual((await bench.run()).ran, ["a"]);
        assert.equal(await bench.checkAgainstScript(), 1);
        await bench.reopen();
        assert.deepEqual((await bench.run()).ran, []);
      }),
    );
  }

  check("going back to what was answered before runs nothing", {
    cells: { a: "import os\nprint(os.path.getsize('d.csv'))" },
    files: { "d.csv": "1" },
    steps: [
      { ran: ["a"] },
      { files: { "d.csv": "12" }, ran: ["a"], prints: { a: "2\n" } },
      { files: { "d.csv": "3" }, ran: [], prints: { a: "1\n" } },
    ],
  });

  check("what a cell made before it asked", {
    cells: {
      a: "import os\nopen('out.txt', 'w').write('1')\nos.makedirs('made/deep', exist_ok=True)\nprint(os.path.getsize('out.txt'), os.path.isdir('made/deep'))",
      b: "import os\nprint(os.path.exists('out.txt'), os.listdir('made'))",
    },
    steps: [
      { ran: ["a", "b"], prints: { a: "1 True\n", b: "True ['deep']\n" } },
      { ran: [] },
      { reopen: true, ran: [] },
    ],
  });

  check("a file that a cell below asks about keeps their order", {
    jobs: 2,
    cells: {
      a: "import time\ntime.sleep(0.2)\nopen('out.txt', 'w').write('made')",
      b: "import os\nprint(os.path.exists('out.txt') and os.path.getsize('out.txt'))",
    },
    steps: [
      { ran: ["a", "b"], prints: { b: "4\n" } },
      { ran: [] },
      {
        edit: { a: "import time\ntime.sleep(0.2)\nopen('out.txt', 'w').write('longer')" },
        ran: ["a", "b"],
        prints: { b: "6\n" },
      },
    ],
  });

  check("a temporary folder is nobody's business", {
    cells: {
      a: "import os, shutil, tempfile\nfolder = tempfile.mkdtemp()\nopen(f'{folder}/x', 'w').write('12')\nprint(os.path.getsize(f'{folder}/x'), os.path.exists(f'{folder}/y'))\nshutil.rmtree(folder)\nprint(os.path.exists(folder))\ndel folder",
      b: "import os, tempfile\nwith tempfile.TemporaryDirectory() as place:\n    print(os.listdir(place), os.path.isdir(place))\ndel place",
    },
    steps: [{ ran: ["a", "b"] }, { ran: [] }, { reopen: true, ran: [] }],
  });

  it("a folder that a cell made is made again when it is gone", () =>
    withBench(
      {
        a: "import os\nos.makedirs('out', exist_ok=True)\nprint('made')",
        b: "print(open('out/x.txt', 'w').write('1'))",
      },
      {},
      async (bench) => {
        assert.deepEqual((await bench.run()).ran, ["a", "b"]);
        assert.deepEqual((await bench.run()).ran, []);
        await rm(join(bench.folder, "out"), { recursive: true });
        assert.match(await bench.reason("a"), /The folder out, which it made, is not there: missing/);
        assert.deepEqual((await bench.run()).ran, ["a", "b"]);
        await bench.checkAgainstScript();
      },
    ));

  it("a cell that keeps a result in a file until somebody removes it", () =>
    withBench(
      {
        a: "import os\nif os.path.exists('kept.txt'):\n    n = int(open('kept.txt').read())\nelse:\n    n = 42\n    open('kept.txt', 'w').write(str(n))",
        b: "print(n)",
      },
      {},
      async (bench) => {
        assert.deepEqual((await bench.run()).ran, ["a", "b"]);
        assert.deepEqual((await bench.run()).ran, []);
        await bench.file("kept.txt", "7");
        assert.deepEqual((await bench.run()).ran, ["a", "b"]);
        await bench.checkAgainstScript();
        await rm(join(bench.folder, "kept.txt"));
        // Known: it was missing, and the cell makes it. What it wrote is not there, though.
        assert.deepEqual((await bench.run()).ran.includes("a"), true);
        await bench.checkAgainstScript();
      },
    ));

  it("files that compiled code writes are made again when they are gone, and read after that", async () => {
    const python = await sciencePython();
    await withBench(
      {
        a: "import os\nimport polars as pl\nos.makedirs('out', exist_ok=True)\npl.DataFrame({'a': [1, 2]}).write_parquet('out/one.parquet')\npl.DataFrame({'a': [3]}).write_csv('two.csv')",
        b: "import polars as pl\nprint(pl.read_parquet('out/one.parquet')['a'].sum(), pl.read_csv('two.csv')['a'].sum())",
        c: "import sqlite3\nwith sqlite3.connect('data.db') as db:\n    db.execute('drop table if exists t')\n    db.execute('create table t (v)')\n    db.execute('insert into t values (5)')\ndb.close()\ndel db",
        d: "import sqlite3\ndb = sqlite3.connect('data.db')\nprint(db.execute('select sum(v) from t').fetchall())\ndb.close()\ndel db",
      },
      { python, jobs: 2 },
      async (bench) => {
        await bench.run();
        assert.deepEqual(await bench.fresh(), ["a", "b", "c", "d"]);
        assert.deepEqual((await bench.run()).ran, []);
        for (const [file, ran] of [
          ["out/one.parquet", ["a", "b"]],
          ["two.csv", ["a", "b"]],
          ["data.db", ["c", "d"]],
        ] as const) {
          await rm(join(bench.folder, file));
          assert.match(await bench.reason(ran[0]), /which it wrote, is not as it left it: missing/);
          const seen = await bench.run();
          assert.ok(seen.ran.includes(ran[0]) && seen.failed.length === 0, `${file}: ${seen.ran} ran`);
          assert.deepEqual(await bench.fresh(), ["a", "b", "c", "d"]);
        }
      },
    );
  });

  it("cells that only look at files wait for those that may change them, and not for each other", () =>
    withBench(
      {
        a: "rows = open('a.csv').read()",
        b: "import os\nprint(os.path.getsize('b.csv'))",
        c: "from pathlib import Path\nPath('c.csv').write_text('1')",
        d: "print(open('c.csv').read())",
      },
      { files: { "a.csv": "1", "b.csv": "1" }, jobs: 2 },
      async (bench) => {
        await bench.run();
        assert.deepEqual(await bench.fresh(), ["a", "b", "c", "d"]);
        // Nobody below uses what the first one read.
        await bench.file("a.csv", "1,2");
        assert.deepEqual(await bench.fresh(), ["b", "c", "d"]);
        await bench.edit({ ...bench.cells(), a: "rows = open('b.csv').read()" });
        assert.deepEqual(await bench.fresh(), ["b", "c", "d"]);
        assert.deepEqual((await bench.run()).ran, ["a"]);
        // Until the third has run, nobody knows what the last one would read.
        await bench.edit({ ...bench.cells(), c: "from pathlib import Path\nPath('c.csv').write_text('2')" });
        assert.deepEqual(await bench.fresh(), ["a", "b"]);
        assert.deepEqual((await bench.run()).ran, ["c", "d"]);
        // Who writes a file lets those go first that read it above.
        await bench.edit({
          ...bench.cells(),
          a: "rows = open('c.csv').read()\nprint(rows)",
          c: "open('c.csv', 'w').write('3')",
        });
        await bench.run();
        assert.equal(await bench.printed("a"), "2\n");
        await bench.checkAgainstScript();
      },
    ));
});
