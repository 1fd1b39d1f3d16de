/**
 * What a cell costs from the request to its stored result: in a child of the zygote, in a process of its own, and, for
 * comparison, in a plain `python` and in a Jupyter kernel (which neither isolates cells nor stores results).
 *
 * `node bench/runner.ts --python EXE [--times N]`: an environment with numpy, pandas, scikit-learn and matplotlib, and
 * for the comparison ipykernel. `uv venv V && uv pip install --python V/bin/python numpy pandas scikit-learn matplotlib
 * ipykernel` makes one. All figures are medians of one run of this program, the ways taking turns.
 */
import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { cpus, loadavg, tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import type { CellJob, Runner } from "../extension/core/run/model.ts";
import { createRunner } from "../extension/host/harness/forking-runner.ts";
import { createProcessRunner } from "../extension/host/harness/runner.ts";

const { values } = parseArgs({
  options: { python: { type: "string", default: "python3" }, times: { type: "string", default: "100" } },
});
const times = Number(values.times);
const python = execFileSync(values.python, ["-c", "import sys; print(sys.executable)"], { encoding: "utf8" }).trim();
const harness = resolve(import.meta.dirname, "..", "python-harness");
const environ = Object.fromEntries(
  Object.entries(process.env).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
);
const IMPORTS = "import numpy, pandas, sklearn.linear_model, matplotlib.pyplot\n";
const CELLS: readonly (readonly [what: string, source: string, imports: readonly string[]])[] = [
  ["x = 1 + 1", "x = 1 + 1", []],
  [
    "numpy + pandas + scikit-learn + matplotlib",
    `${IMPORTS}x = 1 + 1`,
    IMPORTS.match(/\b(numpy|pandas|sklearn|matplotlib)\b/g) ?? [],
  ],
];

const root = mkdtempSync(join(tmpdir(), "strata-bench-"));
const [folder, content, tmp] = [join(root, "notebook"), join(root, "content"), join(root, "tmp")];
for (const path of [folder, content, tmp]) mkdirSync(path);

async function once(runner: Runner, source: string, ownImports: readonly string[]): Promise<number> {
  const job: CellJob = {
    cell: "cell",
    name: "cell",
    file: join(folder, "cell.py"),
    source,
    folder,
    bindings: [],
    definitions: {},
    ownDefinitions: {},
    ownImports,
    ambient: {},
    environ,
    seed: "0",
  };
  const before = performance.now();
  const result = await runner.run(job, () => undefined, new AbortController().signal);
  const taken = performance.now() - before;
  if (result.status !== "ok") throw new Error(result.error.traceback);
  return taken;
}

function plain(source: string): number {
  const before = performance.now();
  const { status } = spawnSync(python, ["-c", source], { cwd: folder });
  if (status !== 0) throw new Error("plain python failed");
  return performance.now() - before;
}

const median = (list: number[]): number => list.sort((a, b) => a - b)[Math.floor(list.length / 2)] ?? 0;

const options = { python, harness, content, tmp };
const modules = ["numpy", "pandas", "sklearn.linear_model", "matplotlib.pyplot"];
const zygote = createRunner({ ...options, warm: () => modules });
const single = createProcessRunner(options);
try {
  await zygote.prepare(environ);
  const mode = zygote.mode();
  if (mode.kind !== "zygote") throw new Error(mode.why);
  const versions = execFileSync(python, ["-c", "import sys; print(sys.version.split()[0])"], {
    encoding: "utf8",
  }).trim();
  console.log(
    `${cpus()[0]?.model}, ${cpus().length} cores, load ${loadavg()[0]?.toFixed(1)}, Python ${versions}, Node ${process.version}`,
  );
  const kernel = spawnSync(
    python,
    [join(import.meta.dirname, "ipykernel_round_trip.py"), String(times), ...CELLS.map(([, source]) => source)],
    { encoding: "utf8" },
  );
  const kernels: number[] = kernel.status === 0 ? JSON.parse(kernel.stdout) : [];
  for (const [at, [what, source, imports]] of CELLS.entries()) {
    const taken = { zygote: [] as number[], process: [] as number[], python: [] as number[] };
    await once(zygote, source, imports);
    await once(single, source, imports);
    for (let round = 0; round < times; round += 1) {
      taken.zygote.push(await once(zygote, source, imports));
      // The slow ways need fewer rounds for a steady median.
      if (round % 20 !== 0) continue;
      taken.process.push(await once(single, source, imports));
      taken.python.push(plain(source));
    }
    const base = median(taken.zygote);
    const rows: readonly (readonly [string, number | undefined])[] = [
      ["zygote", base],
      ["process of its own", median(taken.process)],
      ["plain python, nothing stored", median(taken.python)],
      ["ipykernel round trip, nothing stored", kernels[at]],
    ];
    console.log(`\n${what}`);
    for (const [way, ms] of rows) {
      const text =
        ms === undefined
          ? "not installed"
          : `${ms.toFixed(2).padStart(8)} ms   zygote is ${(base / ms).toFixed(3)} of it`;
      console.log(`  ${way.padEnd(38)} ${text}`);
    }
  }
} finally {
  await zygote.dispose();
  await single.dispose();
  rmSync(root, { recursive: true, force: true });
}
