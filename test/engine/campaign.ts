/**
 * Hundreds of thousands of random histories, by one command that may be stopped and started again at any time:
 *
 *   npm run histories -- [--runs 100000] [--seed 1] [--processes N] [--whole] [--file test-output/histories.json]
 *
 * What has been played is kept in the file, with every failure made small. The same command goes on where it was; seeds far
 * enough apart may be played on several machines.
 */
import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { dirname, resolve } from "node:path";
import { parseArgs } from "node:util";
import type { Played } from "./play.ts";
import { tierOf } from "./player.ts";
import { openPool } from "./pool.ts";
import { add, NOTHING_PLAYED, told } from "./totals.ts";

/** Seeds that are written down together. */
const CHUNK = 100;
const MOST_SMALL = 20;

interface Kept {
  readonly seed: number;
  /** Seeds before this one have been played. */
  next: number;
  seconds: number;
  total: Played;
  readonly failures: { readonly seed: number; readonly failure: string }[];
}

const { values } = parseArgs({
  options: {
    runs: { type: "string", default: "100000" },
    seed: { type: "string", default: "1" },
    processes: { type: "string", default: String(availableParallelism()) },
    whole: { type: "boolean", default: false },
    file: { type: "string" },
  },
});
const [runs, seed, processes] = [values.runs, values.seed, values.processes].map(Number) as [number, number, number];
const file = resolve(values.file ?? `test-output/histories-${seed}.json`);
const end = seed + runs;

const kept = recall() ?? { seed, next: seed, seconds: 0, total: NOTHING_PLAYED, failures: [] };
const failedBefore = kept.failures.length;
const pool = openPool(processes);
let stopping = false;
for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.on(signal, () => {
    if (stopping) process.exit(130);
    stopping = true;
    console.log("Stopping after what is being played; the same command goes on from here.");
  });
}
console.log(`Histories ${kept.next} to ${end - 1} in ${processes} processes; kept in ${file}`);
while (kept.next < end && !stopping) {
  const began = performance.now();
  const seeds = Array.from({ length: Math.min(CHUNK, end - kept.next) }, (_, at) => kept.next + at);
  const small = kept.failures.length - failedBefore < MOST_SMALL;
  const answers = await Promise.all(
    seeds.map((each) => pool.play({ seed: each, tier: values.whole ? "whole" : tierOf(each), small })),
  );
  for (const answer of answers) {
    if ("failure" in answer) {
      kept.failures.push(answer);
      console.log(`\nHistory ${answer.seed} failed: ${answer.failure}\n`);
    } else kept.total = add(kept.total, answer.played);
  }
  kept.next += seeds.length;
  kept.seconds += (performance.now() - began) / 1000;
  write();
  const speed = (kept.next - kept.seed) / kept.seconds;
  console.log(`${told(kept.total)}; ${kept.failures.length} failed; ${speed.toFixed(1)} a second`);
}
await pool.close();
process.exitCode = kept.failures.length > 0 ? 1 : 0;

function recall(): Kept | undefined {
  try {
    const known = JSON.parse(readFileSync(file, "utf8")) as Kept;
    return known.seed === seed ? known : undefined;
  } catch {
    return undefined; // Nothing has been played yet.
  }
}

function write(): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(`${file}.new`, JSON.stringify(kept, undefined, 1));
  renameSync(`${file}.new`, file);
}
