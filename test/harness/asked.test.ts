/** What a cell asks about files that it does not open is seen as narrowly as it is asked, and the cell sees nothing of that. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Observation } from "../../extension/core/store/model.ts";
import { testPython } from "./python-env.ts";
import { createRig, harness, INSIDE, type OkResult, type Rig } from "./rig.ts";

const seen = (result: OkResult): readonly string[] =>
  result.observed
    .filter(({ kind }) => kind !== "ambient")
    .map(brief)
    .sort();

function brief(item: Observation): string {
  if (item.kind === "directory") return `entries ${item.path} ${item.detail ?? "names"}`;
  if (item.kind !== "asked") return `${item.kind} ${"path" in item ? item.path : "name" in item ? item.name : ""}`;
  const { path, saw, link, size, mtimeNs, mode, access, target, made } = item;
  const asked = [
    link === true ? "itself" : "",
    made === true ? "made" : "",
    size === undefined ? "" : `${size} bytes`,
    mtimeNs === undefined ? "" : "time",
    mode === undefined ? "" : "mode",
    access === undefined ? "" : `access ${access}`,
    target === undefined ? "" : `to ${target}`,
  ];
  return [path, saw, ...asked.filter((word) => word !== "")].join(", ");
}

const ASKED: readonly (readonly [cell: string, ...found: string[]])[] = [
  ["os.path.exists('d.csv'), os.path.exists('no')", "d.csv, there", "missing no"],
  ["Path('d.csv').exists(), Path('no').is_file()", "d.csv, there", "missing no"],
  ["os.path.isfile('d.csv'), Path('sub').is_dir()", "d.csv, file", "sub, folder"],
  ["os.path.lexists('dangling'), os.path.exists('dangling')", "dangling, there, itself", "missing dangling"],
  ["os.path.islink('d.csv'), Path('link').is_symlink()", "d.csv, no link, itself", "link, link, itself"],
  ["os.path.getsize('d.csv')", "d.csv, file, 2 bytes"],
  ["os.path.getmtime('d.csv')", "d.csv, file, time"],
  ["os.path.getmtime('d.csv'), os.path.getsize('d.csv')", "d.csv, file, 2 bytes, time"],
  ["os.stat('d.csv')", "d.csv, file, 2 bytes, time, mode"],
  ["Path('d.csv').stat().st_size", "d.csv, file, 2 bytes, time, mode"],
  ["os.lstat('link').st_size", "link, link, itself"],
  ["os.stat('link', follow_symlinks=False)", "link, link, itself"],
  ["os.stat(b'd.csv') and os.stat(path='d.csv')", "d.csv, file, 2 bytes, time, mode"],
  ["os.readlink('link')", "link, link, itself, to d.csv"],
  ["os.access('d.csv', os.F_OK), os.access('d.csv', os.R_OK)", "d.csv, granted, access 4", "d.csv, there"],
  // Its own size and time only where they are asked for.
  ["os.stat('sub')", "sub, folder, mode"],
  ["os.stat('sub').st_mtime", "sub, folder, 2 bytes, time, mode"],
  ["os.path.getmtime('sub')", "sub, folder, time"],
  // All that is read is known of a file that is read, but for its time where the cell asks for it.
  ["os.path.exists('d.csv') and os.path.getsize('d.csv') and open('d.csv').read()", "file d.csv"],
  ["open('d.csv').read(), os.path.getmtime('d.csv')", "d.csv, file, time", "file d.csv"],
  ["import shutil; shutil.copyfile('d.csv', 'copy.csv')", "file d.csv", "written copy.csv"],
  ["[each.name for each in os.scandir('sub')]", "entries sub names"],
  ["[each.is_file() for each in os.scandir('sub')]", "entries sub kinds"],
  ["[each.stat().st_size for each in os.scandir('sub')]", "entries sub names", "sub/a, file, 1 bytes, time, mode"],
  ["list(os.walk('tree'))", "entries tree kinds", "entries tree/deep kinds"],
  ["import glob; glob.glob('sub/*')", "entries sub kinds"],
  // Where the notebook and Python are, and what the interpreter asks by itself.
  ["os.path.isdir('.'), os.path.exists(os.path.dirname(os.getcwd())), os.stat(os.__file__), os.stat('/dev/null')"],
  ["import inspect, warnings; warnings.warn('x'); inspect.getsourcefile(Path)"],
  // What the cell did itself.
  ["open('w.txt', 'w').close(); os.path.getsize('w.txt')", "written w.txt"],
  ["os.path.exists('w2.txt') or open('w2.txt', 'w').close()", "written w2.txt"],
  ["os.mkdir('m'); os.path.isdir('m')", "m, folder, made"],
  ["os.makedirs('sub', exist_ok=True)", "sub, folder"],
  ["open('t', 'w').close(); os.path.exists('t'); os.remove('t'); os.path.exists('t')"],
  ["os.path.exists('t') or open('t', 'w').close(); os.remove('t')", "missing t"],
  ["import tempfile; p = tempfile.mkdtemp(); os.path.isdir(p); os.path.exists(p + '/x'); os.rmdir(p); del p"],
];

for (const kind of INSIDE)
  describe(`what a cell asked about files (${kind})`, function () {
    this.timeout(60_000);
    let rig: Rig;
    before(async () => {
      rig = await createRig(await testPython(), kind);
    });
    beforeEach(async () => {
      await rm(rig.folder, { recursive: true });
      await mkdir(join(rig.folder, "sub"), { recursive: true });
      await rig.file("d.csv", "12");
      await rig.file("sub/a", "1");
      await mkdir(join(rig.folder, "tree/deep"), { recursive: true });
      await symlink("d.csv", join(rig.folder, "link"));
      await symlink("nowhere", join(rig.folder, "dangling"));
    });
    after(() => rig.dispose());

    for (const [cell, ...found] of ASKED) {
      it(cell, async () => {
        const result = await rig.ok(`import os\nfrom pathlib import Path\n${cell};`, { ownImports: ["os", "Path"] });
        // How large a folder is depends on the file system.
        const named = seen(result).map((text) => text.replace(/(folder, )\d+( bytes)/, "$12$2"));
        // Names under which something was there for a moment only are nobody's business, and different every time.
        assert.deepEqual(
          named.filter((text) => !text.startsWith(`missing ${tmpdir()}/tmp`)),
          [...found].sort(),
        );
      });
    }

    it("is asked for as one folder from 256 files on, unless it has many others or is the notebook's", async () => {
      for (let at = 0; at < 300; at += 1) await writeFile(join(rig.folder, `sub/${at}`), "1");
      const ask = (what: string) => rig.ok(`import os\nfor i in range(256): os.${what};`, { ownImports: ["os"] });
      assert.deepEqual(seen(await ask("path.exists(f'sub/{i}')")), ["entries sub kinds"]);
      assert.deepEqual(seen(await ask("path.getsize(f'sub/{i}')")), ["entries sub states"]);
      assert.deepEqual(seen(await ask("path.exists(f'none/{i}')")), ["missing none"]);
      assert.equal(seen(await ask("path.exists(f'no{i}')")).length, 256);
      const removed = await rig.ok(
        "import os\nfor i in range(256): os.path.exists(f'sub/{i}')\nos.system('rm sub/7');",
        { ownImports: ["os"] },
      );
      // What was answered is not what is there.
      assert.deepEqual(seen(removed), ["entries sub kinds", "sub/7, there"]);
      for (let at = 300; at < 1100; at += 1) await writeFile(join(rig.folder, `sub/${at}`), "1");
      assert.equal(seen(await ask("path.exists(f'sub/{i}')")).length, 256);
    });

    it("by a library counts for a file's size, and for its time where its content is not known", async () => {
      await mkdir(join(rig.folder, ".venv"));
      await rig.file(".venv/outer.py", "import os\ndef ask(path):\n    return os.stat(path)\n");
      const ask = (more: string) =>
        rig.ok(
          `import sys\nsys.path.append(r'${join(rig.folder, ".venv")}')\nimport outer\nouter.ask('d.csv')${more};`,
          {
            ownImports: ["sys", "outer"],
          },
        );
      assert.deepEqual(seen(await ask("")), ["d.csv, file, 2 bytes, time"]);
      assert.deepEqual(seen(await ask(", open('d.csv').read()")), ["file d.csv"]);
    });

    it("is what it was answered first, and not what is there in the end", async () => {
      const result = await rig.ok(
        "import os, subprocess, sys\nprint(os.path.exists('late'))\nsubprocess.run([sys.executable, '-c', 'open(\"late\", \"w\")'])\nprint(os.path.exists('late'))",
        { ownImports: ["os"] },
      );
      assert.equal(result.stdout, "False\nTrue\n");
      assert.ok(seen(result).includes("missing late"));
      const grown = await rig.ok(
        "import os, subprocess, sys\nos.path.exists('d.csv')\nsubprocess.run([sys.executable, '-c', 'open(\"d.csv\", \"w\").write(\"345\")'])\nos.path.getsize('d.csv');",
        { ownImports: ["os"] },
      );
      assert.deepEqual(
        seen(grown).filter((text) => text.startsWith("d.csv")),
        ["d.csv, file, 3 bytes", "d.csv, there"],
      );
    });

    it("is asked by functions that are what they were", async () => {
      const other = await mkdtemp(join(tmpdir(), "strata-asked-"));
      const script = `
import copy, inspect, os, pickle, shutil, types
for f in (os.stat, os.lstat, os.access, os.readlink, os.scandir):
    print(f, f.__name__, f.__qualname__, bool(f.__doc__), inspect.signature(f), inspect.isbuiltin(f), callable(f))
    print(isinstance(f, types.BuiltinFunctionType), pickle.loads(pickle.dumps(f)) is f, copy.deepcopy(f) is f, f == f, {f: 1}[f])
    print(f in os.supports_fd, f in os.supports_dir_fd, f in os.supports_follow_symlinks)
print(shutil.rmtree.avoids_symlink_attacks, os.stat is os.stat, os.stat != os.lstat)
class Accessor:
    stat = os.stat
print(Accessor().stat('.').st_mode == os.stat('.').st_mode)
with os.scandir(${JSON.stringify(other)}) as entries:
    print(type(os.scandir('.')).__name__ != '', list(entries))
open(${JSON.stringify(join(other, "x"))}, 'w').close()
for entry in os.scandir(${JSON.stringify(other)}):
    print(entry, isinstance(entry, os.DirEntry), entry.is_file(), entry.is_dir(follow_symlinks=False), entry.is_symlink(), os.fspath(entry), entry.inode() > 0)
for wrong in ((), (1, 2, 3)):
    try:
        os.stat(*wrong)
    except TypeError as error:
        print(error)
`;
      const { stdout } = await rig.ok(script, { ownImports: [] });
      const file = join(other, "script.py");
      await writeFile(file, script);
      await rm(join(other, "x"), { force: true });
      const plain = execFileSync(await testPython(), ["script.py"], { cwd: other, encoding: "utf8" });
      const text = (out: string) => out.replace(/, <DirEntry 'script.py'>|<DirEntry 'script.py'>/g, "").split("\n");
      assert.deepEqual(
        text(stdout).filter((line) => !line.includes("script.py")),
        text(plain).filter((line) => !line.includes("script.py")),
      );
      await rm(other, { recursive: true });
    });

    it("leaves no trace in tracebacks, those that the cell prints itself neither", async () => {
      const script = `import os, traceback
from pathlib import Path
for ask in (lambda: os.stat('no'), lambda: os.path.getsize('no'), lambda: Path('no').stat(), lambda: os.environ['NO_SUCH']):
    try:
        ask()
    except Exception as error:
        text = traceback.format_exc()
        print('strata_harness' in text, text.count('File'), len(traceback.extract_tb(error.__traceback__)))
`;
      const { stdout } = await rig.ok(script);
      assert.equal(stdout, execFileSync(await testPython(), ["-c", script], { cwd: rig.folder, encoding: "utf8" }));
      const failed = await rig.fails("import os\nos.path.getsize('no')");
      assert.doesNotMatch(failed.error.traceback, /strata_harness/);
      assert.equal(failed.error.line, 2);
    });
  });

it("compiled functions of os.path, as Windows has them, are heard by the names that they have there", async () => {
  const script = `
import operator, os, pickle, sys
sys.path.insert(0, sys.argv[1])
os.path.isdir = os.path.islink = operator.truth
from strata_harness import asked, changes, questions
questions.install()
seen = asked.Asked('/n', lambda path: True, lambda path: False, lambda frame: True, changes.Changes())
seen.begin()
os.path.isdir(sys.argv[1]), os.path.islink(sys.argv[1])
seen.end()
print([(each['kind'], each['saw'], each.get('link')) for each in seen.result(set(), str)])
print(pickle.loads(pickle.dumps(os.path.isdir)) is os.path.isdir)
`;
  const printed = execFileSync(await testPython(), ["-c", script, harness], { encoding: "utf8" });
  assert.equal(printed, "[('asked', 'folder', None), ('asked', 'no link', True)]\nTrue\n");
});
