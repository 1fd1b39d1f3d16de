/** Processes that wait for cells where they are not forked, and what differs between systems, here with the system said to be another. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { startGuest } from "../../extension/host/harness/guest.ts";
import { MOST_AHEAD, memoryNow, roomAhead } from "../../extension/host/harness/room.ts";
import { createProcessRunner } from "../../extension/host/harness/runner.ts";
import { type ModalRunner, refusalOf, wayOf } from "../../extension/host/harness/runner-mode.ts";
import { startsAlike } from "../../extension/host/harness/same-start.ts";
import { sciencePython, testPython } from "./python-env.ts";
import { createRig, harness, type Rig } from "./rig.ts";

const SYSTEMS = ["linux", "darwin", "win32"] as const;
const ME = "import os\nprint(os.getpid())";

describe("processes that wait for cells", function () {
  this.timeout(60_000);
  let rig: Rig;
  let runner: ModalRunner;
  const waiting = async (count = 1): Promise<readonly number[]> => {
    for (;;) {
      const pids = runner.processes().spares.filter((pid) => pid !== undefined);
      if (pids.length >= count) return pids;
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  };
  before(async () => {
    rig = await createRig(await testPython(), "ahead");
    runner = rig.runner as ModalRunner;
  });
  after(() => rig.dispose());

  it("run one cell each, and are replaced", async () => {
    const before = await waiting();
    const first = Number((await rig.ok(ME)).stdout);
    assert.ok(before.includes(first));
    assert.ok(!(await waiting()).includes(first));
    assert.notEqual(Number((await rig.ok(ME)).stdout), first);
  });

  it("are not used up by cells of plain values, which leave them as they were", async () => {
    const look = `import os, sys\nprint(os.getpid(), sorted(vars(sys.modules['builtins'])), sys.path, sys.argv, sorted(n for n in sys.modules if 'strata_harness' not in n), sorted(os.environ), os.getcwd())`;
    const fresh = (await rig.ok(look)).stdout;
    // A cell that takes long is the last of its process, and on a busy machine any cell may.
    let before: readonly number[] = [];
    let kept = false;
    for (let round = 0; round < 50 && !kept; round += 1) {
      before = await waiting(MOST_AHEAD);
      for (const value of [round, -round]) assert.equal((await rig.ok(`x = ${value}\nprint(x)`)).stdout, `${value}\n`);
      const after = await waiting(MOST_AHEAD);
      kept = before.every((pid) => after.includes(pid));
    }
    const used = (await rig.ok(look)).stdout;
    assert.ok(kept && before.includes(Number.parseInt(used, 10)));
    assert.equal(used.slice(used.indexOf(" ")), fresh.slice(fresh.indexOf(" ")));
  });

  it("show a cell the modules and settings that a new process does", async () => {
    const plain = await createRig(await testPython(), "process");
    const look = (imports: string) =>
      `import sys\n${imports}\nimport os, warnings\nprint([name for name in sys.modules if not name.startswith('strata_harness')])\nprint(sorted(os.environ.items()), warnings.filters, sys.path, sys.meta_path[-3:], sys.argv)\nimport threading, signal, gc\nprint(threading.active_count(), signal.getsignal(signal.SIGINT), gc.isenabled())`;
    try {
      for (const imports of [
        "",
        "import json",
        "import asyncio",
        "import xml.etree.ElementTree",
        "import decimal, random",
      ]) {
        await waiting();
        const [here, there] = [await rig.ok(look(imports)), await plain.ok(look(imports))];
        // In which order, too; the harness's own modules are there before the cell in both.
        const [one, two] = [here, there].map(({ stdout }) =>
          stdout.replaceAll(/strata-harness-\w+/g, "ROOT").split("\n"),
        );
        const sorted = (text = "") => text.split(", ").sort();
        assert.deepEqual(sorted(one?.[0]), sorted(two?.[0]), imports);
        assert.deepEqual(one?.slice(1), two?.slice(1), imports);
      }
    } finally {
      await plain.dispose();
    }
  });

  it("may be killed while they wait or stop answering: the cell runs once", async () => {
    for (const signal of ["SIGKILL", "SIGSTOP"] as const) {
      const pids = await waiting();
      for (const pid of pids) process.kill(pid, signal);
      const log = join(rig.tmp, `seen-${signal}`);
      const running = rig.ok(`open(${JSON.stringify(log)}, 'a').write('once ')`);
      if (signal === "SIGSTOP") setTimeout(() => pids.map((pid) => process.kill(pid, "SIGKILL")), 50);
      await running;
      assert.equal(readFileSync(log, "utf8"), "once ");
    }
  });

  it("are not given a cell whose environment an import would have seen, or whose folder has a module of that name", async () => {
    const before = await waiting();
    const environ = { ...rig.environ, OMP_NUM_THREADS: "1" };
    assert.ok(!before.includes(Number((await rig.ok(ME, { environ })).stdout)));
    await waiting();
    await rig.file("asyncio.py", "mine = True");
    assert.equal((await rig.ok("import asyncio\nprint(asyncio.mine)")).stdout, "True\n");
    await rm(join(rig.folder, "asyncio.py"));
  });

  it("end with the runner, and say meanwhile what they have in memory", async () => {
    const pids = await waiting();
    assert.equal(runner.mode().kind, "ahead");
    assert.match(runner.mode().why, /as set.*started ahead/);
    await runner.dispose();
    assert.ok(pids.every(gone));
  });
});

describe("libraries in processes that wait", function () {
  this.timeout(60_000);
  let rig: Rig;
  before(async () => {
    rig = await createRig(await sciencePython(), "ahead");
  });
  after(() => rig.dispose());

  it("are in memory for the cells that need them, and invisible until they are imported", async () => {
    assert.ok((rig.runner as ModalRunner).mode().warm.includes("pandas"));
    const { stdout } = await rig.ok(
      "import sys, time\nprint('pandas' in sys.modules, 'numpy' in sys.modules)\nbegan = time.process_time()\nimport pandas as pd\nprint(time.process_time() - began < 0.1, pd.DataFrame({'a': [1, 2]}).a.sum(), pd.__spec__.name, 'matplotlib' in sys.modules)",
    );
    assert.equal(stdout, "False False\nTrue 3 pandas False\n");
  });
});

describe("on another system", function () {
  this.timeout(60_000);

  it("nothing is forked, and what is set counts", () => {
    const options = { python: "", harness: "", content: "", tmp: "" };
    const refusals = SYSTEMS.map((platform) => refusalOf({ ...options, platform }, "fork"));
    const other = "On this system cells are not forked.";
    assert.deepEqual(refusals, [undefined, other, other]);
    assert.equal(refusalOf({ ...options, platform: "linux" }, "ahead"), "Cells are not forked, as set.");
    const ways = [undefined, "ahead", "fresh", "nonsense"].map((text) => wayOf(options, { STRATA_PROCESSES: text }));
    assert.deepEqual(ways, ["fork", "ahead", "fresh", "fork"]);
    assert.equal(wayOf({ ...options, fork: false }, { STRATA_PROCESSES: "ahead" }), "fresh");
  });

  it("as many wait as there is room for", () => {
    const GB = 1e9;
    const table: readonly [total: number, free: number | undefined, each: number, count: number][] = [
      [16 * GB, 8 * GB, 0.3 * GB, 2],
      [16 * GB, 8 * GB, 1.5 * GB, 1],
      [16 * GB, 8 * GB, 2.5 * GB, 0],
      [16 * GB, 1 * GB, 0.3 * GB, 1],
      [16 * GB, 0.5 * GB, 0.3 * GB, 0],
      [4 * GB, undefined, 0.3 * GB, 1],
      [1 * GB, 1 * GB, 0.3 * GB, 0],
    ];
    for (const [total, free, each, count] of table) {
      assert.equal(
        roomAhead({ total, ...(free === undefined ? {} : { free }) }, each),
        count,
        `${total} ${free} ${each}`,
      );
    }
    assert.deepEqual(
      SYSTEMS.map((platform) => "free" in memoryNow(platform)),
      [true, false, true],
    );
  });

  it("variables count whose names differ in more than capitals", () => {
    const one = { Path: "x", PYTHONUTF8: "1", home: "a", Other: "1" };
    const other = { PATH: "x", PythonUtf8: "1", HOME: "a", OTHER: "2" };
    assert.deepEqual(
      SYSTEMS.map((platform) => startsAlike(one, other, [], platform)),
      [false, false, true],
    );
    assert.equal(startsAlike(one, other, ["OTHER"], "win32"), false);
  });

  for (const platform of SYSTEMS) {
    it(`cells run, ask, show their output and are interrupted: ${platform}`, async () => {
      const rig = await createRig(await testPython(), "process", (options) =>
        createProcessRunner({ ...options, platform, ahead: () => ["json"] }),
      );
      try {
        await (rig.runner as ReturnType<typeof createProcessRunner>).prepare(rig.environ);
        const { stdout } = await rig.ok("import sys\nprint(input('?'))\nprint('err', file=sys.stderr)\nprint('end')", {
          onEvent: (event) => event.type === "input" && event.reply("yes"),
        });
        assert.equal(stdout, "yes\nend\n");
        const stopping = new AbortController();
        const { error } = await rig.fails("import time\nprint('go', flush=True)\nwhile True: time.sleep(0.01)", {
          signal: stopping.signal,
          onEvent: (event) => event.type === "stream" && stopping.abort(),
        });
        assert.equal(error.name, "KeyboardInterrupt");
        assert.doesNotMatch(error.message, /did not stop/);
      } finally {
        await rig.dispose();
      }
    });

    it(`processes that wait end with their host: ${platform}`, async () => {
      const folder = await mkdtemp(join(tmpdir(), "strata-host-"));
      const script = join(folder, "host.ts");
      const from = (path: string): string => JSON.stringify(join(import.meta.dirname, path));
      await writeFile(
        script,
        `import { createProcessRunner } from ${from("../../extension/host/harness/runner.ts")};
const options = ${JSON.stringify({ python: await testPython(), harness, content: folder, tmp: folder, platform })};
const runner = createProcessRunner({ ...options, ahead: () => ["json"] });
await runner.prepare(process.env);
console.log(JSON.stringify(runner.waiting()));
setInterval(() => {}, 1000);`,
      );
      const host = spawn(process.execPath, [script], { stdio: ["ignore", "pipe", "inherit"] });
      const pids = await new Promise<number[]>((resolve) =>
        host.stdout.once("data", (text) => resolve(JSON.parse(String(text)))),
      );
      assert.ok(pids.length > 0 && pids.every((pid) => existsSync(`/proc/${pid}`)));
      host.kill("SIGKILL");
      // Fails by the test's time limit.
      while (!pids.every(gone)) await new Promise((resolve) => setTimeout(resolve, 20));
      await rm(folder, { recursive: true, force: true });
    });
  }

  it("a cell that computes ends with its host where the kernel sends only SIGIO, as on macOS", async () => {
    const script = `
import fcntl, os, sys, time
del fcntl.F_SETSIG
sys.path.insert(0, sys.argv[1])
from strata_harness import leash
if os.fork() == 0:
    os.setsid()
    assert leash.attach_started(int(sys.argv[2])) is not None
    print(os.getpid(), flush=True)
    while True: pass`;
    const child = spawn(await testPython(), ["-c", script, harness, "4"], {
      stdio: ["ignore", "pipe", "inherit", "ignore", "pipe"],
    });
    const pid = await new Promise<number>((resolve) => child.stdout?.once("data", (text) => resolve(Number(text))));
    assert.ok(!gone(pid));
    (child.stdio[4] as import("node:net").Socket).destroy();
    while (!gone(pid)) await new Promise((resolve) => setTimeout(resolve, 10));
  });

  it("a guest on Windows is ended together with what it started, by taskkill", async () => {
    const folder = await mkdtemp(join(tmpdir(), "strata-taskkill-"));
    const said = join(folder, "said");
    await writeFile(
      join(folder, "taskkill"),
      `#!/bin/sh\necho "$@" > ${said}.part && mv ${said}.part ${said}\nkill -9 $2\n`,
    );
    await chmod(join(folder, "taskkill"), 0o755);
    const path = process.env.PATH;
    process.env.PATH = `${folder}${delimiter}${path}`;
    try {
      const guest = startGuest({
        python: await testPython(),
        harness,
        environ: { PATH: path ?? "" },
        platform: "win32",
      });
      await guest.greeting;
      guest.kill();
      assert.equal((await guest.ended).signal, "SIGKILL");
      assert.equal(readFileSync(said, "utf8"), `/pid ${guest.pid()} /t /f\n`);
    } finally {
      process.env.PATH = path;
      await rm(folder, { recursive: true, force: true });
    }
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
