/**
 * Started by scripts/test.ts for the group vscode-in-host: `node run-in-host.ts REPORT TIMEOUT_MS FILE…`.
 * The workspace is an empty folder; tests make or copy what they open.
 */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { endChildrenWithUs } from "../../../scripts/process/children.ts";
import { runInHost } from "./in-host.ts";

const [reportPath, timeout, ...tests] = process.argv.slice(2);
if (reportPath === undefined || timeout === undefined) throw new Error("usage: run-in-host.ts REPORT TIMEOUT_MS FILE…");
endChildrenWithUs();
const workspace = await mkdtemp(join(tmpdir(), "strata-workspace-"));
try {
  const report = await runInHost({ workspace, tests, timeoutMs: Number(timeout) });
  await writeFile(reportPath, JSON.stringify(report));
  process.exitCode = report.failed === 0 ? 0 : 1;
} finally {
  await rm(workspace, { recursive: true, force: true });
}
