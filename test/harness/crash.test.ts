import assert from "node:assert/strict";
import { chmod, mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createProcessRunner } from "../../extension/host/harness/runner.ts";
import { testPython } from "./python-env.ts";
import { createRig, harness, leftIn, type Rig, RUNNERS } from "./rig.ts";

for (const kind of RUNNERS)
  describe(`a cell that does not end well (${kind})`, function () {
    this.timeout(60_000);
    let rig: Rig;
    before(async () => {
      rig = await createRig(await testPython(), kind);
    });
    after(() => rig.dispose());

    const crashes: readonly (readonly [what: string, code: string, message: RegExp])[] = [
      ["a segmentation fault", "import ctypes\nctypes.string_at(0)", /SIGSEGV.*compiled code/],
      ["os._exit", "import os\nos._exit(3)", /exit status 3.*os\._exit/],
      ["os._exit(0)", "import os\nos._exit(0)", /exit status 0/],
      ["a kill from outside", "import os, signal\nos.kill(os.getpid(), signal.SIGKILL)", /SIGKILL.*memory/],
      ["an abort", "import os\nos.abort()", /SIGABRT/],
      ["a signal", "import os, signal\nos.kill(os.getpid(), signal.SIGTERM)", /SIGTERM/],
    ];
    for (const [what, code, message] of crashes) {
      it(`says what happened after ${what}, and keeps the text before it`, async () => {
        const { error, stdout, status } = await rig.fails(`print('before')\n${code}`);
        assert.equal(status, "error");
        assert.equal(error.name, "CellCrashed");
        assert.match(error.message, message);
        assert.equal(stdout, "before\n");
      });
    }

    it("shows where Python was in a segmentation fault", async () => {
      const { stderr } = await rig.fails("import ctypes\ndef f():\n    ctypes.string_at(0)\nf()");
      assert.match(stderr, /Fatal Python error: Segmentation fault/);
      assert.match(stderr, /cell\.py", line 3 in f/);
    });

    it("reports a MemoryError as an ordinary error", async () => {
      const { error } = await rig.fails("x = bytearray(1 << 62)");
      assert.equal(error.name, "MemoryError");
      assert.equal(error.line, 1);
    });

    it("reports endless recursion", async () => {
      const { error } = await rig.fails("def f(): return f()\nf()");
      assert.equal(error.name, "RecursionError");
      assert.ok(error.traceback.length < 10_000);
    });

    const loops: readonly (readonly [what: string, code: string])[] = [
      ["a busy loop", "print('go', flush=True)\nwhile True: pass"],
      ["time.sleep", "import time\nprint('go', flush=True)\ntime.sleep(1000)"],
      ["input", "print('go', flush=True)\ninput()"],
      ["await", "import asyncio\nprint('go', flush=True)\nawait asyncio.sleep(1000)"],
      ["a child process", "import subprocess\nprint('go', flush=True)\nsubprocess.run(['sleep', '1000'])"],
    ];
    for (const [what, code] of loops) {
      it(`interrupts ${what}`, async () => {
        const stop = new AbortController();
        const { error, status } = await rig.fails(code, {
          signal: stop.signal,
          onEvent: (event) => event.type === "stream" && stop.abort(),
        });
        assert.equal(status, "interrupted");
        assert.equal(error.name, "KeyboardInterrupt");
        assert.ok(error.line !== undefined && error.traceback.includes("cell.py"), error.traceback);
      });
    }

    it("ends code that swallows the interrupt, and whatever it started", async () => {
      const stop = new AbortController();
      const { error, status, stdout } = await rig.fails(
        "import subprocess\np = subprocess.Popen(['sleep', '1000'], start_new_session=False)\nfirst = True\nwhile True:\n    try:\n        if first:\n            first = False\n            print(p.pid, flush=True)\n        while True: pass\n    except KeyboardInterrupt:\n        print('no')",
        { signal: stop.signal, onEvent: (event) => event.type === "stream" && stop.abort() },
      );
      assert.equal(status, "interrupted");
      assert.match(error.message, /did not stop within 3 seconds/);
      assert.match(stdout, /no/);
      // Nothing reaps an orphan in some containers: dead and waiting to be reaped counts as gone.
      const state = await readFile(`/proc/${Number.parseInt(stdout, 10)}/stat`, "utf8").catch(() => ") gone");
      assert.match(state, /\) (Z|X|gone)/);
    });

    it("does not take the partial result of code that caught the interrupt", async () => {
      const stop = new AbortController();
      const { status } = await rig.fails(
        "print('go', flush=True)\ntry:\n    while True: pass\nexcept KeyboardInterrupt:\n    x = 1",
        { signal: stop.signal, onEvent: (event) => event.type === "stream" && stop.abort() },
      );
      assert.equal(status, "interrupted");
    });

    it("does not start what was cancelled before", async () => {
      const { status, stdout } = await rig.fails("print('ran')", { signal: AbortSignal.abort() });
      assert.deepEqual([status, stdout], ["interrupted", ""]);
    });

    it("stops at the time limit and says where it is set", async () => {
      const { error, status } = await rig.fails("x = 1\nwhile True: pass", { timeout: 0.3 });
      assert.equal(status, "error");
      assert.equal(error.name, "CellTimeout");
      assert.match(error.message, /more than 0\.3 seconds.*@timeout.*notebook\.toml/);
      assert.equal(error.line, 2);
      await rig.ok("x = 1", { timeout: 1000 });
    });

    it("says why Python cannot be started", async () => {
      const folder = join(rig.tmp, "bad");
      await mkdir(folder, { recursive: true });
      const fake = join(folder, "python");
      await writeFile(fake, "#!/bin/sh\necho 'no such thing as a snake' >&2\nexit 4\n");
      await chmod(fake, 0o755);
      const cases: readonly (readonly [python: string, message: RegExp])[] = [
        ["/nowhere/python", /ENOENT/],
        [fake, /no such thing as a snake/],
        ["/bin/cat", /cat/],
      ];
      for (const [python, message] of cases) {
        const runner = createProcessRunner({ python, harness, content: rig.content, tmp: rig.tmp });
        const result = await runner.run(
          {
            cell: "c",
            name: "c",
            file: "/c.py",
            source: "1",
            folder: rig.folder,
            bindings: [],
            definitions: {},
            ownDefinitions: {},
            ownImports: [],
            ambient: {},
            environ: { PATH: process.env.PATH ?? "" },
            seed: "0",
          },
          () => {},
          new AbortController().signal,
        );
        await runner.dispose();
        assert.ok(result.status === "error");
        assert.equal(result.error.name, "PythonUnavailable");
        assert.match(result.error.message, message);
      }
    });

    it("is never taken for one that printed nothing when its log is removed", async () => {
      const removes = `import glob, os\nfor name in glob.glob(${JSON.stringify(join(rig.tmp, "run-*"))}): os.remove(name)\nprint("seen")`;
      const { result, stdout } = await rig.run(removes);
      // Somebody who has opened the file before can still read it.
      if (result.status === "ok") assert.equal(stdout, "seen\n");
      else assert.equal(result.error.name, "OutputLost");
    });

    it("leaves no log files behind", () => {
      assert.deepEqual(
        leftIn(rig.tmp).filter((name) => name.startsWith("run-")),
        [],
      );
    });

    it("shows tracebacks as Python prints them, without the harness", async () => {
      const { error } = await rig.fails(
        "def inner(x):\n    return 1 / x\n\ndef outer():\n    return inner(0)\n\nouter()",
      );
      const file = join(rig.folder, "cells/cell.py");
      assert.deepEqual([error.name, error.message, error.line], ["ZeroDivisionError", "division by zero", 2]);
      assert.ok(
        error.traceback.startsWith(
          `Traceback (most recent call last):\n  File "${file}", line 7, in <module>\n    outer()`,
        ),
      );
      assert.ok(!error.traceback.includes("strata_harness"));
      assert.deepEqual(
        error.frames.map(({ cell, line, function: name, text }) => [cell, line, name, text]),
        [
          ["cell", 7, "<module>", "outer()"],
          ["cell", 5, "outer", "return inner(0)"],
          ["cell", 2, "inner", "return 1 / x"],
        ],
      );
    });

    it("shows chained and syntax errors", async () => {
      const chained = await rig.fails("try:\n    {}['a']\nexcept KeyError as e:\n    raise ValueError('bad') from e");
      assert.match(chained.error.traceback, /KeyError: 'a'\n\nThe above exception was the direct cause/);
      assert.equal(chained.error.line, 4);
      const syntax = await rig.fails("x = 1\nif x\n  pass");
      assert.deepEqual([syntax.error.name, syntax.error.line], ["SyntaxError", 2]);
      assert.match(syntax.error.traceback, /line 2\n {4}if x/);
      const late = await rig.fails("x = 1\nreturn x");
      assert.deepEqual([late.error.name, late.error.line], ["SyntaxError", 2]);
      const group = await rig.fails("await __import__('asyncio').sleep(0)\nraise KeyError('k')");
      assert.ok(!group.error.traceback.includes("asyncio"), group.error.traceback);
    });
  });
