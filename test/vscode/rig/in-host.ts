/**
 * Mocha tests inside a real extension host, with the real `vscode` API: the built extension is loaded as one under development, and VS Code
 * calls the tests' `run()`. They are bundled into the extension's folder, as `require("vscode")` is answered only to code of an extension.
 */
import { existsSync } from "node:fs";
import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { basename, join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { build } from "esbuild";
import { provisionVsCodeServer } from "../../../scripts/provision/vscode-server.ts";
import type { GroupReport } from "../../../scripts/test/report.ts";
import { layOutExtension } from "../../../scripts/vscode/layout.ts";
import { startServer } from "../../../scripts/vscode/server.ts";
import { keepScreenshot, launchChromium } from "./browser.ts";

export interface InHostOptions {
  /** Absolute folder that is opened. */
  readonly workspace: string;
  /** A folder that is an extension; without it, the built one of this checkout. */
  readonly extensionDir?: string;
  /** Test files, TypeScript, which may import `vscode`. */
  readonly tests: readonly string[];
  /** Of one test or hook. */
  readonly timeoutMs: number;
  /** Of the whole run; default: 15 minutes. */
  readonly limitMs?: number;
  /** The folder is opened in Restricted Mode. */
  readonly restricted?: boolean;
  /** Machine settings. */
  readonly settings?: Readonly<Record<string, unknown>>;
}

/** What the extension host calls. Mocha itself is not bundled: it finds its own parts by path. */
function entrySource(mocha: string, tests: readonly string[], timeoutMs: number, reportPath: string): string {
  return `
    const Mocha = require(${JSON.stringify(mocha)});
    const { writeFileSync, renameSync } = require("node:fs");
    exports.run = () => new Promise((done) => {
      const report = { passed: 0, failed: 0, skipped: 0, failures: [] };
      const finish = () => {
        report.failed = report.failures.length;
        writeFileSync(${JSON.stringify(`${reportPath}.part`)}, JSON.stringify(report));
        renameSync(${JSON.stringify(`${reportPath}.part`)}, ${JSON.stringify(reportPath)});
        done();
      };
      const fail = (title, error) => report.failures.push({ title, message: String((error && error.stack) || error) });
      try {
        const mocha = new Mocha({ ui: "bdd", timeout: ${timeoutMs}, reporter: function () {}, forbidOnly: true });
        for (const file of ${JSON.stringify(tests)}) mocha.addFile(file);
        const runner = mocha.run(finish);
        runner.on("pass", (test) => { report.passed += 1; console.log("[in-host] ok   " + test.fullTitle() + " (" + test.duration + " ms)"); });
        runner.on("pending", () => { report.skipped += 1; });
        runner.on("fail", (test, error) => { fail(test.fullTitle(), error); console.log("[in-host] FAIL " + test.fullTitle()); });
      } catch (error) {
        fail("loading the tests", error);
        finish();
      }
    });
  `;
}

async function bundleTests(extension: string, options: InHostOptions, reportPath: string): Promise<string> {
  const outdir = join(extension, "in-host");
  const outputs: string[] = [];
  for (const [index, test] of options.tests.entries()) {
    const outfile = join(outdir, `${index}-${basename(test, ".ts")}.cjs`);
    await build({
      bundle: true,
      platform: "node",
      format: "cjs",
      target: "node22",
      external: ["vscode"],
      sourcemap: "inline",
      logLevel: "warning",
      entryPoints: [resolve(test)],
      outfile,
      // In the bundle a test still finds its fixtures beside its source.
      define: {
        "import.meta.dirname": JSON.stringify(resolve(test, "..")),
        "import.meta.filename": JSON.stringify(resolve(test)),
        "import.meta.url": JSON.stringify(`file://${resolve(test)}`),
      },
    });
    outputs.push(outfile);
  }
  const mocha = createRequire(import.meta.url).resolve("mocha");
  const entry = join(outdir, "index.cjs");
  await writeFile(entry, entrySource(mocha, outputs, options.timeoutMs, reportPath));
  return entry;
}

/** What is known of tests that never came to their end. */
function unfinished(lines: readonly string[], message: string): GroupReport {
  const passed = lines.filter((line) => line.includes("[in-host] ok")).length;
  const failures = lines.flatMap((line) => {
    const [, title] = /\[in-host\] FAIL (.*)/.exec(line) ?? [];
    return title === undefined ? [] : [{ title, message: "failed; the details were lost with the host" }];
  });
  failures.push({ title: "tests in the extension host", message });
  return { passed, failed: failures.length, skipped: 0, failures };
}

/** Never throws for what the tests do: a host that dies before it reports is a failed report. */
export async function runInHost(options: InHostOptions): Promise<GroupReport> {
  const serverPackage = await provisionVsCodeServer();
  const home = await mkdtemp(join(tmpdir(), "strata-in-host-"));
  const undo: (() => Promise<unknown>)[] = [
    () => rm(home, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 }),
  ];
  try {
    const extension = await layOutExtension(join(home, "development"), options.extensionDir);
    // Somebody else's, installed beside ours.
    await cp(join(import.meta.dirname, "foreign-model"), join(home, "extensions/foreign-model"), { recursive: true });
    const reportPath = join(home, "report.json");
    const testsPath = await bundleTests(extension, options, reportPath);
    const server = await startServer({
      serverPackage,
      dataDir: join(home, "data"),
      extensionsDir: join(home, "extensions"),
      workspaceTrust: options.restricted === true,
      settings: options.settings ?? {},
    });
    undo.push(() => server.dispose());
    const browser = await launchChromium();
    undo.push(() => browser.close());
    const page = await browser.newPage({ viewport: { width: 1400, height: 900 } });
    const lines: string[] = [];
    let heard = Date.now();
    page.on("console", (message) => {
      const text = message.text();
      lines.push(text);
      const [, said] = /\[in-host\] (.*)/.exec(text) ?? [];
      if (said === undefined) return;
      heard = Date.now();
      console.log(`  ${said}`);
    });
    const remote = (path: string) => `vscode-remote://localhost:${server.port}${path}`;
    const payload = [
      ["extensionDevelopmentPath", remote(extension)],
      ["extensionTestsPath", remote(testsPath)],
    ];
    const query = `folder=${encodeURI(options.workspace)}&payload=${encodeURIComponent(JSON.stringify(payload))}`;
    await page.goto(`http://localhost:${server.port}/?${query}`);
    const deadline = Date.now() + (options.limitMs ?? 15 * 60_000);
    // A host that is busy for good cannot even time its tests out.
    const quietLimitMs = 2 * options.timeoutMs + 60_000;
    while (!existsSync(reportPath)) {
      if (Date.now() > Math.min(deadline, heard + quietLimitMs) || page.isClosed()) {
        await keepScreenshot(page, "in-host-stuck").catch(() => undefined);
        const message = `The tests did not report. The page's last words:\n${lines.slice(-20).join("\n")}\n${server.log().slice(-1000)}`;
        return unfinished(lines, message);
      }
      await sleep(100);
    }
    return JSON.parse(await readFile(reportPath, "utf8")) as GroupReport;
  } finally {
    for (const step of undo.splice(0).reverse()) await step();
  }
}
