/**
 * Everything that was promised about speed, in one table. Prints it, and with `--write` puts it into docs/performance.md and draws
 * docs/bench.svg, as `npm run bench` does. Each figure is a median of this run, and both sides of a row take turns.
 *
 *   node bench/all.ts [--write] [--python EXE] [WORD…]      words: only the groups of rows of these names
 *
 * The first run makes an environment under .cache/bench-python with the programs that we compare ourselves with.
 */
import { spawnSync } from "node:child_process";
import { cpus, loadavg, release } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { build } from "../scripts/build.ts";
import { root } from "../scripts/root.ts";
import { cached } from "./table/cached.ts";
import { cells } from "./table/cells.ts";
import { chain } from "./table/chain.ts";
import { frame } from "./table/frame.ts";
import { parallel } from "./table/parallel.ts";
import { benchPython, versions } from "./table/python.ts";
import { asText, intoDocs, precise } from "./table/report.ts";
import { isMet, type Row, share } from "./table/row.ts";
import { store } from "./table/store.ts";
import { whole } from "./table/whole.ts";

const GROUPS = { cells, chain, frame, parallel, cached, store, whole };

const { values, positionals } = parseArgs({
  options: { python: { type: "string", default: "python3" }, write: { type: "boolean", default: false } },
  allowPositionals: true,
});
const python = await benchPython(values.python);
// What the command line is measured by.
await build({ production: true, quiet: true, only: ["cli"] });
const machine = `${cpus()[0]?.model.trim()}, ${cpus().length} cores, ${process.platform} ${release()}, Node ${process.version}, ${versions(python)}`;
const before = loadavg()[0] ?? 0;
const rows: Row[] = [];
for (const [name, measure] of Object.entries(GROUPS)) {
  if (positionals.length > 0 && !positionals.includes(name)) continue;
  console.error(`measuring: ${name}`);
  rows.push(...(await measure(python)));
}
const load = `load average ${before.toFixed(1)} at the start and ${(loadavg()[0] ?? 0).toFixed(1)} at the end`;
console.log(`${machine}; ${load}\n\n${asText(rows)}\n\n${rows.filter(isMet).length} of ${rows.length} targets met`);

if (values.write) {
  const day = new Date().toISOString().slice(0, 10);
  intoDocs(
    join(root, "docs", "performance.md"),
    rows,
    `Taken ${day} on ${machine}; ${load}. ${rows.filter(isMet).length} of ${rows.length} targets met.`,
  );
  const bars = rows.map((row) => ({ label: label(row), share: share(row), text: `${precise(row.ours)} ${row.unit}` }));
  const drawn = spawnSync(python, [join(import.meta.dirname, "table", "plot.py"), join(root, "docs", "bench.svg")], {
    input: JSON.stringify(bars),
    encoding: "utf8",
  });
  if (drawn.status !== 0) throw new Error(drawn.stderr);
}

function label(row: Row): string {
  return row.against === "" ? row.what : `${row.what} / ${row.against}`;
}
