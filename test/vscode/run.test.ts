/** As a user: a notebook opens, runs, is edited, reverted and reloaded, by keyboard and mouse in a real VS Code. */
import assert from "node:assert/strict";
import { readdir, readFile, rm } from "node:fs/promises";
import { join, relative } from "node:path";
import { root } from "../../scripts/root.ts";
import { copyExample, pythonsOf } from "./example.ts";
import { type NotebookPage, notebookPage } from "./notebook-page.ts";
import { type CodeServerRig, startCodeServer, untilWorkbench } from "./rig/code-server.ts";
import { runCommand } from "./rig/palette.ts";

const LIMIT_MS = 240_000;

async function differences(a: string, b: string): Promise<string[]> {
  const state = /(^|\/)(\.venv|\.strata|__pycache__)(\/|$)/;
  const list = async (folder: string) =>
    (await readdir(folder, { recursive: true, withFileTypes: true }))
      .filter((entry) => entry.isFile())
      .map((entry) => relative(folder, join(entry.parentPath, entry.name)))
      .filter((file) => !state.test(file));
  const text = (path: string) => readFile(path, "utf8").catch(() => undefined);
  const differing: string[] = [];
  for (const file of new Set([...(await list(a)), ...(await list(b))])) {
    if ((await text(join(a, file))) !== (await text(join(b, file)))) differing.push(file);
  }
  return differing.sort();
}

describe("a notebook in VS Code", function () {
  this.timeout(LIMIT_MS);
  let workspace: string;
  let rig: CodeServerRig;
  let notebook: NotebookPage;

  before(async () => {
    workspace = await copyExample("tour");
    const extensionDir = process.env.STRATA_TEST_EXTENSION;
    rig = await startCodeServer({
      workspace,
      settings: { "workbench.colorTheme": "Default Dark Modern", "files.autoSave": "off" },
      ...(extensionDir === undefined ? {} : { extensionDir }),
    });
    notebook = notebookPage(rig.page);
  });
  after(async () => {
    await rig?.dispose();
    await rm(workspace, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 });
  });

  it("opens on start, and nothing has run", async () => {
    await notebook.status("# @name numbers", /not run yet/);
    assert.match((await rig.page.locator(".tab.active").first().textContent()) ?? "", /^A tour of Strata/);
    assert.deepEqual(pythonsOf(workspace), []);
    await rig.screenshot("vscode/opened-dark");
  });

  it("Run All makes the environment, runs every cell and shows the results", async () => {
    assert.match(await notebook.runAll(), /^\d+ ran · 0 reused · /);
    await notebook.status("# @name numbers", /fresh/);
    await notebook.output("38");
    await rig.screenshot("vscode/ran-dark");
  });

  it("Run All again runs nothing", async () => {
    assert.match(await notebook.runAll(), /^0 ran · [1-9]\d* reused/);
  });

  it("an edit makes the cell and its dependents stale as you type, and only they run", async () => {
    const total = Number(/(\d+) reused/.exec(await notebook.runAll())?.[1]);
    await notebook.atEndOf("OFFSET = 1");
    await rig.page.keyboard.type("0");
    await notebook.status("# @name functions", /stale/);
    await rig.screenshot("vscode/stale-dark");
    const [, ran = "", reused = ""] = /^(\d+) ran · (\d+) reused/.exec(await notebook.runAll()) ?? [];
    assert.ok(Number(ran) >= 2 && Number(ran) < total, `${ran} of ${total} ran`);
    assert.equal(Number(ran) + Number(reused), total);
  });

  it("taking the edit back runs nothing, and shows the earlier results", async () => {
    await notebook.atEndOf("OFFSET = 10");
    await rig.page.keyboard.press("Backspace");
    await notebook.status("# @name functions", /fresh/);
    assert.match(await notebook.runAll(), /^0 ran/);
  });

  it("a comment runs nothing", async () => {
    await notebook.atEndOf("OFFSET = 1");
    await rig.page.keyboard.type("  # a comment");
    assert.match(await notebook.runAll(), /^0 ran/);
  });

  it("saving changes that one file", async () => {
    await rig.page.keyboard.press("Control+s");
    await rig.page.locator(".tab.active.dirty").waitFor({ state: "detached" });
    assert.deepEqual(await differences(join(root, "examples/tour"), workspace), ["cells/functions.py"]);
  });

  it("Show Plan lists every cell with its reason", async () => {
    await runCommand(rig.page, "Strata: Show Plan");
    const rows = rig.page.locator(".quick-input-list .monaco-list-row");
    await rows.filter({ hasText: "is reused" }).first().waitFor();
    await rig.screenshot("vscode/plan-dark");
    await rig.page.keyboard.press("Escape");
  });

  it("after a reload the results are there, and no Python is", async () => {
    await rig.page.reload();
    await untilWorkbench(rig.page);
    notebook = notebookPage(rig.page);
    await notebook.output("38");
    await notebook.status("# @name numbers", /fresh/);
    assert.deepEqual(pythonsOf(workspace), []);
    await rig.screenshot("vscode/reloaded-dark");
  });

  it("an edit that was not saved is back after a reload", async () => {
    await notebook.atEndOf("start, step = 3, 5");
    await rig.page.keyboard.type("  # not saved");
    await rig.page.locator(".tab.active.dirty").waitFor();
    // VS Code backs an edit up about a second later, and shows nothing when it has.
    await rig.page.waitForTimeout(3000);
    await rig.page.reload();
    await untilWorkbench(rig.page);
    notebook = notebookPage(rig.page);
    await notebook.status("# not saved", /fresh/);
    await rig.page.locator(".tab.active.dirty").waitFor();
    await notebook.output("38");
    assert.deepEqual(await differences(join(root, "examples/tour"), workspace), ["cells/functions.py"]);
  });
});
