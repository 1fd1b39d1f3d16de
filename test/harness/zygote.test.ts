/** What the zygote must not change, and what must not be left behind when one of the processes is killed. */
import assert from "node:assert/strict";
import { execFile, spawn } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { createRunner } from "../../extension/host/harness/forking-runner.ts";
import type { ModalRunner } from "../../extension/host/harness/runner-mode.ts";
import { openVerdicts } from "../../extension/host/harness/verdicts.ts";
import { sciencePython, testPython } from "./python-env.ts";
import { createRig, harness, type Rig, RUNNERS } from "./rig.ts";

const PARENT = "import os\nprint(os.getppid())";

(RUNNERS.includes("zygote") ? describe : describe.skip)("the process that forks the cells", function () {
  this.timeout(120_000);
  let rig: Rig;
  let runner: ModalRunner;
  let environ: Record<string, string>;
  beforeEach(async () => {
    rig = await createRig(await testPython(), "zygote");
    runner = rig.runner as ModalRunner;
    environ = Object.fromEntries(Object.entries(process.env).map(([name, value]) => [name, value ?? ""]));
  });
  afterEach(() => rig.dispose());

  const forked = async (): Promise<boolean> => {
    const zygote = runner.processes().zygote;
    return (await rig.ok(PARENT)).stdout === `${zygote}\n`;
  };
  const spares = async (count: number): Promise<readonly number[]> => {
    for (;;) {
      const found = runner.processes().spares.filter((pid) => pid !== undefined);
      if (found.length >= count) return found;
      await new Promise((resolve) => setImmediate(resolve));
    }
  };

  it("runs a cell in its own child, with one more waiting", async () => {
    assert.equal(await forked(), true);
    assert.equal((await spares(2)).length, 2);
  });

  it("is replaced when it was killed, and no run is lost", async () => {
    const zygote = runner.processes().zygote ?? 0;
    process.kill(zygote, "SIGKILL");
    await rig.ok("x = 1");
    await rig.ok("x = 1");
    await runner.prepare(environ);
    assert.notEqual(runner.processes().zygote, zygote);
    assert.equal(await forked(), true);
  });

  it("may be killed while a cell runs: the cell goes on, once, and its result arrives", async () => {
    const log = join(rig.tmp, "seen");
    const { stdout } = await rig.ok(
      `import os\nopen(${JSON.stringify(log)}, 'a').write('once ')\nprint('go')\nanswer = input()\nprint(answer)`,
      {
        onEvent(event) {
          if (event.type !== "input") return;
          process.kill(runner.processes().zygote ?? 0, "SIGKILL");
          event.reply("still here");
        },
      },
    );
    assert.equal(stdout, "go\nstill here\n");
    assert.equal(readFileSync(log, "utf8"), "once ");
  });

  it("may lose its waiting children, and the next cell runs once", async () => {
    for (let round = 0; round < 5; round += 1) {
      for (const pid of await spares(2)) process.kill(pid, "SIGKILL");
      const log = join(rig.tmp, `seen-${round}`);
      await rig.ok(`open(${JSON.stringify(log)}, 'a').write('once ')`);
      assert.equal(readFileSync(log, "utf8"), "once ");
    }
  });

  it("hands the job to a process of its own when a waiting child has stopped answering and is killed", async () => {
    const [first] = await spares(2);
    assert.ok(first !== undefined);
    process.kill(first, "SIGSTOP");
    const log = join(rig.tmp, "seen");
    const running = rig.ok(`open(${JSON.stringify(log)}, 'a').write('once ')`);
    setTimeout(() => process.kill(first, "SIGKILL"), 50);
    await running;
    assert.equal(readFileSync(log, "utf8"), "once ");
  });

  it("says how a killed cell ended", async () => {
    const { error } = await rig.fails(`${PARENT}\nos.kill(os.getpid(), 9)`);
    assert.match(error.message, /SIGKILL.*memory/);
  });

  it("leaves nothing behind after many runs", async () => {
    await rig.ok("x = 1");
    await spares(2);
    const before = readdirSync("/proc/self/fd").length;
    for (let round = 0; round < 300; round += 1) await rig.ok(`${round % 2 === 0 ? "import os\n" : ""}x = ${round}`);
    const zygote = runner.processes().zygote ?? 0;
    const children = (): string[] => readFileSync(`/proc/${zygote}/task/${zygote}/children`, "utf8").trim().split(" ");
    // One that comes back may take the place of one that was just forked: what counts is that nobody else stays.
    const waiting = async (): Promise<string> => (await spares(2)).map(String).sort().join();
    while (children().sort().join() !== (await waiting())) await new Promise((go) => setTimeout(go, 20));
    const zygoteFds = readdirSync(`/proc/${zygote}/fd`).length;
    assert.ok(zygoteFds < 12, `${zygoteFds} descriptors in the zygote`);
    for (let left = 100; readdirSync("/proc/self/fd").length > before + 4 && left > 0; left -= 1) {
      await new Promise((go) => setTimeout(go, 20));
    }
    const after = readdirSync("/proc/self/fd").length;
    assert.ok(after <= before + 4, `${before} descriptors before, ${after} after`);
    // At most those of the two children that wait.
    const files = readdirSync(rig.tmp);
    assert.ok(files.length <= 4, files.join());
  });

  it("leaves no log files behind, neither used nor unused ones, also where their folder was made anew meanwhile", async () => {
    const own = await createRig(await testPython(), "zygote");
    try {
      await own.ok("import os\nprint(1)");
      while (readdirSync(own.tmp).length < 4) await new Promise((go) => setTimeout(go, 20));
      await rm(own.tmp, { recursive: true });
      await mkdir(own.tmp);
      assert.equal((await own.ok("import os\nprint(2)")).stdout, "2\n");
      // Those of the other child that waits are gone.
      while (readdirSync(own.tmp).length < 2) await new Promise((go) => setTimeout(go, 20));
      await own.runner.dispose();
      assert.deepEqual(readdirSync(own.tmp), []);
    } finally {
      await own.dispose();
    }
  });

  it("runs cells of plain values one after the other in the same child, which they leave as it was", async () => {
    const script =
      "import os, sys\nprint(os.getpid(), sorted(vars(sys.modules['builtins'])), sys.path, sys.argv, sorted(sys.modules), sys.stdout.fileno(), sorted(os.environ), os.getcwd())";
    const fresh = await rig.ok(script);
    // Most of them: on a busy machine one may have taken too long to share its child.
    let shared = 0;
    let last: number | undefined;
    let digest = "";
    for (let round = 0; round < 30 || last === undefined; round += 1) {
      const bindings = digest === "" ? [] : [{ kind: "value" as const, name: "x", digest, variable: "x" }];
      const { values, stdout } = await rig.ok(`x = ${digest === "" ? "0" : "x + 1"}\nprint(x)\n[x] * 2`, { bindings });
      assert.equal(stdout, `${round}\n`);
      digest = values[0]?.digest ?? "";
      const [first] = await spares(2);
      if (first === last) shared += 1;
      last = first;
    }
    assert.ok(shared >= 15, `${shared} of 30 cells ran in the child of the one before`);
    const used = await rig.ok(script);
    assert.equal(Number.parseInt(used.stdout, 10), last);
    assert.equal(used.stdout.slice(used.stdout.indexOf(" ")), fresh.stdout.slice(fresh.stdout.indexOf(" ")));
    assert.equal(used.result.status, "ok");
  });

  it("gives no second cell to a child whose cell failed, did more than compute, or took long", async () => {
    for (const source of ["1 / 0", "import json", "x = sum(range(10_000_000))"]) {
      const before = await spares(2);
      await rig.run(source);
      for (;;) {
        const now = await spares(2);
        if (!now.includes(before[0] ?? 0)) break;
        await new Promise((go) => setTimeout(go, 5));
      }
    }
  });

  it("runs cells side by side", async () => {
    const ran = await Promise.all([1, 2, 3, 4, 5, 6].map((n) => rig.ok(`print(${n})`)));
    assert.deepEqual(
      ran.map(({ stdout }) => stdout),
      ["1\n", "2\n", "3\n", "4\n", "5\n", "6\n"],
    );
  });

  it("keeps what one cell does to its process from the next", async () => {
    await rig.ok(
      "import os, sys, json, signal, gc, threading\nos.environ['LEAK'] = '1'\nos.chdir('/')\nsys.path.append('/leak')\njson.leak = 1\nsignal.signal(signal.SIGINT, signal.SIG_IGN)\ngc.disable()\nimport builtins\nbuiltins.leak = 1\nthreading.Thread(target=threading.Event().wait, daemon=True).start()",
    );
    const { stdout } = await rig.ok(
      "import os, sys, json, signal, gc, threading, builtins\nprint(os.environ.get('LEAK'), os.getcwd() == sys.path[0], '/leak' in sys.path, hasattr(json, 'leak'), signal.getsignal(signal.SIGINT) is signal.default_int_handler, signal.getsignal(signal.SIGCHLD) == signal.SIG_DFL, gc.isenabled(), hasattr(builtins, 'leak'), threading.active_count())",
    );
    assert.equal(stdout, "None True False False True True True False 1\n");
  });

  it("shows a cell the same modules and settings as a process of its own does", async () => {
    const look = (imports: string) =>
      `import sys\n${imports}\nimport os, warnings\nprint(sorted(name for name in sys.modules if not name.startswith('strata_harness')))\nprint(sorted(os.environ.items()))\nprint(warnings.filters)\nprint(sys.path, sys.meta_path[-3:])`;
    const plain = await createRig(await testPython(), "process");
    try {
      for (const imports of [
        "",
        "import json",
        "import asyncio",
        "import xml.etree.ElementTree",
        "import decimal, random",
      ]) {
        const here = await rig.ok(look(imports));
        const there = await plain.ok(look(imports));
        const [one, two] = [here, there].map(({ stdout }) => stdout.replaceAll(/strata-harness-\w+/g, "ROOT"));
        assert.equal(one, two, imports);
      }
    } finally {
      await plain.dispose();
    }
  });

  it("imports a module of the folder although an installed one of its name is in memory", async () => {
    await rig.file("asyncio.py", "mine = True");
    const { stdout } = await rig.ok("import asyncio\nprint(asyncio.mine)");
    assert.equal(stdout, "True\n");
  });

  it("imports a module of a folder that was put before the installed ones", async () => {
    await mkdir(join(rig.folder, "lib"));
    await rig.file("lib/asyncio.py", "mine = True");
    const { stdout } = await rig.ok("import sys\nsys.path.insert(0, 'lib')\nimport asyncio\nprint(asyncio.mine)");
    assert.equal(stdout, "True\n");
  });

  it("lets a cell fork, use processes and look for modules", async () => {
    // A process that is started afresh imports the file of the cell.
    await rig.file("cells/cell.py", "");
    const { stdout } = await rig.ok(
      "import multiprocessing, os, sys, importlib.util, runpy\nfrom concurrent.futures import ProcessPoolExecutor\nwith multiprocessing.get_context('fork').Pool(2) as pool:\n    print(pool.map(abs, [-1, -2]))\nwith ProcessPoolExecutor(1, mp_context=multiprocessing.get_context('spawn')) as pool:\n    print(pool.submit(abs, -3).result())\npid = os.fork()\nif pid == 0:\n    os._exit(7)\nprint(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))\nprint(importlib.util.find_spec('asyncio').origin.endswith('__init__.py'), 'asyncio' in sys.modules, importlib.util.find_spec('nope'))",
    );
    assert.equal(stdout, "[1, 2]\n3\n7\nTrue False None\n");
  });

  it("does not take a job whose environment an import would have seen", async () => {
    const { stdout } = await rig.ok(PARENT, { environ: { ...environ, OMP_NUM_THREADS: "1", PYTHONWARNINGS: "error" } });
    assert.notEqual(stdout, `${runner.processes().zygote}\n`);
    assert.equal(
      (await rig.ok(PARENT, { environ: { ...environ, MINE: "1" } })).stdout,
      `${runner.processes().zygote}\n`,
    );
  });

  it("does without a library whose import leaves threads, reads the user's files or fails, and says so", async () => {
    const packages = join(rig.tmp, "site-packages");
    await mkdir(packages);
    const note = join(rig.folder, "note.txt");
    await writeFile(note, "");
    await writeFile(
      join(packages, "threads_stay.py"),
      "import threading\nthreading.Thread(target=threading.Event().wait, daemon=True).start()\n",
    );
    await writeFile(join(packages, "reads_files.py"), `open(${JSON.stringify(note)}).read()\n`);
    await writeFile(join(packages, "breaks.py"), "1 / 0\n");
    await writeFile(
      join(packages, "sets_things.py"),
      "import os, warnings\nos.environ['SET_THINGS'] = '1'\nwarnings.filterwarnings('ignore', 'set things')\n",
    );
    const wanted = ["threads_stay", "reads_files", "breaks", "sets_things", "not_installed"];
    const other = createRunner({
      python: await testPython(),
      harness,
      content: rig.content,
      tmp: rig.tmp,
      warm: () => wanted,
    });
    const mine = { ...environ, PYTHONPATH: packages };
    await other.prepare(mine);
    const { kind, warm, unfit } = other.mode();
    assert.deepEqual(
      [kind, warm, Object.keys(unfit).sort()],
      ["zygote", ["sets_things"], ["breaks", "reads_files", "threads_stay"]],
    );
    assert.match(unfit.threads_stay ?? "", /threads/);
    const texts: string[] = [];
    const job = {
      cell: "c",
      name: "c",
      file: join(rig.folder, "c.py"),
      folder: rig.folder,
      bindings: [],
      definitions: {},
      ownDefinitions: {},
      ownImports: [],
      ambient: {},
      environ: mine,
      seed: "0",
    };
    const source =
      "import os, warnings\nset_up = lambda: (os.environ.get('SET_THINGS'), 'set things' in str(warnings.filters))\nprint(set_up())\nimport sets_things\nprint(set_up())\nimport threads_stay, reads_files";
    const result = await other.run(
      { ...job, source },
      (event) => event.type === "stream" && texts.push(event.text),
      new AbortController().signal,
    );
    await other.dispose();
    assert.equal(result.status, "ok");
    assert.equal(texts.join(""), "(None, False)\n('1', True)\n");
  });

  it("remembers what was found out about an environment for a week", async () => {
    let now = 1_000_000;
    const verdicts = openVerdicts(join(rig.tmp, "storage"), "python", () => now);
    assert.equal(verdicts.read(), undefined);
    verdicts.write("It hangs.");
    assert.equal(verdicts.read(), "It hangs.");
    assert.equal(openVerdicts(join(rig.tmp, "storage"), "another python", () => now).read(), undefined);
    const other = createRunner({ python: await testPython(), harness, content: rig.content, tmp: rig.tmp, verdicts });
    await other.prepare(environ);
    const { kind, why } = other.mode();
    await other.dispose();
    assert.equal(kind, "ahead");
    assert.match(why, /^It hangs\. Each has a process of its own/);
    now += 8 * 24 * 3600 * 1000;
    assert.equal(verdicts.read(), undefined);
  });

  for (const [order, late] of [
    ["at once", false],
    ["and learns it after its waiting children have ended", true],
  ] as const) {
    it(`ends with the host, together with the cells that it runs, ${order}`, async () => {
      const folder = await mkdtemp(join(tmpdir(), "strata-host-"));
      const script = join(folder, "host.ts");
      await writeFile(
        script,
        `import { createRig } from ${JSON.stringify(join(import.meta.dirname, "rig.ts"))};
const rig = await createRig(${JSON.stringify(await testPython())}, "zygote");
await rig.run("import os\\nprint(os.getpid(), end='', flush=True)\\nwhile True: pass", {
  onEvent: async (event) => {
    if (event.type !== "stream") return;
    while (rig.runner.processes().spares.length < 2) await new Promise((resolve) => setImmediate(resolve));
    const { zygote, spares } = rig.runner.processes();
    console.log(JSON.stringify({ zygote, cell: Number(event.text), spares }));
  },
});`,
      );
      const host = spawn(process.execPath, [script], { stdio: ["ignore", "pipe", "inherit"] });
      const { zygote, cell, spares } = await new Promise<{ zygote: number; cell: number; spares: number[] }>(
        (resolve) => host.stdout.once("data", (text) => resolve(JSON.parse(String(text)))),
      );
      const pids = [zygote, cell, ...spares];
      assert.ok(
        pids.every((pid) => existsSync(`/proc/${pid}`)),
        String(pids),
      );
      // Fails by the test's time limit.
      const ended = async (some: readonly number[]) => {
        while (!some.every(gone)) await new Promise((resolve) => setTimeout(resolve, 20));
      };
      if (late) process.kill(zygote, "SIGSTOP");
      host.kill("SIGKILL");
      if (late) {
        await ended(spares);
        process.kill(zygote, "SIGCONT");
      }
      await ended(pids);
      await rm(folder, { recursive: true, force: true });
    });
  }
});

