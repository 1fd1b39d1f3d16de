import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  chmod,
  cp,
  lstat,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  readlink,
  rename,
  rm,
  stat,
  symlink,
  unlink,
  writeFile,
} from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Bundle, bundleFiles } from "../../../extension/core/notebook/bundle.ts";
import { type DocumentCell, fromDocument, toDocument } from "../../../extension/core/notebook/document.ts";
import { parseNotebook } from "../../../extension/core/notebook/parse.ts";
import { newNotebook } from "../../../extension/host/folder/new-notebook.ts";
import { readFolder, readNotebook, statFolder } from "../../../extension/host/folder/read.ts";
import { watchFolder } from "../../../extension/host/folder/watch.ts";
import { writeFolder } from "../../../extension/host/folder/write.ts";

const NOW = Date.UTC(2026, 0, 2, 3, 4, 5, 678);
const FIXTURES = join(import.meta.dirname, "../../core/notebook/fixtures");
const makeId = (seed: string) => createHash("sha256").update(seed).digest("hex").slice(0, 8);

describe("a notebook folder on disk", function () {
  // Git and the disk may be slow on a busy machine.
  this.timeout(30_000);
  let root: string;
  let folder: string;
  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), "strata-folder-"));
    folder = join(root, "nb");
    await cp(join(FIXTURES, "sections"), folder, { recursive: true });
    await rm(join(folder, "expected.json"));
  });
  afterEach(() => rm(root, { recursive: true, force: true }));

  const at = (path: string) => join(folder, path);
  const text = (path: string) => readFile(at(path), "utf8");
  async function read(path = folder): Promise<Bundle> {
    const result = await readFolder(path);
    assert.equal(result.kind, "folder", JSON.stringify(result));
    return result.kind === "folder" ? result.bundle : assert.fail();
  }
  /** The bundle that a document of this folder is saved as, after an edit of its cells. */
  function edited(bundle: Bundle, edit: (cells: DocumentCell[]) => readonly DocumentCell[]): Bundle {
    const document = toDocument(bundle);
    const closed = fromDocument({ metadata: document.metadata, cells: edit([...document.cells]) }, makeId);
    return closed.kind === "bundle" ? closed.bundle : assert.fail(closed.problem.message);
  }
  const setSource = (id: string, source: string) => (cells: DocumentCell[]) =>
    cells.map((cell) => (cell.identity?.id === id ? { ...cell, source } : cell));
  async function write(wanted: Bundle, options: Partial<Parameters<typeof writeFolder>[2]> = {}) {
    const result = await writeFolder(folder, wanted, { now: NOW, ...options });
    return result.kind === "written" ? result : assert.fail(JSON.stringify(result));
  }
  const git = (...args: string[]) =>
    execFileSync(
      "git",
      ["-c", "user.name=t", "-c", "user.email=t@t", "-c", "core.autocrlf=false", "-C", folder, ...args],
      { encoding: "utf8" },
    );
  function commit() {
    git("init", "-q");
    git("add", ".");
    git("commit", "-qm", "x");
  }

  it("is read with every cell, the names that are taken, and what a stat says", async () => {
    await writeFile(at("cells/left over.txt"), "");
    const bundle = await read();
    assert.deepEqual(Object.keys(bundle.cells).sort(), ["ask.py", "rows.py", "sub/first.py"]);
    assert.deepEqual(bundle.others, ["left over.txt"]);
    assert.deepEqual(Object.keys(bundle.digests).sort(), [
      "cells/ask.py",
      "cells/rows.py",
      "cells/sub/first.py",
      "notebook.toml",
    ]);
    const stats = await statFolder(folder);
    assert.equal(stats.kind === "stat" && stats.stat.mtimeMs >= (await stat(at("cells/ask.py"))).mtimeMs, true);
  });

  it("is read at once with the notebook in it, and with what is wrong with it", async () => {
    await rm(at("cells/ask.py"));
    for (const toml of [await text("notebook.toml"), "cells = [", "\uFEFFname = 'x'"]) {
      await writeFile(at("notebook.toml"), toml);
      const found = await readNotebook(folder);
      assert.deepEqual(found, { kind: "notebook", ...parseNotebook(bundleFiles(await read())) });
    }
    await writeFile(at("notebook.toml"), new Uint8Array([0xff]));
    const found = await readNotebook(folder);
    assert.equal(found.kind === "notebook" && found.problems[0]?.code, "toml-not-utf8");
    assert.equal((await readNotebook(at("cells"))).kind, "problem");
  });

  it("is not written at all when nothing was edited", async () => {
    const bundle = await read();
    const before = await stat(at("notebook.toml"));
    const { written, deleted } = await write(edited(bundle, (cells) => cells));
    assert.deepEqual([written, deleted], [[], []]);
    assert.equal((await stat(at("notebook.toml"))).ino, before.ino);
  });

  it("changes exactly one file when one source is edited", async () => {
    commit();
    const { written } = await write(edited(await read(), setSource("first", "a = 2")));
    assert.deepEqual(written, ["cells/sub/first.py"]);
    assert.equal(git("status", "--short"), " M cells/sub/first.py\n");
    assert.equal(git("diff", "--stat").trim().split("\n").length, 2);
  });

  it("shows in git, for an added cell, its entry and updated_at and nothing else", async () => {
    commit();
    await write(
      edited(await read(), (cells) => [
        ...cells.slice(0, 1),
        { kind: "code", language: "python", source: "# @name Between\nb = 1" },
        ...cells.slice(1),
      ]),
    );
    const id = /id = "([0-9a-f]{8})"/.exec(await text("notebook.toml"))?.[1];
    const lines = git("diff", "-U0")
      .split("\n")
      .filter((line) => /^[+-](?![+-]{2} )/.test(line));
    assert.deepEqual(lines, [
      "-updated_at = 2024-05-02 11:30:00.250+02:00",
      "+updated_at = 2026-01-02 05:04:05.678+02:00",
      "+[[cells]]",
      `+id = "${id}"`,
      '+file = "between.py"',
      '+language = "python"',
      "+order = 13",
      "+",
    ]);
    assert.equal(await text("cells/between.py"), "# @name Between\nb = 1\n");
    assert.equal(git("status", "--short"), " M notebook.toml\n?? cells/between.py\n");
  });

  it("saves again and again from one document, bumping updated_at only when the structure changes", async () => {
    const bundle = await read();
    const without = (cells: DocumentCell[]) => cells.filter(({ identity }) => identity?.id !== "ask");
    const first = await write(edited(bundle, without));
    assert.deepEqual([first.written, first.deleted], [["notebook.toml"], ["cells/ask.py"]]);
    const second = await write(
      edited(bundle, (cells) => setSource("rows", "select 2")(without(cells))),
      { base: first.base, now: NOW + 60_000 },
    );
    assert.deepEqual([second.written, second.deleted], [["cells/rows.py"], []]);
    assert.match(await text("notebook.toml"), /05:04:05\.678/);
    const third = await write(edited(bundle, setSource("rows", "select 2")), { base: second.base, now: NOW + 120_000 });
    assert.deepEqual(third.written, ["cells/ask.py", "notebook.toml"]);
    assert.match(await text("notebook.toml"), /05:06:05\.678/);
  });

  it("deletes the file of a deleted cell, but not when someone changed it meanwhile", async () => {
    const bundle = await read();
    await writeFile(at("cells/ask.py"), "precious");
    const result = await write(edited(bundle, (cells) => cells.filter(({ identity }) => identity?.id === "first")));
    assert.deepEqual([result.deleted, result.kept], [["cells/rows.py"], ["cells/ask.py"]]);
    assert.equal(await text("cells/ask.py"), "precious");
  });

  it("renames the file when a cell changes language, keeping its text", async () => {
    const result = await write(
      edited(await read(), (cells) =>
        cells.map((cell) => (cell.identity?.id === "first" ? { ...cell, language: "markdown", kind: "markup" } : cell)),
      ),
    );
    assert.deepEqual(
      [result.written, result.deleted],
      [["cells/sub/first.md", "notebook.toml"], ["cells/sub/first.py"]],
    );
    assert.equal(await text("cells/sub/first.md"), "a = 1\n");
  });

  const conflicts: [
    what: string,
    outside: () => Promise<void>,
    edit: (cells: DocumentCell[]) => readonly DocumentCell[],
    files: string[],
  ][] = [
    [
      "a cell that both sides edited",
      () => writeFile(at("cells/rows.py"), "theirs"),
      setSource("rows", "ours"),
      ["cells/rows.py"],
    ],
    [
      "a cell that they deleted and we edited",
      () => unlink(at("cells/rows.py")),
      setSource("rows", "ours"),
      ["cells/rows.py"],
    ],
    [
      "a notebook.toml that both sides changed",
      async () => writeFile(at("notebook.toml"), (await text("notebook.toml")).replace("red", "blue")),
      (cells) => cells.slice(1),
      ["notebook.toml"],
    ],
    [
      "a notebook.toml that was torn meanwhile",
      () => writeFile(at("notebook.toml"), 'name = "'),
      (cells) => cells.slice(1),
      ["notebook.toml"],
    ],
  ];
  for (const [what, outside, edit, files] of conflicts) {
    it(`does not overwrite ${what}, until told to`, async () => {
      const bundle = await read();
      await outside();
      const before = await snapshot(folder);
      const wanted = edited(bundle, edit);
      const result = await writeFolder(folder, wanted, { now: NOW });
      assert.deepEqual(result.kind === "conflict" ? result.files : result, files);
      assert.deepEqual(await snapshot(folder), before);
      assert.deepEqual((await write(wanted, { overwrite: true })).written, files);
    });
  }

  it("does not overwrite a file that took a new cell's name", async () => {
    const wanted = edited(await read(), (cells) => [
      ...cells,
      { kind: "code", language: "python", source: "# @name Extra\n1" },
    ]);
    await writeFile(at("cells/extra.py"), "theirs");
    const result = await writeFolder(folder, wanted, { now: NOW });
    assert.deepEqual(result.kind === "conflict" ? result.files : result, ["cells/extra.py"]);
  });

  it("leaves a newer file alone whose cell was not edited", async () => {
    const bundle = await read();
    await writeFile(at("cells/rows.py"), "theirs");
    const result = await write(edited(bundle, setSource("first", "ours")));
    assert.deepEqual([result.written, result.newer], [["cells/sub/first.py"], ["cells/rows.py"]]);
    assert.equal(await text("cells/rows.py"), "theirs");
    // It is still not known to this document, and so still not overwritten.
    const again = await writeFolder(folder, edited(bundle, setSource("rows", "ours")), { base: result.base, now: NOW });
    assert.equal(again.kind, "conflict");
  });

  it("brings back the file of a cell that was deleted behind its back", async () => {
    const bundle = await read();
    await rm(at("cells"), { recursive: true });
    const result = await write(edited(bundle, (cells) => cells));
    assert.deepEqual([...result.written].sort(), ["cells/ask.py", "cells/rows.py", "cells/sub/first.py"]);
  });

  it("never writes a torn notebook.toml, and leaves it to the byte", async () => {
    const torn = Buffer.from('# mine\r\nname = "x\r\n\xff', "latin1");
    await writeFile(at("notebook.toml"), torn);
    const result = await write(edited(await read(), (cells) => cells));
    assert.deepEqual([result.written, result.deleted], [[], []]);
    assert.deepEqual(await readFile(at("notebook.toml")), torn);
  });

  it("keeps what is not UTF-8 to the byte through a save of the cell beside it", async () => {
    const raw = Buffer.from([0x61, 0xff, 0xfe, 0x0d, 0x0a, 0x00]);
    await writeFile(at("cells/rows.py"), raw);
    await write(edited(await read(), (cells) => setSource("first", "b")(cells).slice().reverse()));
    assert.deepEqual(await readFile(at("cells/rows.py")), raw);
  });

  it("keeps the mode of a file, and follows a link", async () => {
    await chmod(at("cells/sub/first.py"), 0o750);
    await rename(at("cells/rows.py"), join(root, "shared.py"));
    await symlink("../../shared.py", at("cells/rows.py"));
    await write(edited(await read(), (cells) => setSource("rows", "linked")(setSource("first", "b")(cells))));
    assert.equal((await stat(at("cells/sub/first.py"))).mode & 0o777, 0o750);
    assert.equal(await readlink(at("cells/rows.py")), "../../shared.py");
    assert.equal(await readFile(join(root, "shared.py"), "utf8"), "linked\n");
  });

  it("leaves no temporary files", async () => {
    await write(edited(await read(), setSource("first", "b")));
    assert.deepEqual((await readdir(folder, { recursive: true })).sort(), [
      "cells",
      "cells/ask.py",
      "cells/rows.py",
      "cells/sub",
      "cells/sub/first.py",
      "notebook.toml",
    ]);
  });

  it("says what cannot be written, and the save can be repeated", async () => {
    const wanted = edited(await read(), (cells) => [
      ...cells,
      { kind: "code", language: "python", source: "1", identity: { id: "z", file: "ask.d/z.py" } },
    ]);
    await writeFile(at("cells/ask.d"), "a file where a folder should be");
    const result = await writeFolder(folder, wanted, { now: NOW });
    assert.equal(result.kind === "problem" ? result.problem.code : result.kind, "file-unwritable");
    await unlink(at("cells/ask.d"));
    assert.deepEqual((await write(wanted)).written, ["cells/ask.d/z.py", "notebook.toml"]);
  });

  it("is independent of its copy", async () => {
    const copy = join(root, "copy");
    await cp(folder, copy, { recursive: true });
    const [one, two] = [await read(), await read(copy)];
    assert.deepEqual(one, two);
    await write(edited(one, setSource("first", "one")));
    assert.deepEqual(await read(copy), two);
    assert.equal((await writeFolder(copy, edited(two, setSource("first", "two")), { now: NOW })).kind, "written");
    assert.equal(await text("cells/sub/first.py"), "one\n");
  });

  it("survives two programs that save at once: each file is one of the versions, and one of them hears of it or both are there", async () => {
    const bundle = await read();
    const long = (name: string) => `${name}\n`.repeat(20_000).trimEnd();
    const results = await Promise.all(
      ["one", "two"].map((name) => writeFolder(folder, edited(bundle, setSource("first", long(name))), { now: NOW })),
    );
    assert.ok(results.every(({ kind }) => kind === "written" || kind === "conflict"));
    assert.ok([long("one"), long("two")].includes((await text("cells/sub/first.py")).trimEnd()));
  });

  const unreadable: [what: string, prepare: () => Promise<unknown>, code: string][] = [
    ["a folder that is not there", () => rm(folder, { recursive: true }), "folder-missing"],
    ["a folder without notebook.toml", () => unlink(at("notebook.toml")), "not-a-notebook"],
    [
      "a cell file that is a folder",
      async () => unlink(at("cells/rows.py")).then(() => mkdir(at("cells/rows.py"))),
      "file-unreadable",
    ],
    [
      "links in a circle",
      async () => unlink(at("cells/rows.py")).then(() => symlink("rows.py", at("cells/rows.py"))),
      "file-unreadable",
    ],
  ];
  for (const [what, prepare, code] of unreadable) {
    it(`says so for ${what}`, async () => {
      await prepare();
      const result = await readFolder(folder);
      assert.equal(result.kind === "problem" ? result.problem.code : result.kind, code);
    });
  }

  describe("watched", () => {
    /** Resolves at the next change; the test's own time limit is the only clock. */
    function watching() {
      let calls = 0;
      let wake = () => {};
      const watch = watchFolder(
        folder,
        () => {
          calls++;
          wake();
        },
        { debounceMs: 5, retryMs: 20 },
      );
      const next = async () => {
        if (calls === 0)
          await new Promise<void>((resolve) => {
            wake = resolve;
          });
        calls = 0;
      };
      return { watch, next };
    }

    it("tells of a changed cell, a new sub-folder's file, a replaced notebook.toml and a replaced folder", async () => {
      const { watch, next } = watching();
      await watch.ready;
      await writeFile(at("cells/sub/first.py"), "changed");
      await next();
      await mkdir(at("cells/more"));
      await writeFile(at("cells/more/x.py"), "1");
      await next();
      await writeFile(join(root, "t"), "x = 1");
      await rename(join(root, "t"), at("notebook.toml"));
      await next();
      await rm(folder, { recursive: true });
      await next();
      await cp(join(FIXTURES, "sections"), folder, { recursive: true });
      await next();
      await writeFile(at("cells/ask.py"), "after all that");
      await next();
      watch.close();
    });

    it("is silent about run-time state", async () => {
      let calls = 0;
      const watch = watchFolder(folder, () => calls++, { debounceMs: 5 });
      await watch.ready;
      await mkdir(at(".strata"));
      await writeFile(at(".strata/x"), "1");
      await writeFile(at("cells/.rows.py.swp"), "1");
      const told = new Promise<void>((resolve) => {
        const other = watchFolder(
          folder,
          () => {
            other.close();
            resolve();
          },
          { debounceMs: 5 },
        );
        void other.ready.then(() => {
          calls = calls === 0 ? 0 : -99;
          return writeFile(at("cells/ask.py"), "2");
        });
      });
      await told;
      assert.ok(calls >= 0);
      watch.close();
    });
  });

  describe("made new", () => {
    it("is what the format asks for, and opens", async () => {
      const made = await newNotebook(join(root, "fresh/é notebook"), {
        name: 'A "new" one: é',
        python: "3.12",
        now: NOW,
        id: "0a1b2c3d-0000-4000-8000-000000000000",
      });
      assert.equal(made.kind, "made");
      const where = join(root, "fresh/é notebook");
      assert.equal(await readFile(join(where, ".gitignore"), "utf8"), ".strata/\n.venv/\n");
      const project = await readFile(join(where, "pyproject.toml"), "utf8");
      assert.match(project, /^\[project\]\nname = "a-new-one-e"\nversion = "0\.1\.0"\n/);
      assert.match(
        project,
        /requires-python = ">=3\.12,<3\.13"\ndependencies = \[\n {4}"pyarrow>=18\.0\.0",\n {4}"orjson>=3\.10\.0",\n {4}"cloudpickle>=3\.0\.0",\n\]\n\n\[tool\.uv\]\n$/,
      );
      const { notebook, problems } = toDocument(await read(where));
      assert.deepEqual(problems, []);
      assert.deepEqual(
        [notebook?.id, notebook?.name, notebook?.createdAt, notebook?.cells.map(({ file }) => file)],
        ["0a1b2c3d-0000-4000-8000-000000000000", 'A "new" one: é', "2026-01-02T03:04:05.678Z", ["start.py"]],
      );
    });

    it("gives each notebook an id of its own", async () => {
      for (const name of ["x", "y"]) await newNotebook(join(root, name), { name, python: "3.13", now: NOW });
      const [x, y] = await Promise.all(
        ["x", "y"].map(async (name) => toDocument(await read(join(root, name))).notebook?.id),
      );
      assert.match(x ?? "", /^[0-9a-f-]{36}$/);
      assert.notEqual(x, y);
    });

    it("refuses a folder with something in it, a file, and a Python that is none, and writes nothing", async () => {
      const before = await snapshot(folder);
      const codes = [];
      for (const [path, python] of [
        [folder, "3.12"],
        [at("notebook.toml"), "3.12"],
        [join(root, "z"), "latest"],
      ] as const) {
        const made = await newNotebook(path, { name: "n", python, now: NOW });
        codes.push(made.kind === "problem" ? made.problem.code : made.kind);
      }
      assert.deepEqual(codes, ["folder-not-empty", "folder-not-empty", "bad-python"]);
      assert.deepEqual(await snapshot(folder), before);
    });
  });
});

/** Every file's bytes and times below a folder. */
async function snapshot(folder: string): Promise<unknown> {
  const paths = (await readdir(folder, { recursive: true })).sort();
  return Promise.all(
    paths.map(async (path) => {
      const found = await lstat(join(folder, path));
      return [path, found.mtimeMs, found.isFile() ? await readFile(join(folder, path), "latin1") : ""];
    }),
  );
}
