/** What is written, and where: words on a terminal, plain lines elsewhere, nothing but JSON where JSON was asked for. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { chmod } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { testPython } from "../harness/python-env.ts";
import { cellOf, commandLine, type Folder, folderOf, notebookFiles, runJson, startStrata, strata } from "./rig.ts";
import { checkLines } from "./schema.ts";
import { screenOf } from "./screen.ts";
import { openWitness } from "./witness.ts";

const PTY = join(import.meta.dirname, "pty_run.py");
const POSIX = process.platform !== "win32";

describe("the JSON output", () => {
  let folder: Folder;
  let python: string;
  before(async () => {
    python = await testPython();
  });
  afterEach(() => folder.remove());

  it("is all there is on stdout, whatever cells write, in whatever way", async () => {
    const loud = `import os, subprocess, sys, warnings
print("print")
sys.stdout.write("write\\n")
sys.stdout.flush()
os.write(1, b"descriptor\\n")
subprocess.run([sys.executable, "-c", "print('child')"])
os.system("echo shell")
sys.__stdout__.write("original\\n")
sys.__stdout__.flush()
print("error", file=sys.stderr)
warnings.warn("careful")
print('{"type":"summary"}')
print("no newline at the end \\u2603", end="")`;
    folder = await folderOf(notebookFiles({ "text.md": "# Title", loud, "shows.py": "" }));
    const run = await runJson([folder.path, "--python", python]);
    assert.equal(run.code, 0, run.stdout);
    const cell = cellOf(run, "loud");
    for (const word of ["print", "write", "descriptor", "child", "shell", "original"]) {
      assert.match(cell.stdout, new RegExp(`^${word}$`, "m"));
    }
    assert.ok(cell.stdout.endsWith('{"type":"summary"}\nno newline at the end \u2603'), cell.stdout);
    assert.match(cell.stderr, /^error$/m);
    assert.match(cell.stderr, /loud\.py:\d+: UserWarning: careful/);
    assert.equal(run.stderr, "");
  });

  it("has every representation of every display, small text inline, bytes by digest", async () => {
    const shows = `class Rich:
    def _repr_html_(self):
        return "<b>bold</b>"

    def _repr_png_(self):
        return b"\\x89PNG\\r\\n\\x1a\\n" + bytes(64)

    def __repr__(self):
        return "plain"


display(Rich())
{"a": 1}`;
    folder = await folderOf(notebookFiles({ shows }));
    const [first, second] = [
      cellOf(await runJson([folder.path, "--python", python]), "shows"),
      cellOf(await runJson([folder.path, "--python", python]), "shows"),
    ];
    const mimes = first.outputs.map(({ mime }) => mime);
    for (const mime of ["text/html", "text/plain", "image/png"]) assert.ok(mimes.includes(mime), mimes.join(", "));
    assert.equal(first.outputs.find(({ mime }) => mime === "image/png")?.bytes, 72);
    assert.equal(first.outputs.find(({ mime }) => mime === "text/html")?.text, "<b>bold</b>");
    assert.deepEqual([second.cache_hit, second.outputs], [true, first.outputs]);
  });

  it("has a line as soon as its cell has ended", async () => {
    const witness = await openWitness();
    try {
      const waits = `print(quick)\n${witness.cell("waiting")}witness.recv(99)\ndel witness`;
      folder = await folderOf(notebookFiles({ quick: "quick = 1", waits }));
      const running = startStrata(["run", folder.path, "--python", python, "--format", "json"]);
      const [chunk] = (await once(running.child.stdout as NodeJS.ReadableStream, "data")) as [string];
      assert.match(chunk, /^\{"type":"cell","id":"quick".*\}\n$/);
      await witness.heard("waiting");
      witness.answer("waiting");
      const ended = await running.ended;
      assert.equal(ended.code, 0);
      assert.equal(checkLines(ended.stdout).length, 3);
    } finally {
      await witness.close();
    }
  });

  it("stays clean while uv tells of its progress, and of its failure", async function () {
    if (!POSIX) return this.skip();
    folder = await folderOf({
      ...notebookFiles({ a: "print('a')" }),
      "pyproject.toml": '[project]\nname = "x"\nversion = "0.1.0"\ndependencies = ["nonsense"]\n',
      "bin/uv": `#!/bin/sh
if [ "$1" = "--version" ]; then echo "uv 99.0.0"; exit 0; fi
echo "to stdout"
echo "Resolving packages" >&2
echo "error: no such package: nonsense" >&2
exit 1
`,
    });
    await chmod(join(folder.path, "bin/uv"), 0o755);
    const env = { PATH: `${join(folder.path, "bin")}${delimiter}${process.env.PATH ?? ""}` };
    const failed = await runJson([folder.path], { env });
    assert.deepEqual([failed.code, failed.stdout], [2, ""]);
    assert.match(failed.stderr, /Resolving packages[\s\S]*no such package: nonsense[\s\S]*Correct pyproject\.toml/);
    const quiet = await runJson([folder.path, "--quiet"], { env });
    assert.doesNotMatch(quiet.stderr.split("strata:")[0] ?? "", /Resolving/);
  });
});

describe("the output for people", () => {
  let folder: Folder;
  let python: string;
  before(async () => {
    python = await testPython();
  });
  afterEach(() => folder.remove());
  const run = (...args: readonly string[]) => strata(["run", folder.path, "--python", python, ...args]);

  it("is plain lines where nobody looks: no colours, no cursor movement", async () => {
    const bar = 'import sys\nfor n in range(0, 101, 50):\n    sys.stdout.write(f"\\r{n} %")\nprint()';
    const cells = { "note.md": "# Text", first: "x = 1\nprint('one\\ntwo')\nx", bar, bad: "x / 0", needs: "print(y)" };
    folder = await folderOf(notebookFiles({ ...cells, bad: "y = x / 0" }));
    const { code, stdout, stderr } = await run("--jobs", "1");
    assert.equal(code, 1);
    assert.equal(stderr, "");
    assert.doesNotMatch(stdout, /[\u001b\r]/);
    assert.match(stdout, /^✓ first {2}[\d.]+ m?s\n {2}one\n {2}two\n {2}1\n/);
    assert.match(stdout, /\n✓ bar {2}[\d.]+ m?s\n {2}100 %\n/);
    assert.match(
      stdout,
      /\n✗ bad {2}failed after [^\n]+\n {2}Traceback[\s\S]*\n {2}ZeroDivisionError: division by zero\n/,
    );
    assert.match(stdout, /\n− needs {2}skipped\. [^\n]*bad/);
    assert.match(stdout, /\n2 executed, 0 cached, 1 failed, 1 skipped in [^\n]+\n$/);
    const again = await run("--jobs", "1");
    assert.match(again.stdout, /● first {2}cached, saves [\d.]+ m?s\n {2}one\n {2}two\n {2}1\n/);
  });

  it("says why a cell ran again", async () => {
    folder = await folderOf(notebookFiles({ a: "x = 1" }));
    await run();
    await folder.write("cells/a.py", "x = 2");
    assert.match((await run()).stdout, /✓ a {2}[\d.]+ m?s\. Its code changed: .*1.*2/);
  });

  it("ends quietly when its reader has gone", async () => {
    const cells = Object.fromEntries(Array.from({ length: 12 }, (_, n) => [`c${n}`, `print("x" * 60000)`]));
    folder = await folderOf(notebookFiles(cells));
    for (const format of ["human", "json"]) {
      const running = startStrata(["run", folder.path, "--python", python, "--format", format]);
      running.child.stdout?.once("data", () => running.child.stdout?.destroy());
      const ended = await running.ended;
      assert.equal(ended.signal, null);
      assert.equal(ended.stderr, "", format);
    }
  });

  describe("on a terminal", () => {
    const LONG =
      "values = [number for number in range(1000) if number % 7 == 0 and number % 11 != 0 and number % 13 != 5]";
    before(function () {
      if (!POSIX) this.skip();
    });

    async function onTerminal(columns: number, args: readonly string[], env: Record<string, string> = {}) {
      // What a person's terminal has: Node takes a machine that says CI for one that shows no colours.
      const { CI: _, NO_COLOR: __, FORCE_COLOR: ___, ...inherited } = process.env;
      const child = spawn(python, [PTY, String(columns), ...commandLine(...args)], {
        stdio: ["ignore", "pipe", "inherit"],
        env: { ...inherited, TERM: "xterm-256color", ...env },
      });
      let written = "";
      child.stdout.setEncoding("utf8").on("data", (chunk: string) => {
        written += chunk;
      });
      const [code] = (await once(child, "close")) as [number];
      return { code, written, screen: screenOf(written) };
    }

    it("is coloured, and nothing of the live line is left", async () => {
      const slow = 'import time\nprint("epoch 1 of 3", flush=True)\ntime.sleep(0.6)\nprint("done")';
      folder = await folderOf(notebookFiles({ slow, after: "print('after')" }));
      const { code, written, screen } = await onTerminal(70, ["run", folder.path, "--python", python, "--jobs", "1"]);
      assert.equal(code, 0);
      assert.match(written, /\u001b\[32m✓/);
      assert.match(written, /… 0\/2 {2}slow/);
      assert.match(written, /epoch 1 of 3[\s\S]*✓/, "the live line shows what was printed last");
      assert.match(screen[0] ?? "", /^✓ slow {2}[\d.]+ m?s$/);
      assert.deepEqual(screen.slice(1, 3), ["  epoch 1 of 3", "  done"]);
      assert.match(screen.slice(3).join("\n"), /^✓ after {2}[\d.]+ m?s\n {2}after\n2 executed, 0 cached in [^\n]+\n$/);
    });

    it("breaks long reasons between words, and no line is wider than the terminal", async () => {
      folder = await folderOf(notebookFiles({ long: LONG }));
      await onTerminal(60, ["run", folder.path, "--python", python]);
      await folder.write("cells/long.py", LONG.replace("1000", "2000"));
      for (const command of ["status", "explain", "run"]) {
        const more = command === "explain" ? ["long"] : [];
        const { screen } = await onTerminal(60, [command, folder.path, ...more, "--python", python]);
        const wide = screen.filter((line) => line.length > 60);
        assert.deepEqual(wide, [], screen.join("\n"));
        assert.match(screen.join(" ").replace(/\s+/g, " "), /Its code changed: “/);
      }
    });

    for (const [name, value] of [
      ["NO_COLOR", "1"],
      ["TERM", "dumb"],
    ] as const) {
      it(`has no colours with ${name}=${value}`, async () => {
        folder = await folderOf(notebookFiles({ a: "print(1)", bad: "1 / 0" }));
        const { code, written } = await onTerminal(80, ["run", folder.path, "--python", python], { [name]: value });
        assert.equal(code, 1);
        assert.doesNotMatch(written, /\u001b\[[\d;]*m/);
        if (name === "TERM") assert.ok(!written.includes("\u001b"), "a dumb terminal moves no cursor");
        const status = await onTerminal(80, ["status", folder.path, "--python", python], { [name]: value });
        assert.doesNotMatch(status.written, /\u001b/);
      });
    }
  });
});
