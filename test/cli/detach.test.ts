/** `strata run --detach`, and back to it: the run outlives whoever started it, runs nothing twice, and can be followed and stopped. */
import assert from "node:assert/strict";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { testPython } from "../harness/python-env.ts";
import { type Folder, folderOf, notebookFiles, startStrata, strata } from "./rig.ts";
import { checkLines } from "./schema.ts";
import { openWitness, type Witness } from "./witness.ts";

describe("a run in the background", () => {
  let witness: Witness;
  let folder: Folder;
  let python: string;
  before(async () => {
    python = await testPython();
  });
  beforeEach(async () => {
    witness = await openWitness();
    folder = await folderOf(
      notebookFiles({
        first: "print('one')\none = 1",
        slow: `print('begun', flush=True)\n${witness.cell("running")}witness.recv(99)\ndel witness\nprint(one + 1)`,
      }),
    );
  });
  afterEach(async () => {
    await witness.close();
    await folder.remove();
  });
  const detach = async () => {
    const { code, stdout, stderr } = await strata([
      "run",
      folder.path,
      "--python",
      python,
      "--detach",
      "--format",
      "json",
    ]);
    assert.equal(code, 0, stderr);
    return JSON.parse(stdout) as { type: string; run: string; pid: number };
  };
  const attach = (...more: string[]) => ["attach", folder.path, ...more, "--python", python, "--format", "json"];

  it("goes on after the command has ended, is followed from its beginning, and ends with its own exit status", async () => {
    const { type, run } = await detach();
    assert.equal(type, "detached");
    await witness.heard("running");
    const following = startStrata(attach());
    witness.answer("running");
    const { code, stdout, stderr } = await following.ended;
    assert.equal(code, 0, stderr);
    const lines = checkLines(stdout);
    assert.deepEqual(
      lines.map((line) => (line.type === "cell" ? [line.id, line.stdout] : line.executed)),
      [["first", "one\n"], ["slow", "begun\n2\n"], 2],
    );
    // Its story can be read again, and what it made is reused.
    assert.equal((await strata(attach(run))).stdout, stdout);
    const again = await strata(["run", folder.path, "--python", python]);
    assert.match(again.stdout, /0 executed, 2 cached/);
  });

  it("shows what a running cell has printed, and Ctrl-C leaves it going", async function () {
    if (process.platform === "win32") this.skip();
    await detach();
    await witness.heard("running");
    const following = startStrata(["attach", folder.path, "--python", python]);
    assert.ok(following.child.stdout !== null);
    const [line] = (await once(createInterface(following.child.stdout), "line")) as [string];
    assert.match(line, /first/);
    following.child.kill("SIGINT");
    const left = await following.ended;
    assert.equal(left.code, 130);
    assert.match(left.stderr, /The run goes on\. End it with strata stop /);
    witness.answer("running");
    assert.equal((await strata(attach())).code, 0);
  });

  it("is stopped, tells of every cell, and keeps what had ended", async () => {
    await detach();
    await witness.heard("running");
    const stopped = await strata(["stop", folder.path]);
    assert.equal(stopped.code, 0, stopped.stderr);
    await witness.gone("running");
    const { code, stdout } = await strata(attach());
    assert.equal(code, 130);
    assert.match(stdout, /"id":"slow".*KeyboardInterrupt/);
    const again = await strata(["stop", folder.path]);
    assert.deepEqual([again.code, /has ended already/.test(again.stderr)], [2, true]);
  });

  it("is not started twice", async () => {
    await detach();
    await witness.heard("running");
    const second = await strata(["run", folder.path, "--python", python, "--detach"]);
    assert.equal(second.code, 2);
    assert.match(second.stderr, /goes on already, since .*strata attach .*strata stop /);
    await strata(["stop", folder.path]);
  });

  it("that was killed is told of as such, and the next run does the rest", async () => {
    const { pid } = await detach();
    await witness.heard("running");
    process.kill(pid, "SIGKILL");
    const { code, stdout, stderr } = await strata(attach());
    assert.equal(code, 1);
    assert.match(stdout, /"id":"first"/);
    assert.match(stderr, /was ended before it was done/);
  });

  it("whose environment cannot be made says so at once, or to whoever follows it", async () => {
    const started = await strata(["run", folder.path, "--python", "/no/such/python", "--detach"]);
    const followed = await strata(attach());
    assert.deepEqual([followed.code, /no\/such\/python/.test(followed.stderr)], [2, true]);
    // Depending on which was quicker.
    assert.ok(started.code === 0 || /no\/such\/python/.test(started.stderr), started.stderr);
  });

  it("is asked for where there is none", async () => {
    for (const command of ["attach", "stop"]) {
      const { code, stderr } = await strata([command, folder.path]);
      assert.deepEqual([code, /Start one with strata run .* --detach/.test(stderr)], [2, true], command);
    }
  });
});
