/** A run that outlives its host: it goes on, once, and the next host gets all of its story. */
import assert from "node:assert/strict";
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type CellJob, type JobEvent, LEAVE } from "../../extension/core/run/model.ts";
import { createRunner } from "../../extension/host/harness/forking-runner.ts";
import { forgetOldKept, listKept } from "../../extension/host/harness/keep.ts";
import { testPython } from "./python-env.ts";
import { harness, leftIn, RUNNERS } from "./rig.ts";

describe("the story of a run that outlives its host", () => {
  it("ends where the disk was full, and the run then ends with its host", async () => {
    const folder = await mkdtemp(join(tmpdir(), "strata-story-"));
    const script = `import os, sys
sys.path.insert(0, ${JSON.stringify(harness)})
from strata_harness.keeping import Keeper
keeper = Keeper({"folder": ${JSON.stringify(folder)}, "after": 0})
keeper.note(b"one ")
write = os.write
def full(fd, data):
    raise OSError(28, "No space left on device")
os.write = full
keeper.note(b"two ")
os.write = write
keeper.note(b"three ")
open(os.path.join(${JSON.stringify(folder)}, "guest.json"), "w").close()
keeper.abandoned()
print("goes on")`;
    const { status, stdout, stderr } = spawnSync(await testPython(), ["-c", script], { encoding: "utf8" });
    assert.deepEqual([status, stdout, stderr, readFileSync(join(folder, "frames"), "utf8")], [1, "", "", "one "]);
    await rm(folder, { recursive: true });
  });
});

describe("what kept runs have left", () => {
  it("is removed when nobody has come back for it, and never of one that goes on", async () => {
    const folder = await mkdtemp(join(tmpdir(), "strata-left-"));
    const day = 24 * 3_600_000;
    const dead = spawnSync("true").pid;
    const left = { gone: { pid: dead }, alive: { pid: process.pid }, unnamed: undefined } as const;
    const make = async (): Promise<void> => {
      for (const [name, kept] of Object.entries(left)) {
        await mkdir(join(folder, name), { recursive: true });
        await writeFile(join(folder, name, "frames"), "");
        if (kept !== undefined) {
          await writeFile(join(folder, name, "guest.json"), JSON.stringify({ folder: "/n", began: "", ...kept }));
        }
      }
    };
    const leftAfter = async (days: number): Promise<readonly string[]> => {
      await make();
      await forgetOldKept({ folder, afterMs: 0 }, Date.now() + days * day);
      return readdirSync(folder).sort();
    };
    assert.deepEqual(await leftAfter(0), ["alive", "gone", "unnamed"]);
    assert.deepEqual(await leftAfter(2), ["alive", "gone"]);
    assert.deepEqual(await leftAfter(31), ["alive"]);
    await rm(folder, { recursive: true });
  });
});

