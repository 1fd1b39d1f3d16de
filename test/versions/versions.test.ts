/**
 * What the harness promises, in every CPython from 3.9 to 3.13 that this machine has: values, definitions, changes in place, files, modules,
 * failures and displays, each compared with the same Python's own run of the script, and in a table with what all of them give.
 * A version that is not there is named as such; one that `STRATA_TEST_EXPECTS` names must be there.
 */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import type { Observation } from "../../extension/core/store/model.ts";
import { openBench } from "../engine/bench.ts";
import { bind, createRig, define, owns, type Rig, RUNNERS, uses } from "../harness/rig.ts";
import { FAILURES, FILES, LANGUAGE, NOTEBOOK } from "./notebook.ts";
import { type Environment, environmentOf, expected, findPythons, SUPPORTED } from "./pythons.ts";

const exec = promisify(execFile);
const found = await findPythons();
const minor = (version: string): number => Number(version.split(".")[1]);

for (const version of SUPPORTED) {
  const interpreter = found.get(version);
  const promised = expected().includes(version);
  if (interpreter === undefined) {
    const missing = `CPython ${version}: is not on this machine`;
    if (promised)
      it(missing, () =>
        assert.fail(
          `${version} is in STRATA_TEST_EXPECTS: install it (\`uv python install ${version}\`, pyenv or the system's own)`,
        ),
      );
    else it.skip(missing);
    continue;
  }
  describe(`CPython ${version}`, function () {
    this.timeout(60_000);
    let environment: Environment;
    let rig: Rig;
    before(async () => {
      environment = await environmentOf(interpreter);
      rig = await createRig(environment.python, RUNNERS.at(-1) ?? "ahead");
    });
    after(async () => {
      await rig.dispose();
      await environment.dispose();
    });

    it("gives what the script gives, from top to bottom, after an edit and when it is opened again", async () => {
      const since = LANGUAGE.filter(({ since }) => minor(since) <= minor(version));
      const more = since.flatMap(({ defines, uses }, at) => [
        [`defines${at}`, defines],
        [`uses${at}`, uses],
      ]);
      const cells = { ...NOTEBOOK, ...Object.fromEntries(more) };
      const bench = await openBench(cells, { python: environment.python, files: FILES });
      try {
        const sound = Object.keys(cells).filter((id) => id !== "fails");
        const first = await bench.run();
        const errors = [...first.outcomes.values()].map((end) => (end.status === "error" ? end.error.traceback : ""));
        assert.deepEqual([first.ran, first.failed, first.skipped], [sound, ["fails"], []], errors.join("\n"));
        // The script ends where a cell fails.
        assert.equal(await bench.checkAgainstScript(first.failed), sound.indexOf("apart"));
        for (const [at, { prints }] of since.entries()) assert.equal(await bench.printed(`uses${at}`), prints);

        const edited = { ...cells, fails: "bad = 0", changed: `${cells.changed}\ncount += 1` };
        await bench.edit(edited);
        const second = await bench.run();
        assert.deepEqual(second.ran, ["changed", "after", "fails"]);
        assert.equal(await bench.checkAgainstScript(), Object.keys(cells).length);
        await bench.reopen();
        assert.deepEqual((await bench.run()).ran, []);
        await bench.edit(cells);
        assert.deepEqual((await bench.run()).ran, []);
      } finally {
        await bench.close();
      }
    });

    it("says of a failure what this Python says, with the cells that it went through", async () => {
      const later = LANGUAGE.filter(({ since }) => minor(since) > minor(version)).map(({ defines }) => defines);
      for (const source of [...FAILURES, ...later]) {
        const file = await rig.file("cells/cell.py", source);
        const said = await exec(environment.python, [file]).catch(({ stderr }: { stderr: string }) => ({ stderr }));
        const { error } = await rig.fails(source);
        // Before 3.11 Python itself names the module of the script's own exceptions, and its traceback module does not.
        assert.equal(error.traceback, said.stderr.trimEnd().replaceAll("__main__.", ""), source);
      }
      const bad = define("bad", "def bad(x):\n    return 1 / x", {
        file: await rig.file("cells/defs.py", ""),
        line: 3,
      });
      const { error } = await rig.fails("y = 0\nbad(y)", uses(bad));
      const frames = error.frames.map(({ cell, line, function: name, text }) => [cell, line, name, text]);
      assert.deepEqual(frames, [
        ["cell", 2, "<module>", "bad(y)"],
        ["defs", 4, "bad", "return 1 / x"],
      ]);
      assert.deepEqual([error.name, error.message, error.line], ["ZeroDivisionError", "division by zero", 2]);
    });

    it("hands on values, definitions and what changed", async () => {
      const hold = define(
        "Hold",
        "class Hold:\n    made = 0\n    def __init__(self, x):\n        self.x = x\n        Hold.made += 1",
      );
      const first = await rig.ok(
        `${hold.source}\nheld = Hold([1])\nlist_ = held.x\nlock = (n for n in ())`,
        owns(hold),
      );
      assert.deepEqual(
        first.values.map(({ variables }) => variables.map(({ name }) => name)),
        [["Hold"], ["held", "list_"]],
      );
      assert.deepEqual(
        first.unstorable.map(({ name }) => name),
        ["lock"],
      );
      const given = { bindings: bind(first), definitions: { [hold.hash]: hold } };
      const second = await rig.ok("list_.append(2)\nprint(held.x, type(held) is Hold, Hold.made)", given);
      assert.equal(second.stdout, "[1, 2] True 1\n");
      assert.deepEqual(second.changed, ["held", "list_"]);
      assert.deepEqual((await rig.ok("len(held.x)", given)).changed, []);
    });

    it("sees what a cell reads, asks about, lists, imports and writes", async () => {
      await rig.file("data.txt", "four");
      await rig.file("helper.py", "N = 1");
      const source = `import os, pathlib, shutil
open('data.txt').read(), pathlib.Path('data.txt').read_bytes()
os.path.exists('gone.txt'), pathlib.Path('no.txt').is_file(), os.path.getsize('data.txt'), os.environ.get('WHO')
os.listdir('cells'), list(pathlib.Path('cells').iterdir())
shutil.copyfile('data.txt', 'copy.txt')
import helper
from pathlib import Path
Path('made').mkdir()
(Path('made') / 'new.txt').write_text('n')`;
      const { observed, sample } = await rig.ok(source, { ownImports: ["os", "pathlib", "shutil", "helper", "Path"] });
      assert.deepEqual(
        observed
          .map(brief)
          .filter((text) => !text.startsWith("ambient"))
          .sort(),
        OBSERVED,
      );
      assert.deepEqual(sample, []);
      assert.deepEqual((await rig.ok("import uuid\nprint(uuid.uuid4())", { ownImports: ["uuid"] })).sample, [
        "entropy",
      ]);
    });

    it("shows, waits, asks and draws", async () => {
      const { events, stdout, stderr } = await rig.ok(
        "import asyncio, random, sys\nawait asyncio.sleep(0)\nprint(input('name? '), random.random())\nprint('bad', file=sys.stderr)\ndisplay({'a': 1})\n[1, 2]",
        { onEvent: (event) => event.type === "input" && event.reply("Zoë") },
      );
      const shown = events.flatMap((event) => (event.type === "display" ? event.data : []));
      assert.deepEqual(shown, [
        { mime: "text/plain", text: "{'a': 1}" },
        { mime: "text/plain", text: "[1, 2]" },
      ]);
      assert.deepEqual([stdout, stderr], ["Zoë 0.6394267984578837\n", "bad\n"]);
    });

    it("is interrupted where it is", async () => {
      const stop = new AbortController();
      const { status, error } = await rig.fails(
        "def busy():\n    print('go', flush=True)\n    while True: pass\nbusy()",
        {
          signal: stop.signal,
          onEvent: (event) => event.type === "stream" && stop.abort(),
        },
      );
      assert.deepEqual(
        [status, error.name, error.frames.map(({ line }) => line)],
        ["interrupted", "KeyboardInterrupt", [4, 3]],
      );
    });
  });
}

const brief = (item: Observation): string =>
  [item.kind, "path" in item ? item.path : "name" in item ? item.name : "", "saw" in item ? item.saw : ""]
    .join(" ")
    .trim();

const OBSERVED = [
  "asked made folder",
  "directory cells",
  "environ WHO",
  "file data.txt",
  "file helper.py",
  "missing gone.txt",
  "missing helper/__init__.py",
  "missing no.txt",
  "written copy.txt",
  "written made/new.txt",
];