(RUNNERS.includes("zygote") ? describe : describe.skip)("the run that nobody sees", function () {
  this.timeout(60_000);

  it("succeeds, and leaves the process as it was", async () => {
    const script = `
import builtins, json, os, sys, warnings
sys.path.insert(0, sys.argv[1])
from strata_harness.rehearsal import rehearse
sys.path.pop(0)
look = lambda: [str(item) for item in (
    sys.path, sys.argv, [repr(finder) for finder in sys.meta_path], sorted(vars(builtins)), sorted(os.environ.items()),
    type(os.environ).__qualname__, os.getcwd(), id(sys.stdout), id(sys.modules["__main__"]), sorted(vars(warnings)),
    [os.fstat(fd).st_ino for fd in (0, 1, 2)], sorted(os.listdir("/dev/fd")), repr(warnings.filters),
)]
before = look()
rehearse()
rehearse()
after = look()
print([item for item, was in zip(after, before) if item != was])`;
    const { stdout } = await promisify(execFile)(await testPython(), ["-c", script, harness], {
      env: { ...process.env, PYTHONHASHSEED: "0" },
    });
    assert.equal(stdout, "[]\n");
  });
});

(RUNNERS.includes("zygote") ? describe : describe.skip)("libraries that are in memory ahead of the cells", function () {
  this.timeout(120_000);
  let rig: Rig;
  before(async () => {
    rig = await createRig(await sciencePython(), "zygote");
  });
  after(() => rig.dispose());

  it("are invisible until the cell imports them, and then complete", async () => {
    // Whether polars may be among them depends on its version: some start a thread that stays.
    const warm = (rig.runner as ModalRunner).mode().warm.filter((name) => name !== "polars");
    assert.deepEqual(warm, ["asyncio", "matplotlib.pyplot", "numpy", "pandas", "pyarrow"]);
    const { stdout } = await rig.ok(
      "import sys\nprint([name for name in ('numpy', 'pandas', 'matplotlib', 'random', 'decimal') if name in sys.modules])\nimport numpy\nprint('numpy.random' in sys.modules, 'pandas' in sys.modules)\nimport matplotlib\nprint('matplotlib.pyplot' in sys.modules, hasattr(matplotlib, 'pyplot'))\nimport matplotlib.pyplot\nprint(matplotlib.pyplot.get_backend(), hasattr(matplotlib, 'pyplot'))\nimport pandas\nimport pandas as pd, numpy as np\nprint(pd.__spec__.name, type(pd.__spec__.loader).__name__, pd.DataFrame({'a': [1, 2]}).a.sum(), np is numpy)\nimport importlib, inspect\nprint(len(inspect.getsource(pandas)) > 100)",
    );
    assert.equal(
      stdout,
      "[]\nFalse False\nFalse False\nmodule://strata_harness.figures True\npandas SourceFileLoader 3 True\nTrue\n",
    );
  });

  it("are shared memory, not copies", async () => {
    const { stdout } = await rig.ok(
      "import pandas\nrollup = {line.split(':')[0]: line.split()[1] for line in open('/proc/self/smaps_rollup') if ' kB' in line}\nprint(int(rollup['Private_Dirty']) < int(rollup['Rss']) / 2)",
    );
    assert.equal(stdout, "True\n");
  });

  it("draw the same numbers in every cell with the same seed, and others with another", async () => {
    const draw = "import random, numpy\nprint(random.random(), numpy.random.rand())";
    const [one, two, three] = [await rig.ok(draw), await rig.ok(draw), await rig.ok(draw, { seed: "2b" })];
    assert.equal(one.stdout, two.stdout);
    assert.notEqual(one.stdout, three.stdout);
  });
});

/** Ended, or ended and not yet asked about by its parent. */
function gone(pid: number): boolean {
  try {
    return /\) Z/.test(readFileSync(`/proc/${pid}/stat`, "utf8"));
  } catch {
    return true;
  }
}
