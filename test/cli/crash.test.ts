/** Every way in which a cell can end badly, through the real command: said plainly, and never the end of the others. */
import assert from "node:assert/strict";
import { testPython } from "../harness/python-env.ts";
import { cellOf, folderOf, notebookFiles, runJson, summaryOf } from "./rig.ts";

interface Crash {
  readonly source: string;
  readonly error: string;
  /** In the message, which is for the user. */
  readonly message: RegExp;
  readonly line?: number;
  /** In the traceback. */
  readonly traceback?: readonly RegExp[];
  readonly stdout?: string;
}

const posix = process.platform !== "win32";

const CRASHES: Readonly<Record<string, Crash>> = {
  "an exception": {
    source: 'print("before")\nraise ValueError("no such colour: mauve")',
    error: "ValueError",
    message: /^no such colour: mauve$/,
    line: 2,
    traceback: [/cells\/bad\.py", line 2/, /raise ValueError\("no such colour: mauve"\)/],
    stdout: "before\n",
  },
  "a syntax error": {
    source: 'print("never")\nvalues = [1, 2\nmore = 3',
    error: "SyntaxError",
    message: /./,
    traceback: [/cells\/bad\.py", line [23]/],
  },
  "an exit of the script": {
    source: 'import sys\nprint("before")\nsys.exit("enough")',
    error: "SystemExit",
    message: /enough/,
    line: 3,
    stdout: "before\n",
  },
  "an exception in an exception's handler": {
    source: "try:\n    {}['key']\nexcept KeyError:\n    1 / 0",
    error: "ZeroDivisionError",
    message: /division by zero/,
    line: 4,
    traceback: [/KeyError: 'key'/, /During handling of the above exception/],
  },
  "an exception whose text cannot be made": {
    source: 'class Odd(Exception):\n    def __str__(self):\n        raise RuntimeError("no text")\n\n\nraise Odd()',
    error: "Odd",
    message: /^/,
    line: 6,
  },
  "recursion without end": {
    source: "def deeper(n):\n    return deeper(n + 1)\n\n\ndeeper(0)",
    error: "RecursionError",
    message: /recursion/,
    line: 2,
  },
  "no memory left for a value": {
    source: "import resource\n\nresource.setrlimit(resource.RLIMIT_AS, (1 << 30, 1 << 30))\nbig = bytearray(1 << 34)",
    error: "MemoryError",
    message: /^/,
    line: 4,
  },
  "a process ended by the system, as when memory runs out": {
    source: 'import os, signal\nprint("before", flush=True)\nos.kill(os.getpid(), signal.SIGKILL)',
    error: "CellCrashed",
    message: /killed \(SIGKILL\).*memory/,
    stdout: "before\n",
  },
  "a crash in compiled code": {
    source: 'import ctypes\nprint("before", flush=True)\nctypes.string_at(0)',
    error: "CellCrashed",
    message: /SIGSEGV/,
    stdout: "before\n",
  },
  "an abort in compiled code": {
    source: "import os\nos.abort()",
    error: "CellCrashed",
    message: /SIGABRT/,
  },
  "the end of the process": {
    source: 'import os\nprint("before", flush=True)\nos._exit(7)',
    error: "CellCrashed",
    message: /exit status 7/,
    stdout: "before\n",
  },
  "the end of the process with status 0": {
    source: "import os\nos._exit(0)",
    error: "CellCrashed",
    message: /exit status 0/,
  },
  "more time than its annotation allows": {
    source: '# @timeout 0.5\nimport time\n\nprint("before", flush=True)\nwhile True:\n    time.sleep(0.05)',
    error: "CellTimeout",
    message: /more than 0\.5 seconds.*@timeout/,
    stdout: "before\n",
  },
  "a question that nobody answers": {
    source: 'name = input("Your name? ")',
    error: "EOFError",
    message: /./,
    line: 1,
  },
};

describe("a cell that ends badly", () => {
  for (const [what, crash] of Object.entries(CRASHES)) {
    it(what, async function () {
      if (!posix && /resource|SIG/.test(`${crash.source}${crash.message}`)) return this.skip();
      const folder = await folderOf(
        notebookFiles({ good: "kept = 1", bad: crash.source, needs: "print(kept, after)", apart: 'print("apart")' }),
      );
      try {
        await folder.write("cells/bad.py", `${crash.source}\nafter = 1\n`);
        const run = await runJson([folder.path, "--python", await testPython()]);
        assert.equal(run.code, 1, run.stderr);
        assert.equal(run.stderr, "");
        const bad = cellOf(run, "bad");
        assert.equal(bad.status, "error");
        assert.equal(bad.error?.name, crash.error, JSON.stringify(bad, undefined, 1));
        assert.match(bad.error?.message ?? "", crash.message);
        assert.equal(bad.stdout, crash.stdout ?? "");
        if (crash.line !== undefined) assert.equal(bad.error?.line, crash.line, bad.error?.traceback);
        for (const part of crash.traceback ?? []) assert.match(bad.error?.traceback ?? "", part);
        assert.doesNotMatch(bad.error?.traceback ?? "", /strata_harness/, "frames of ours are no help");
        assert.equal(cellOf(run, "good").status, "ok");
        assert.equal(cellOf(run, "needs").status, "skipped");
        assert.match(cellOf(run, "needs").reason, /bad/);
        assert.equal(cellOf(run, "apart").stdout, "apart\n");
        const { failed, skipped, executed } = summaryOf(run);
        assert.deepEqual({ failed, skipped, executed }, { failed: 1, skipped: 1, executed: 2 });
      } finally {
        await folder.remove();
      }
    });
  }

  it("shows the frames of both cells, with file and source line", async () => {
    const folder = await folderOf(
      notebookFiles({
        tools: '# helpers\n\n\ndef ratio(a, b):\n    """a per b"""\n    return a / b',
        use: "total = 10\nshare = ratio(total, 0)",
      }),
    );
    try {
      const run = await runJson([folder.path, "--python", await testPython()]);
      const { error } = cellOf(run, "use");
      assert.equal(error?.line, 2);
      assert.match(error?.traceback ?? "", /cells\/use\.py", line 2, in <module>\n\s+share = ratio\(total, 0\)/);
      assert.match(error?.traceback ?? "", /cells\/tools\.py", line 6, in ratio\n\s+return a \/ b/);
    } finally {
      await folder.remove();
    }
  });

  it("runs again the next time, and its failure is told until then", async () => {
    const folder = await folderOf(notebookFiles({ bad: "1 / 0", after: "print(2)" }));
    try {
      const args = [folder.path, "--python", await testPython()];
      assert.equal((await runJson(args)).code, 1);
      const again = await runJson(args);
      assert.equal(again.code, 1);
      assert.equal(cellOf(again, "bad").status, "error");
      assert.equal(cellOf(again, "after").cache_hit, true);
      await folder.write("cells/bad.py", "1 / 1");
      assert.equal((await runJson(args)).code, 0);
    } finally {
      await folder.remove();
    }
  });
});
