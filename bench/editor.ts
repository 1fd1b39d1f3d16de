/**
 * What the extension costs in a real VS Code: the packed extension's size, its activation, opening a notebook of 100 cells whose results are
 * stored, and how long after a keystroke in one of 200 cells its status is derived. Packs the extension first.
 * Run: node bench/editor.ts
 */
import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { unzipSync } from "fflate";
import { endChildrenWithUs, run } from "../scripts/process/children.ts";
import { root } from "../scripts/root.ts";
import { runInHost } from "../test/vscode/rig/in-host.ts";

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
    const vsix = join(home, "strata.vsix");
    const packed = await run(process.execPath, ["scripts/package.ts", vsix], { cwd: root });
    if (!packed.ok) throw new Error(packed.text);
    const extensionDir = join(home, "unpacked");
    await unpack(vsix, extensionDir);
    const workspace = join(home, "workspace");
    await mkdir(workspace);
    console.log(`  ${"VSIX".padEnd(60)} ${((await stat(vsix)).size / 1024 ** 2).toFixed(2)} MB`);
    const report = await runInHost({
      workspace,
      extensionDir,
      tests: [join(import.meta.dirname, "editor-in-host.ts")],
      timeoutMs: 120_000,
    });
    for (const { title, message } of report.failures) console.error(`${title}: ${message}`);
    process.exitCode = report.failed === 0 ? 0 : 1;
  } finally {
    await rm(home, { recursive: true, force: true });
  }
}

await main();
