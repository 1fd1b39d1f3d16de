/**
 * What the extension costs in a real VS Code: the packed extension's size, its activation, opening a notebook of 100 cells whose results are
 * stored beside VS Code's own notebook of as many, and how long after a keystroke in one of 200 cells its status is derived. Packs the
 * extension from a copy of this checkout first.
 * Run: node bench/editor.ts [VSIX]
 */
import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { loadavg, tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { unzipSync } from "fflate";
import { endChildrenWithUs } from "../scripts/process/children.ts";
import { runInHost } from "../test/vscode/rig/in-host.ts";
import { packCopy } from "../test/vscode/rig/pack.ts";

const PREFIX = "extension/";

/** The extension as VS Code unpacks it. */
async function unpack(vsix: string, to: string): Promise<void> {
  for (const [path, bytes] of Object.entries(unzipSync(await readFile(vsix)))) {
    if (!path.startsWith(PREFIX) || path.endsWith("/")) continue;
    const target = join(to, path.slice(PREFIX.length));
    await mkdir(dirname(target), { recursive: true });
    await writeFile(target, bytes);
  }
}

async function main(): Promise<void> {
  endChildrenWithUs();
  const home = await mkdtemp(join(tmpdir(), "strata-bench-"));
  try {
    const vsix = process.argv[2] ?? join(home, "strata.vsix");
    if (process.argv[2] === undefined) await packCopy(vsix);
    const extensionDir = join(home, "unpacked");
    await unpack(vsix, extensionDir);
    const workspace = join(home, "workspace");
    await mkdir(workspace);
    console.log(`  ${"VSIX".padEnd(60)} ${((await stat(vsix)).size / 1024 ** 2).toFixed(2)} MB`);
    const load = () => loadavg()[0]?.toFixed(1);
    console.log(`  ${"load average before".padEnd(60)} ${load()}`);
    const report = await runInHost({
      workspace,
      extensionDir,
      tests: [join(import.meta.dirname, "editor-in-host.ts")],
      timeoutMs: 120_000,
    });
    console.log(`  ${"load average after, our own work included".padEnd(60)} ${load()}`);
    for (const { title, message } of report.failures) console.error(`${title}: ${message}`);
    process.exitCode = report.failed === 0 ? 0 : 1;
  } finally {
    await rm(home, { recursive: true, force: true });
  }
}

await main();
