/** What a user installs: the packed extension, alone, in a VS Code that has never seen another, runs a notebook. */
import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { run } from "../../scripts/process/children.ts";
import { root } from "../../scripts/root.ts";
import { copyExample } from "../examples/copy.ts";
import { notebookPage } from "./notebook-page.ts";
import { type CodeServerRig, startCodeServer } from "./rig/code-server.ts";
import { runCommand } from "./rig/palette.ts";

describe("the VSIX, installed into a clean VS Code", function () {
  this.timeout(240_000);
  let folder: string;
  let rig: CodeServerRig | undefined;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "strata-vsix-"));
    const vsix = join(folder, "strata.vsix");
    // From elsewhere, for a checkout whose dist/ is in use: packing replaces it by a production build.
    const from = process.env.STRATA_TEST_EXTENSION ?? root;
    const packed = await run(process.execPath, ["scripts/package.ts", vsix], { cwd: from });
    assert.ok(packed.ok, packed.text);
    const example = await copyExample("tour", "tour-vsix");
    rig = await startCodeServer({ workspace: example.folder, vsix });
  });
  after(async () => {
    await rig?.dispose();
    await rm(folder, { recursive: true, force: true });
  });

  it("runs an example, and reuses its results", async () => {
    assert.ok(rig);
    const notebook = notebookPage(rig.page);
    assert.match(await notebook.runAll(), /^9 ran · 0 reused · [^·]+$/);
    await notebook.status("# @name numbers", /fresh/);
    await notebook.drawn("# @name rich", ".strata-image img");
    await rig.screenshot("vscode/vsix");
    assert.match(await notebook.runAll(), /^0 ran · 9 reused · /);
  });

  it("is the only extension that the user installed", async () => {
    assert.ok(rig);
    await runCommand(rig.page, "Extensions: Show Installed Extensions");
    const installed = rig.page.locator(".extensions-list .monaco-list-row");
    await installed.filter({ hasText: "Strata" }).first().waitFor();
    await rig.screenshot("vscode/vsix-installed");
  });
});