for (const kind of RUNNERS) {
  describe(`a long run and its host (${kind})`, function () {
    this.timeout(60_000);
    let root: string;
    let python: string;
    const hosts: ChildProcess[] = [];
    before(async () => {
      python = await testPython();
    });
    beforeEach(async () => {
      root = await mkdtemp(join(tmpdir(), "strata-keep-"));
      for (const name of ["notebook", "content", "tmp", "keep"]) await mkdir(join(root, name));
    });
    afterEach(async () => {
      for (const host of hosts.splice(0)) host.kill("SIGKILL");
      // A run that a failed test left.
      for (const kept of await listKept({ folder: join(root, "keep"), afterMs: 0 }, join(root, "notebook"))) {
        try {
          process.kill(-kept.pid, "SIGKILL");
        } catch {
          // It has ended.
        }
      }
      await rm(root, { recursive: true, force: true });
    });

    const jobOf = (source: string): CellJob => ({
      cell: "slow",
      name: "slow",
      file: join(root, "notebook", "slow.py"),
      source,
      folder: join(root, "notebook"),
      bindings: [],
      definitions: {},
      ownDefinitions: {},
      ownImports: [],
      ambient: {},
      environ: { PATH: process.env.PATH ?? "", HOME: root },
      seed: "2a",
    });
    const optionsOf = (afterMs: number | undefined) => ({
      python,
      harness,
      content: join(root, "content"),
      tmp: join(root, "tmp"),
      fork: kind === "zygote",
      keeping: { folder: join(root, "keep"), afterMs },
    });
    /** A host in a process of its own, which runs the job and prints what happens. */
    const startHost = async (source: string, afterMs: number): Promise<ChildProcess> => {
      const script = join(root, "host.ts");
      const from = (path: string) => JSON.stringify(join(import.meta.dirname, "../..", path));
      await writeFile(
        script,
        `import { createRunner } from ${from("extension/host/harness/forking-runner.ts")};
const runner = createRunner(${JSON.stringify(optionsOf(afterMs))});
const job = ${JSON.stringify(jobOf(source))};
await runner.prepare(job.environ);
const abort = new AbortController();
process.on("SIGTERM", () => abort.abort(${JSON.stringify(LEAVE)}));
const result = await runner.run(job, (event) => console.log(JSON.stringify(event)), abort.signal);
console.log(JSON.stringify(result));
await runner.dispose();
process.exit(0);`,
      );
      const host = spawn(process.execPath, ["--disable-warning=ExperimentalWarning", script], {
        stdio: ["ignore", "pipe", "inherit"],
      });
      hosts.push(host);
      return host;
    };
    const untilKept = async (host: ChildProcess): Promise<void> => {
      await once(host.stdout ?? host, "data");
      while ((await listKept({ folder: join(root, "keep"), afterMs: 0 }, join(root, "notebook"))).length === 0) {
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
    };
    const joinFrom = async (source: string, more: Partial<CellJob> = {}) => {
      const runner = createRunner(optionsOf(undefined));
      const events: JobEvent[] = [];
      try {
        const result = await runner.run(
          { ...jobOf(source), ...more },
          (event) => events.push(event),
          new AbortController().signal,
        );
        return { result, events, text: events.map((event) => (event.type === "stream" ? event.text : "")).join("") };
      } finally {
        await runner.dispose();
      }
    };
    const waits = (gate: string) =>
      `import os, time\nopen('log', 'a').write('once ')\nprint('begun')\ndisplay('shown')\nwhile not os.path.exists(${JSON.stringify(gate)}):\n    time.sleep(0.01)\nprint('done')\nanswer = 42\nos.environ.get('HOME')`;

    for (const [how, signal] of [
      ["is killed", "SIGKILL"],
      ["lets go of it", "SIGTERM"],
    ] as const) {
      it(`goes on when its host ${how}, and the next one gets all of it`, async () => {
        const gate = join(root, "gate");
        const source = waits(gate);
        const host = await startHost(source, 1);
        await untilKept(host);
        host.kill(signal);
        await once(host, "exit");
        const joining = joinFrom(source);
        await writeFile(gate, "");
        const { result, events, text } = await joining;
        assert.equal(result.status, "ok", JSON.stringify(result));
        assert.equal(text, "begun\ndone\n");
        assert.deepEqual(
          events.map((event) => event.type).filter((type) => type === "display"),
          ["display", "display"],
        );
        assert.ok(
          result.status === "ok" &&
            result.values.some(({ variables }) => variables.some(({ name }) => name === "answer")),
        );
        assert.deepEqual(
          result.observed.filter((seen) => seen.kind === "file" && seen.path.includes("keep")),
          [],
        );
        assert.equal(readFileSync(join(root, "notebook", "log"), "utf8"), "once ");
        assert.deepEqual([readdirSync(join(root, "keep")), leftIn(join(root, "tmp"))], [[], []]);
      });
    }

    it("may end before the next host comes", async () => {
      const source = `print('begun')\nimport time\ntime.sleep(0.5)\nprint('done')`;
      const host = await startHost(source, 1);
      await untilKept(host);
      host.kill("SIGKILL");
      await once(host, "exit");
      const [kept] = await listKept({ folder: join(root, "keep"), afterMs: 0 }, join(root, "notebook"));
      assert.ok(kept !== undefined);
      while (existsSync(`/proc/${kept.pid}`)) await new Promise((resolve) => setTimeout(resolve, 10));
      const { result, text } = await joinFrom(source, { onlyJoin: true });
      assert.deepEqual([result.status, text], ["ok", "begun\ndone\n"]);
    });

    it("is not started by a host that only looks for it", async () => {
      const { result, events } = await joinFrom("open('log', 'a').write('once ')", { onlyJoin: true });
      assert.deepEqual([result.status, events], ["left", []]);
      assert.deepEqual(readdirSync(join(root, "notebook")), []);
    });

    it("is interrupted by the host that joined it", async () => {
      const source = waits(join(root, "never"));
      const host = await startHost(source, 1);
      await untilKept(host);
      host.kill("SIGKILL");
      await once(host, "exit");
      const runner = createRunner(optionsOf(undefined));
      const abort = new AbortController();
      const result = await runner.run(jobOf(source), (event) => event.type === "stream" && abort.abort(), abort.signal);
      await runner.dispose();
      assert.equal(result.status, "interrupted");
      assert.deepEqual(readdirSync(join(root, "keep")), []);
    });

    it("is not kept before its time: another host begins anew", async () => {
      const gate = join(root, "gate");
      const source = waits(gate);
      const host = await startHost(source, 600_000);
      await once(host.stdout ?? host, "data");
      host.kill("SIGKILL");
      await once(host, "exit");
      await writeFile(gate, "");
      const { result } = await joinFrom(source);
      assert.equal(result.status, "ok");
      assert.equal(readFileSync(join(root, "notebook", "log"), "utf8"), "once once ");
    });

    it("leaves nothing when its host stays", async () => {
      const host = await startHost("print('x')\nimport time\ntime.sleep(0.3)", 1);
      await once(host, "exit");
      assert.deepEqual([readdirSync(join(root, "keep")), leftIn(join(root, "tmp"))], [[], []]);
    });
  });
}
