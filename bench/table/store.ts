/** A store that has grown: 100,000 records, and 20 GB of content, of which only the sizes are real (sparse files). */
import { createHash } from "node:crypto";
import { closeSync, ftruncateSync, mkdirSync, mkdtempSync, openSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openStore } from "../../extension/host/store/open.ts";
import { keyOf, sampleRecord } from "../../test/host/store/samples.ts";
import { median, type Row, timed } from "./row.ts";

const RECORDS = 100_000;
const FILES = 2_000;
const FILE_BYTES = 10_000_000;
const LOOKUPS = 500;

const sha = (text: string) => createHash("sha256").update(text).digest("hex");
const onProblem = (problem: { message: string }) => {
  throw new Error(problem.message);
};

async function fill(dir: string, records: number, files: number): Promise<void> {
  const store = await openStore(dir, { onProblem });
  for (let at = 0; at < records; at += 1) await store.index.add(sampleRecord(at));
  for (let at = 0; at < files; at += 1) {
    const digest = sha(`file ${at}`);
    mkdirSync(join(store.contentDir, digest.slice(0, 2)), { recursive: true });
    const file = openSync(join(store.contentDir, digest.slice(0, 2), digest.slice(2)), "w");
    ftruncateSync(file, FILE_BYTES);
    closeSync(file);
  }
  await store.close();
}

async function look(dir: string, records: number): Promise<{ open: number; lookup: number }> {
  let store: Awaited<ReturnType<typeof openStore>> | undefined;
  const open = await timed(async () => {
    store = await openStore(dir, { onProblem });
  });
  const keys = Array.from({ length: LOOKUPS }, (_, at) => keyOf((at * 7919) % records));
  const lookup = await timed(async () => {
    for (const key of keys) {
      const found = await store?.index.records(key);
      if (found?.length !== 1) throw new Error("A record is not found.");
      await store?.content.has(sha("file 0"));
    }
  });
  await store?.close();
  return { open, lookup: lookup / LOOKUPS };
}

export async function store(): Promise<readonly Row[]> {
  const root = mkdtempSync(join(tmpdir(), "strata-bench-"));
  try {
    const [small, large] = [join(root, "small"), join(root, "large")];
    await fill(small, LOOKUPS, 1);
    await fill(large, RECORDS, FILES);
    const taken = { small: [] as { open: number; lookup: number }[], large: [] as { open: number; lookup: number }[] };
    for (let round = 0; round < 9; round += 1) {
      taken.small.push(await look(small, LOOKUPS));
      taken.large.push(await look(large, RECORDS));
    }
    const of = (list: { open: number; lookup: number }[], what: "open" | "lookup") =>
      median(list.map((each) => each[what]));
    const name = "store of 100,000 records and 20 GB (sparse files)";
    const [unit, target] = ["ms", { times: 2 }] as const;
    return [
      {
        what: `${name}: open`,
        against: "a store of 500 records",
        unit,
        ours: of(taken.large, "open"),
        theirs: of(taken.small, "open"),
        target,
      },
      {
        what: `${name}: look up`,
        against: "a store of 500 records",
        unit,
        ours: of(taken.large, "lookup"),
        theirs: of(taken.small, "lookup"),
        target,
      },
    ];
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}
