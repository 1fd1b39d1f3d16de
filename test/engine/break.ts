/**
 * Can the random histories fail? A copy of the project is broken in one place after another (faults.ts), and histories are
 * played in one process until one fails:
 *
 *   npm run histories:broken -- [--runs 400] [--seed 3000400] [--only exec]
 *
 * With several seeds (--seed 3000400,1,100000) each fault is looked for from each of them.
 */
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { FAULTS } from "./faults.ts";
import { tierOf } from "./player.ts";

const { values } = parseArgs({
  options: {
    runs: { type: "string", default: "400" },
    seed: { type: "string", default: "3000400" },
    only: { type: "string", default: "" },
  },
});
const runs = Number(values.runs);
const project = resolve(import.meta.dirname, "../..");
const copy = mkdtempSync(join(tmpdir(), "strata-broken-"));
const clear = (): void => rmSync(copy, { recursive: true, force: true });
for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.on(signal, () => {
    clear();
    process.exit(130);
  });
}

try {
  for (const folder of ["extension", "python-harness", "test/engine", "test/harness"]) {
    cpSync(join(project, folder), join(copy, folder), { recursive: true });
  }
  for (const each of ["node_modules", ".cache", "package.json"]) symlinkSync(join(project, each), join(copy, each));
  const { openPool } = (await import(join(copy, "test/engine/pool.ts"))) as typeof import("./pool.ts");

  /** How many histories were played until one failed, if one did, and how that one did. */
  const find = async (first: number): Promise<{ readonly after: number; readonly how: string } | undefined> => {
    const pool = openPool(1);
    try {
      for (let seed = first; seed < first + runs; seed += 1) {
        const answer = await pool.play({ seed, tier: tierOf(seed), small: false });
        if ("failure" in answer) return { after: seed - first + 1, how: answer.failure.split("\n")[0] ?? "" };
      }
      return undefined;
    } finally {
      await pool.close();
    }
  };

  for (const fault of FAULTS.filter(({ what }) => what.includes(values.only))) {
    const file = join(copy, fault.file);
    const whole = readFileSync(file, "utf8");
    if (whole.split(fault.from).length !== 2) {
      console.log(`${fault.what}: not tried, as ${fault.file} has no longer one place with ${fault.from}`);
      process.exitCode = 1;
      continue;
    }
    writeFileSync(
      file,
      whole.replace(fault.from, () => fault.to),
    );
    const found: string[] = [];
    for (const seed of values.seed.split(",")) {
      const first = await find(Number(seed));
      found.push(first === undefined ? `not in ${runs}` : `${first.after} (${first.how})`);
    }
    writeFileSync(file, whole);
    console.log(`${fault.what}: ${found.join("; ")}`);
  }
} finally {
  clear();
}
