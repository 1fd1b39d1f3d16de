/** The folder of a detached run: what is written is found again, and nothing that came with a notebook is spoken to. */
import assert from "node:assert/strict";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { createRun, listRuns, readRun } from "../../../extension/host/runs/run-folder.ts";

describe("the folder of a detached run", () => {
  let folder: string;
  const sockets: string[] = [];
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "strata-runs-"));
  });
  afterEach(async () => {
    for (const path of [folder, ...sockets.splice(0)]) await rm(path, { recursive: true, force: true });
  });

  async function make() {
    const run = await createRun(folder, ["--force"], async () => false);
    sockets.push(dirname(run.socket));
    return run;
  }

  it("is found again, and the last five are kept", async () => {
    const made = [];
    for (let count = 0; count < 7; count++) made.push(await make());
    const last = made.at(-1);
    assert.ok(last);
    assert.deepEqual(await readRun(folder, last.id), last);
    assert.equal((await listRuns(folder)).length, 5);
  });

  for (const socket of ["/run/docker.sock", "//host/pipe/strata-run-1", "/tmp/strata-run-abcdef/../../run/s", "s", 7]) {
    it(`counts for nothing with the socket ${socket}`, async () => {
      const { id } = await make();
      const file = join(folder, ".strata", "runs", id, "run.json");
      await writeFile(file, JSON.stringify({ ...JSON.parse(await readFile(file, "utf8")), socket }));
      assert.equal(await readRun(folder, id), undefined);
      assert.deepEqual(await listRuns(folder), []);
    });
  }
});
