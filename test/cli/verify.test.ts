/** `strata verify` by the real command: what is the same, what differs, what is not compared, and what is kept of it. */
import assert from "node:assert/strict";
import { testPython } from "../harness/python-env.ts";
import { type Folder, folderOf, notebookFiles, runJson, strata } from "./rig.ts";

interface VerifyLine {
  readonly type: "verify";
  readonly id: string;
  readonly status: string;
  readonly differs: readonly string[];
  readonly reason: string;
}

const CELLS: Readonly<Record<string, string>> = {
  steady: "xs = [1, 2, 3]\nprint(xs)\nopen('kept.txt', 'w').write('same')",
  object: "class A:\n    pass\na = A()\nprint(a)\na",
  process: "# @name by process\nimport os\npid = os.getpid()\nother = 1\nprint('pid', pid)",
  // What compiled code asks about files is not observed.
  fails: "import ctypes\nif ctypes.CDLL(None).access(b'fail.txt', 0) == 0:\n    raise ValueError\nprint('fine')",
  file: "import os\nwith open('out.txt', 'w') as f:\n    n = f.write('x' + str(os.getpid()))\nn = 0",
  shown: "import os\nos.getpid()",
  setting: "import os\nos.environ['STRATA_PID'] = str(os.getpid())",
  clock: "import time\nt = time.time()",
  uses: "total = sum(xs)\ntotal",
  never: "1 / 0",
  "note.md": "text",
};

describe("strata verify", () => {
  let folder: Folder;
  let python: string;
  before(async () => {
    python = await testPython();
    folder = await folderOf(notebookFiles(CELLS));
    await runJson([folder.path, "--python", python]);
  });
  after(() => folder.remove());

  async function verify(...args: readonly string[]) {
    const ended = await strata(["verify", folder.path, "--python", python, "--format", "json", ...args]);
    const lines = ended.stdout
      .split("\n")
      .slice(0, -1)
      .map((line) => JSON.parse(line));
    const summary = lines.pop();
    return { ...ended, lines: lines as VerifyLine[], summary };
  }

  it("tells what comes out differently, and keeps it with the result", async () => {
    await folder.write("fail.txt", "");
    const { code, lines, summary, stderr } = await verify();
    assert.equal(stderr, "");
    assert.deepEqual(
      Object.fromEntries(lines.map(({ id, status, differs }) => [id, [status, ...differs].join(": ")])),
      {
        steady: "same",
        object: "same",
        process: "differs: pid: what it printed",
        file: "differs: the file out.txt",
        shown: "differs: what it showed",
        setting: "differs: the setting os.environ",
        clock: "sample",
        uses: "same",
        fails: "differs: how it ended (ValueError)",
        never: "skipped",
      },
    );
    assert.deepEqual(summary, { type: "summary", same: 3, differs: 5, skipped: 2 });
    assert.equal(code, 1);

    const status = await strata(["status", folder.path, "--python", python, "--format", "json"]);
    const process = status.stdout.split("\n").map((line) => (line === "" ? {} : JSON.parse(line)))[2];
    assert.deepEqual([process.validity, process.differs], ["fresh", ["pid", "what it printed"]]);
    const explained = await strata(["explain", folder.path, "by process", "--python", python]);
    assert.match(
      explained.stdout,
      /Not reproducible: run again with the same inputs, pid and what it printed came out/,
    );
    const human = await strata(["status", folder.path, "--python", python]);
    assert.match(human.stdout, /by process .*Not reproducible/);
    assert.match(human.stdout, /clock .*One sample of many.*the clock/);
  });

  it("takes the cells named, samples too, and some by chance", async () => {
    const one = await verify("--cell", "steady");
    assert.deepEqual([one.code, one.lines.map(({ id }) => id)], [0, ["steady"]]);
    const sample = await verify("--cell", "clock");
    assert.deepEqual([sample.code, sample.lines[0]?.differs], [1, ["t"]]);
    const some = await verify("--sample", "2");
    assert.equal(some.lines.length, 2);
    assert.ok(some.lines.every(({ status }) => status !== "sample" && status !== "skipped"));
  });

  it("is exit status 2 when the call is wrong, and 0 with nothing to do", async () => {
    assert.equal((await verify("--cell", "nowhere")).code, 2);
    assert.equal((await verify("--sample", "none")).code, 2);
    const empty = await folderOf(notebookFiles({ a: "x = 1" }));
    const ended = await strata(["verify", empty.path, "--python", python]);
    assert.deepEqual([ended.code, ended.stdout.split("\n")[1]], [0, "1 skipped"]);
    await empty.remove();
  });
});
