/**
 * Every test, or the groups named: builds, lints, sees to what the machine lacks, and runs the groups (scripts/test/lanes.ts).
 *
 *   npm test [-- GROUP…]        groups: `npm test -- --list`
 *
 * The last line is `N passed, N failed`. The exit status is 0 only when something ran and nothing failed. Each check of the linter
 * counts as a test. A single file is quicker by `npx mocha test/core/plan/order.test.ts`.
 */
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "./build.ts";
import { lint, showChecks } from "./lint.ts";
import { endChildrenWithUs, run } from "./process/children.ts";
import { displayPython } from "./provision/display-packages.ts";
import { root } from "./root.ts";
import { findGroups, type Group } from "./test/groups.ts";
import { runInLanes } from "./test/lanes.ts";
import { failedReport, type GroupReport } from "./test/report.ts";

/** No group is worth waiting longer for; the slowest starts several VS Codes. */
const groupLimitMs = 20 * 60_000;

const seconds = (since: number) => `${((Date.now() - since) / 1000).toFixed(1)} s`;

async function runGroup(group: Group, output: "show" | "keep"): Promise<GroupReport> {
  const folder = await mkdtemp(join(tmpdir(), "strata-tests-"));
  const reportPath = join(folder, "report.json");
  const script = group.inHost ? "test/vscode/rig/run-in-host.ts" : "scripts/test/run-mocha.ts";
  try {
    const {
      code,
      signal,
      text: printed,
    } = await run(
      process.execPath,
      ["--disable-warning=ExperimentalWarning", script, reportPath, String(group.timeoutMs), ...group.files],
      {
        cwd: root,
        output,
        timeoutMs: groupLimitMs,
        env: { ...process.env, STRATA_TEST_DISPLAY_PYTHON: displayPython },
      },
    );
    console.log(printed);
    const text = await readFile(reportPath, "utf8").catch(() => undefined);
    if (text === undefined) return failedReport(group.name, `ended (${signal ?? code}) before it could report`);
    return JSON.parse(text) as GroupReport;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function lintReport(): Promise<GroupReport> {
  const checks = await lint();
  showChecks(checks);
  const failures = checks
    .filter(({ ok }) => !ok)
    .map(({ name, text }) => ({ title: name, message: text.slice(0, 1500) }));
  return { passed: checks.length - failures.length, failed: failures.length, skipped: 0, failures };
}

function choose(asked: readonly string[]): readonly Group[] {
  const all = findGroups();
  const names = [...all.map(({ name }) => name), "lint"];
  const unknown = asked.filter((name) => !names.includes(name));
  if (unknown.length > 0) {
    console.error(`There is no group ${unknown.join(", ")}. Choose from: ${names.join(", ")}.`);
    process.exit(2);
  }
  return asked.length === 0 ? all : all.filter(({ name }) => asked.includes(name));
}

const asked = process.argv.slice(2);
if (asked.includes("--list")) {
  console.log(["lint", ...findGroups().map(({ name, files }) => `${name} (${files.length} files)`)].join("\n"));
  process.exit(0);
}
endChildrenWithUs();
const groups = choose(asked);
const reports: { readonly name: string; readonly report: GroupReport; readonly time: string }[] = [];
const measure = async (name: string, work: () => Promise<GroupReport>) => {
  const started = Date.now();
  console.log(`\n── ${name}: begins ──`);
  const report = await work().catch((error: unknown) =>
    failedReport(name, error instanceof Error ? (error.stack ?? error.message) : String(error)),
  );
  const time = seconds(started);
  reports.push({ name, report, time });
  for (const { title, message } of report.failures)
    console.log(`FAIL  ${title}\n${message.replaceAll(/^/gm, "      ")}`);
  const skipped = report.skipped === 0 ? "" : `, ${report.skipped} skipped`;
  console.log(`${name}: ${report.passed} ok, ${report.failed} not${skipped} (${time})`);
};

await measure("build", async () => {
  await build();
  return { passed: 0, failed: 0, skipped: 0, failures: [] };
});
if (asked.length === 0 || asked.includes("lint")) await measure("lint", lintReport);
await runInLanes({
  groups,
  run: (group, missing, together) =>
    measure(group.name, async () => {
      if (missing.length > 0) return failedReport(`${group.name} cannot run`, missing.join("\n"));
      return await runGroup(group, together ? "keep" : "show");
    }),
});
const passed = reports.reduce((sum, { report }) => sum + report.passed, 0);
const failed = reports.reduce((sum, { report }) => sum + report.failed, 0);
console.log();
for (const { name, report, time } of reports) {
  console.log(
    `${report.failed === 0 ? "ok  " : "FAIL"}  ${name.padEnd(18)} ${String(report.passed).padStart(5)} ok  ${time}`,
  );
}
if (passed === 0) console.log("Nothing ran.");
process.exitCode = failed === 0 && passed > 0 ? 0 : 1;
console.log(`${passed} passed, ${failed} failed`);
