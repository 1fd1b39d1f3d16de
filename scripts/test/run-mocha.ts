/**
 * Runs test files with mocha in this process and writes a GroupReport: started by scripts/test.ts for each group as
 *
 *   node scripts/test/run-mocha.ts REPORT TIMEOUT_MS FILE…
 */
import { writeFileSync } from "node:fs";
import { resolve } from "node:path";
import Mocha from "mocha";
import type { GroupReport } from "./report.ts";

async function runMocha(files: readonly string[], timeoutMs: number): Promise<GroupReport> {
  const mocha = new Mocha({ ui: "bdd", timeout: timeoutMs, reporter: "dot", color: false, forbidOnly: true });
  for (const file of files) mocha.addFile(resolve(file));
  await mocha.loadFilesAsync();
  return await new Promise((done) => {
    let passed = 0;
    let skipped = 0;
    const failures: { title: string; message: string }[] = [];
    const runner = mocha.run(() => done({ passed, failed: failures.length, skipped, failures }));
    runner.on("pass", () => {
      passed += 1;
    });
    runner.on("pending", () => {
      skipped += 1;
    });
    runner.on("fail", (test, error: unknown) => {
      const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
      failures.push({ title: test.fullTitle(), message });
    });
  });
}

if (import.meta.main) {
  const [reportPath, timeout, ...files] = process.argv.slice(2);
  if (reportPath === undefined || timeout === undefined) throw new Error("usage: run-mocha.ts REPORT TIMEOUT_MS FILE…");
  const report = await runMocha(files, Number(timeout));
  writeFileSync(reportPath, JSON.stringify(report));
  // A server or a browser that a test forgot must not keep the whole run waiting.
  process.exit(report.failed === 0 ? 0 : 1);
}
