/** Cells that come before the process that forks is there: those that need what it is loading wait for it, and no others. */
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { needsOf, worthWaiting } from "../../extension/host/harness/expected-imports.ts";
import { createRunner } from "../../extension/host/harness/forking-runner.ts";
import type { ModalRunner } from "../../extension/host/harness/runner-mode.ts";
import { sciencePython } from "./python-env.ts";
import { bind, createRig, type Rig, RUNNERS } from "./rig.ts";

const PARENT = "import os\nprint(os.getppid())";
const ownImports = ["np", "pd", "os"];

(RUNNERS.includes("zygote") ? describe : describe.skip)("the first cells", function () {
  this.timeout(120_000);
  let rig: Rig;
  let runner: ModalRunner;
  beforeEach(async () => {
    rig = await createRig(await sciencePython(), "zygote", (options) =>
      createRunner({ ...options, warm: () => ["numpy", "pandas", "json"] }),
    );
    runner = rig.runner as ModalRunner;
  });
  afterEach(() => rig.dispose());

  it("are forked when they import what is being loaded, and run at once when they do not", async () => {
    const [large, small] = await Promise.all([
      rig.ok(`import numpy as np, pandas as pd\n${PARENT}`, { ownImports }),
      rig.ok(PARENT, { cell: "other", ownImports }),
    ]);
    assert.equal(large.stdout, `${runner.processes().zygote}\n`);
    assert.equal(small.stdout, `${process.pid}\n`);
  });

  it("are forked when they are given what those libraries made", async () => {
    const made = await rig.ok("import pandas as pd\nframe = pd.DataFrame({'a': [1, 2]})\nnumber = 1", { ownImports });
    const zygote = runner.processes().zygote ?? 0;
    process.kill(zygote, "SIGKILL");
    while (runner.mode().kind === "zygote") await new Promise((resolve) => setImmediate(resolve));
    const { stdout } = await rig.ok(`${PARENT}\nprint(frame.a.sum())`, { bindings: bind(made), ownImports });
    assert.notEqual(runner.processes().zygote, zygote);
    assert.equal(stdout, `${runner.processes().zygote}\n3\n`);
  });

  it("are forked before the libraries of other cells are loaded, which come next", async () => {
    const { stdout } = await rig.ok(`import numpy as np\n${PARENT}`, { ownImports });
    assert.notEqual(stdout, `${process.pid}\n`);
    await runner.prepare(rig.environ);
    assert.deepEqual(runner.mode().warm, ["numpy", "pandas"]);
    assert.notEqual(stdout, `${runner.processes().zygote}\n`);
  });

  it("do not run when they are interrupted while they wait", async () => {
    const log = join(rig.tmp, "ran");
    const stop = new AbortController();
    const run = rig.run(`import pandas as pd\nopen(${JSON.stringify(log)}, 'w')`, { signal: stop.signal });
    stop.abort();
    assert.equal((await run).result.status, "interrupted");
    await runner.prepare(rig.environ);
    assert.equal(existsSync(log), false);
  });
});

describe("what a cell needs", () => {
  const job = { bindings: [], source: "import pandas as pd\nimport json" } as unknown as Parameters<typeof needsOf>[0];
  it("is what its text names, without what loads at once", () => {
    assert.deepEqual(needsOf(job, ["json", "numpy", "pandas"], "/nowhere"), ["pandas"]);
    assert.deepEqual(needsOf({ ...job, source: "x = 1" }, ["json", "pandas"], "/nowhere"), []);
  });
  it("is nothing when its values are not there", () => {
    const bindings = [{ kind: "value", name: "a", digest: "a".repeat(64), variable: "a" }] as const;
    assert.deepEqual(needsOf({ ...job, bindings, source: "a" }, ["pandas"], "/nowhere"), []);
  });
  it("is worth waiting for where it is more than half of what is being loaded", () => {
    assert.equal(worthWaiting(["numpy", "pandas"], ["json", "numpy", "pandas", "sklearn"]), true);
    assert.equal(worthWaiting(["numpy"], ["numpy", "torch"]), false);
    assert.equal(worthWaiting([], []), false);
    assert.equal(worthWaiting(["numpy"], []), false);
  });
});
