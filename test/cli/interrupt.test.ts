/** Ctrl-C and its kin: exit status 130, every cell accounted for, and nothing left running. */
import assert from "node:assert/strict";
import { chmod } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { testPython } from "../harness/python-env.ts";
import {
  cellOf,
  executed,
  type Folder,
  folderOf,
  notebookFiles,
  type Running,
  runJson,
  startStrata,
  strata,
} from "./rig.ts";
import { checkLines } from "./schema.ts";
import { openWitness, type Witness } from "./witness.ts";

describe("interrupting a run", () => {
  let witness: Witness;
  let folder: Folder;
  let python: string;
  before(async function () {
    if (process.platform === "win32") this.skip();
    python = await testPython();
  });
  beforeEach(async () => {
    witness = await openWitness();
  });
  afterEach(async () => {
    await witness.close();
    await folder.remove();
  });
  /** Resolves when a cell has said the word, and fails when the command ended before. */
  const said = (word: string, { ended }: Running): Promise<void> =>
    Promise.race([witness.heard(word), ended.then((end) => assert.fail(`ended too early: ${JSON.stringify(end)}`))]);
  const json = () => startStrata(["run", folder.path, "--python", python, "--format", "json"]);

  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    it(`${signal} ends the cell and what it started, and tells of every cell`, async () => {
      // The connection is held by the cell and by the process that it started: it closes when both are gone.
      const slow = `print(one, flush=True)
${witness.cell("running")}import subprocess, sys, time
witness.set_inheritable(True)
subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"], close_fds=False)
witness.sendall(b"ready\\n")
time.sleep(600)
made = 1`;
      folder = await folderOf(notebookFiles({ first: "one = 1", slow, needs: "print(made)", note: "" }));
      const running = json();
      await said("ready", running);
      running.child.kill(signal);
      const ended = await running.ended;
      assert.equal(ended.code, 130, ended.stderr);
      await witness.gone("ready");
      const run = { ...ended, lines: checkLines(ended.stdout) };
      assert.equal(cellOf(run, "first").status, "ok");
      assert.equal(cellOf(run, "slow").error?.name, "KeyboardInterrupt");
      assert.equal(cellOf(run, "slow").stdout, "1\n");
      assert.equal(cellOf(run, "needs").status, "skipped");
      assert.equal(run.lines.at(-1)?.type, "summary");

      const status = await strata(["status", folder.path, "--python", python, "--format", "json"]);
      assert.match(status.stdout, /"id":"slow"[^\n]*"validity":"(stale|failed)"[^\n]*interrupted/);
    });
  }

  it("keeps what had ended before", async () => {
    const slow = `print(one)\n${witness.cell("running")}witness.recv(99)\ndel witness`;
    folder = await folderOf(notebookFiles({ first: "one = 1", slow }));
    const running = json();
    await said("running", running);
    running.child.kill("SIGINT");
    assert.equal((await running.ended).code, 130);
    const again = json();
    await witness.gone("running");
    await folder.write("cells/slow.py", "print(one)");
    again.child.kill("SIGKILL");
    await again.ended;
    assert.deepEqual(executed(await runJson([folder.path, "--python", python])), ["slow"]);
  });

  it("a second Ctrl-C ends a cell at once that does not stop by itself", async () => {
    const stubborn = `${witness.cell("running")}import time
while True:
    try:
        witness.sendall(b"listening\\n")
        time.sleep(600)
    except KeyboardInterrupt:
        witness.sendall(b"ignored\\n")`;
    folder = await folderOf(notebookFiles({ stubborn }));
    const running = json();
    await said("listening", running);
    running.child.kill("SIGINT");
    await said("ignored", running);
    running.child.kill("SIGINT");
    const ended = await running.ended;
    assert.equal(ended.code, 130);
    // It did not wait for the cell, so it has nothing to say of it.
    assert.deepEqual(checkLines(ended.stdout), []);
    await witness.gone("ignored");
  });

  it("a cell that does not stop by itself is ended after a while", async () => {
    const stubborn = `${witness.cell("running")}import time
while True:
    try:
        witness.sendall(b"listening\\n")
        time.sleep(600)
    except KeyboardInterrupt:
        pass`;
    folder = await folderOf(notebookFiles({ stubborn }));
    const running = json();
    await said("listening", running);
    running.child.kill("SIGINT");
    const ended = await running.ended;
    assert.equal(ended.code, 130);
    const run = { ...ended, lines: checkLines(ended.stdout) };
    assert.match(cellOf(run, "stubborn").error?.message ?? "", /did not stop/);
    await witness.gone("listening");
  });

  it("stops uv while it makes the environment", async () => {
    folder = await folderOf({
      ...notebookFiles({ a: "print('a')" }),
      "pyproject.toml": '[project]\nname = "x"\nversion = "0.1.0"\ndependencies = []\n',
      "bin/uv": `#!${process.execPath}
if (process.argv.includes("--version")) console.log("uv 99.0.0");
else {
  console.error("Resolving for ever");
  const socket = require("node:net").connect(${witness.port}, "127.0.0.1", () => socket.write("syncing\\n"));
}
`,
    });
    await chmod(join(folder.path, "bin/uv"), 0o755);
    const env = { PATH: `${join(folder.path, "bin")}${delimiter}${process.env.PATH ?? ""}` };
    const running = startStrata(["run", folder.path, "--format", "json"], { env });
    await said("syncing", running);
    running.child.kill("SIGINT");
    const ended = await running.ended;
    assert.deepEqual([ended.code, ended.stdout], [130, ""]);
    assert.match(ended.stderr, /Resolving for ever[\s\S]*cancelled/);
    await witness.gone("syncing");
  });
});
