/** What a notebook's folder puts in the way of libraries loaded ahead. */
import assert from "node:assert/strict";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createShadows } from "../../extension/host/harness/shadows.ts";
import { warmedOf } from "../../extension/host/harness/zygote.ts";

const warmed = (ready: readonly string[]) =>
  warmedOf({ type: "warmed", ready, absent: [], unfit: [], environ: [], names: ready, standard: [] });

describe("names in a notebook's folder", () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "strata-shadows-"));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  it("stand in the way of the library of that name, as a file, a package or a compiled module", async () => {
    for (const name of ["numpy.py", "numpy.cpython-311-x86_64-linux-gnu.so", "numpy"]) {
      const shadows = createShadows();
      assert.equal(shadows.over(folder, warmed(["numpy"])), false);
      await mkdir(join(folder, name));
      assert.equal(shadows.over(folder, warmed(["numpy"])), true, name);
      assert.equal(shadows.over(folder, warmed(["pandas"])), false, name);
      await rm(join(folder, name), { recursive: true });
    }
  });

  it("are looked at again after every change, however quick", async () => {
    const shadows = createShadows();
    const numpy = warmed(["numpy"]);
    for (let round = 0; round < 20; round += 1) {
      assert.equal(shadows.over(folder, numpy), false);
      await writeFile(join(folder, "numpy.py"), "");
      assert.equal(shadows.over(folder, numpy), true);
      await rm(join(folder, "numpy.py"));
    }
  });

  it("count as in the way when the folder cannot be read", () => {
    assert.equal(createShadows().over(join(folder, "gone"), warmed([])), true);
  });

  it("matter to matplotlib, which takes its settings from there", async () => {
    await writeFile(join(folder, "matplotlibrc"), "");
    assert.equal(createShadows().over(folder, warmed(["matplotlib.pyplot"])), true);
    assert.equal(createShadows().over(folder, warmed(["numpy"])), false);
  });
});
