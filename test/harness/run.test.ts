import assert from "node:assert/strict";
import { digestOf } from "../../extension/host/store/digest.ts";
import { testPython } from "./python-env.ts";
import { bind, createRig, leftIn, type Rig, RUNNERS } from "./rig.ts";

for (const kind of RUNNERS)
  describe(`running a cell (${kind})`, function () {
    this.timeout(60_000);
    let rig: Rig;
    before(async () => {
      rig = await createRig(await testPython(), kind);
    });
    after(() => rig.dispose());

    it("shows the last expression, and nothing after a semicolon or for None", async () => {
      const displays = async (source: string) => {
        const { events } = await rig.ok(source);
        return events.flatMap((event) =>
          event.type === "display" ? event.data.map((item) => ("text" in item ? item.text : item.digest)) : [],
        );
      };
      assert.deepEqual(await displays("x = 20\nx + 1"), ["21"]);
      assert.deepEqual(await displays("x = 20\nx + 1;  # quiet"), []);
      assert.deepEqual(await displays("'é';'ö' ;"), []);
      assert.deepEqual(await displays("print('a')"), []);
      assert.deepEqual(await displays("display(1)\ndisplay(2, 3)\n4"), ["1", "2", "3", "4"]);
    });

    it("runs like a script: name, file, folder, path, arguments", async () => {
      const { stdout } = await rig.ok(
        "import os, sys\nprint(__name__, __file__, os.getcwd(), sys.path[0], sys.argv, sys.modules['__main__'].__dict__ is globals())",
      );
      assert.equal(
        stdout,
        `__main__ ${rig.folder}/cells/cell.py ${rig.folder} ${rig.folder} ['${rig.folder}/cells/cell.py'] True\n`,
      );
      const clean = await rig.ok("import sys\nprint([p for p in sys.path if 'python-harness' in p])");
      assert.equal(clean.stdout, "[]\n");
    });

    it("awaits at the top level", async () => {
      const { stdout, values } = await rig.ok(
        "import asyncio\nasync def f(n):\n    await asyncio.sleep(0)\n    return n\nx = await f(3)\nasync with asyncio.Lock():\n    print(x)\nawait f(4)",
        { ownImports: ["asyncio"] },
      );
      assert.equal(stdout, "3\n");
      assert.ok(values.some((value) => value.variables[0]?.name === "x"));
    });

    it("keeps text and displays in the order in which the cell made them", async () => {
      const { events } = await rig.ok(
        "import sys\nfor i in range(3):\n    print('out', i)\n    print('err', i, file=sys.stderr)\n    display(i)\nprint('end', end='')",
        { ownImports: ["sys"] },
      );
      const said = events.map((event) =>
        event.type === "stream"
          ? `${event.name}:${event.text}`
          : event.type === "display"
            ? JSON.stringify(event.data[0])
            : "",
      );
      const expected = [0, 1, 2].flatMap((i) => [
        `stdout:out ${i}\n`,
        `stderr:err ${i}\n`,
        JSON.stringify({ mime: "text/plain", text: String(i) }),
      ]);
      assert.deepEqual(said, [...expected, "stdout:end"]);
    });

    it("captures what C code and child processes print", async () => {
      const { stdout, stderr } = await rig.ok(
        "import ctypes, os, subprocess, sys\nprint('py')\nos.write(1, b'fd\\n')\nsubprocess.run([sys.executable, '-c', 'import sys; print(\"child\"); sys.stderr.write(\"bad\")'])\nprint('after')",
      );
      assert.equal(stdout, "py\nfd\nchild\nafter\n");
      assert.equal(stderr, "bad");
    });

    it("streams while the cell runs", async () => {
      const { stdout } = await rig.ok("print('ready')\ninput()\nprint('done')", {
        onEvent(event) {
          if (event.type === "input") event.reply("");
        },
      });
      assert.equal(stdout, "ready\ndone\n");
      let seen = "";
      const stop = new AbortController();
      const { result } = await rig.run("import time\nprint('half', end='', flush=True)\nwhile True: time.sleep(0.01)", {
        signal: stop.signal,
        onEvent(event) {
          if (event.type === "stream") seen += event.text;
          if (seen === "half") stop.abort();
        },
      });
      assert.equal(result.status, "interrupted");
    });

    it("decodes characters that arrive in parts, and shows bytes that are not text as such", async () => {
      const { stdout } = await rig.ok(
        "import os, time\nfor b in 'é€😀'.encode():\n    os.write(1, bytes([b])); time.sleep(0.03)\nos.write(1, b'\\xff\\n')",
      );
      assert.equal(stdout, "é€😀\ufffd\n");
    });

    it("takes a flood of 50 MB", async () => {
      const { stdout } = await rig.ok("line = 'x' * 99\nfor _ in range(5000):\n    print('\\n'.join([line] * 100))");
      assert.equal(stdout.length, 5000 * 100 * 100);
    });

    it("stores the whole log of a cell that prints much, and of no other", async () => {
      const { stdout, events } = await rig.ok(
        "for n in range(80000): print('line', n)\nimport sys\nprint('few', file=sys.stderr)",
      );
      const logs = events.filter((event) => event.type === "log");
      assert.deepEqual(
        logs.map(({ name }) => name),
        ["stdout"],
      );
      const bytes = await rig.read(logs[0]?.digest ?? "");
      assert.equal(bytes.toString("utf8"), stdout);
      assert.equal(digestOf(bytes), logs[0]?.digest);
      assert.deepEqual(leftIn(rig.tmp), []);
    });

    it("asks for input, for passwords, and reports the end of input", async () => {
      const asked: unknown[] = [];
      const { stdout, sample } = await rig.ok(
        "import getpass\na = input('name? ')\nb = getpass.getpass('secret? ')\ntry:\n    input()\nexcept EOFError as e:\n    print('eof')\nprint(a, b)",
        {
          ownImports: ["getpass"],
          onEvent(event) {
            if (event.type !== "input") return;
            asked.push([event.prompt, event.password]);
            event.reply(event.prompt === "" ? undefined : event.prompt === "name? " ? "Zoë" : "pw");
          },
        },
      );
      assert.equal(stdout, "eof\nZoë pw\n");
      assert.deepEqual(asked, [
        ["name? ", false],
        ["secret? ", true],
        ["", false],
      ]);
      assert.deepEqual(sample, ["input"]);
    });

    it("ends as a script does with sys.exit", async () => {
      await rig.ok("import sys\nx = 1\nsys.exit()", { ownImports: ["sys"] });
      const { error } = await rig.fails("import sys\nsys.exit('no data')");
      assert.deepEqual([error.name, error.message, error.line], ["SystemExit", "no data", 2]);
    });

    it("is not kept from ending by threads, child processes and forks", async () => {
      const { stdout } = await rig.ok(
        "import threading, time, subprocess, os, sys\nthreading.Thread(target=time.sleep, args=(1000,)).start()\nsubprocess.Popen(['sleep', '1000'])\npid = os.fork()\nif pid == 0:\n    print('child')\n    display('from the child')\nelse:\n    os.waitpid(pid, 0)\n    print('parent')",
      );
      assert.equal(stdout, "child\nparent\n");
      const pool = await rig.ok(
        "import multiprocessing as mp\ndef f(x): return x * x\nwith mp.get_context('fork').Pool(2) as p: print(p.map(f, range(4)))",
      );
      assert.equal(pool.stdout, "[0, 1, 4, 9]\n");
    });

    it("compiles with the future features the cell asks for", async () => {
      const { stdout } = await rig.ok(
        "from __future__ import annotations\ndef f(x: nothing): pass\nprint(f.__annotations__)",
      );
      assert.equal(stdout, "{'x': 'nothing'}\n");
    });

    it("gives the child the environment of the job and nothing else", async () => {
      const { stdout } = await rig.ok(
        "import os\nprint(os.environ.get('ONE'), os.environ.get('HOME'), hash('a') == hash('a'))",
        {
          environ: { ONE: "1", PATH: process.env.PATH ?? "" },
        },
      );
      assert.equal(stdout, "1 None True\n");
    });

    it("runs cells side by side", async () => {
      const both = await Promise.all([1, 2, 3].map((n) => rig.ok(`x = ${n}\nprint(x)`)));
      assert.deepEqual(
        both.map(({ stdout }) => stdout),
        ["1\n", "2\n", "3\n"],
      );
    });

    it("passes values from cell to cell", async () => {
      const first = await rig.ok("x = [1, {'a': (2, 3)}]\ny = 'text'");
      const { stdout } = await rig.ok("print(x, y)", { bindings: bind(first) });
      assert.equal(stdout, "[1, {'a': (2, 3)}] text\n");
    });
  });
