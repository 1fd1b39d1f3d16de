/** As a user: a notebook opens, runs, is edited, reverted and reloaded, by keyboard and mouse in a real VS Code. */
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join, relative } from "node:path";
import type { Page } from "playwright-core";
import { root } from "../../scripts/root.ts";
import { copyExample } from "../examples/copy.ts";
import { filesBelow } from "../files-below.ts";
import { type NotebookPage, notebookPage } from "./notebook-page.ts";
import { pythonsOf } from "./pythons.ts";
import { keepScreenshot } from "./rig/browser.ts";
import { untilWorkbench } from "./rig/code-server.ts";
import { runCommand } from "./rig/palette.ts";
import { sharedRig, useTheme } from "./rig/shared.ts";

async function differences(a: string, b: string): Promise<string[]> {
  const state = /(^|\/)(\.venv|\.strata|__pycache__)(\/|$)/;
  const list = async (folder: string) =>
    (await filesBelow(folder)).map((path) => relative(folder, path)).filter((file) => !state.test(file));
  const text = (path: string) => readFile(path, "utf8").catch(() => undefined);
  const differing: string[] = [];
  for (const file of new Set([...(await list(a)), ...(await list(b))])) {
    if ((await text(join(a, file))) !== (await text(join(b, file)))) differing.push(file);
  }
  return differing.sort();
}

describe("a notebook in VS Code", function () {
  // The first run makes the environment.
  this.timeout(240_000);
  let workspace: string;
  let page: Page;
  let notebook: NotebookPage;

  before(async () => {
    ({ folder: workspace } = await copyExample("tour", "tour-vscode"));
    page = await (await sharedRig()).openPage(workspace);
    notebook = notebookPage(page);
  });
  after(async () => {
    await useTheme(page, "light");
    await page?.close();
  });
  afterEach(async function () {
    if (this.currentTest?.state === "failed") await keepScreenshot(page, "vscode/failed-run");
  });

  it("opens on start, and nothing has run", async () => {
    await notebook.status("# @name numbers", /not run yet/);
    assert.match((await page.locator(".tab.active").first().textContent()) ?? "", /^A tour of Strata/);
    assert.deepEqual(pythonsOf(workspace), []);
    await useTheme(page, "dark");
    await keepScreenshot(page, "vscode/opened-dark");
  });

  it("Run All makes the environment, runs every cell and shows the results", async () => {
    assert.match(await notebook.runAll(), /^9 ran · 0 reused · [^·]+$/);
    await notebook.status("# @name numbers", /fresh/);
    await notebook.output("38");
    await keepScreenshot(page, "vscode/ran-dark");
  });

  it("Run All again runs nothing, and the cells say what that saves and no other time", async () => {
    assert.match(await notebook.runAll(), /^0 ran · 9 reused/);
    const line = (await notebook.cell("# @name rich")).locator(".cell-statusbar-container");
    assert.match((await line.first().textContent()) ?? "", /^\s*fresh · saves [\d.]+ m?s\s*Python\s*$/);
  });

  it("draws pictures and JSON in every theme", async () => {
    for (const theme of ["light", "contrast", "dark"]) {
      await useTheme(page, theme);
      await notebook.drawn("# @name rich", ".strata-image img");
      await notebook.drawn("# @name rich", ".strata-json");
      await keepScreenshot(page, `vscode/tour-rich-${theme}`);
    }
  });

  it("an edit makes the cell and its dependents stale as you type, and only they run", async () => {
    await notebook.atEndOf("OFFSET = 1");
    await page.keyboard.type("0");
    await notebook.status("# @name functions", /stale/);
    await keepScreenshot(page, "vscode/stale-dark");
    // functions, use
    assert.match(await notebook.runStale(), /^2 ran · \d+ reused · [^·]+$/);
    await notebook.status("# @name functions", /fresh/);
  });

  it("taking the edit back runs nothing, and shows the earlier results", async () => {
    await notebook.atEndOf("OFFSET = 10");
    await page.keyboard.press("Backspace");
    await notebook.status("# @name functions", /fresh/);
    await notebook.clickRunStale();
    await page.locator(".statusbar-item", { hasText: "nothing to run" }).waitFor();
    assert.match(await notebook.runAll(), /^0 ran · 9 reused/);
  });

  it("a comment runs nothing", async () => {
    await notebook.atEndOf("OFFSET = 1");
    await page.keyboard.type("  # a comment");
    assert.match(await notebook.runAll(), /^0 ran · 9 reused/);
  });

  it("saving changes that one file", async () => {
    await page.keyboard.press("Control+s");
    await page.locator(".tab.active.dirty").waitFor({ state: "detached" });
    assert.deepEqual(await differences(join(root, "examples/tour"), workspace), ["cells/functions.py"]);
  });

  it("Show Plan lists every cell with its reason", async () => {
    await runCommand(page, "Strata: Show Plan");
    const rows = page.locator(".quick-input-list .monaco-list-row");
    await rows.filter({ hasText: "is reused" }).first().waitFor();
    await keepScreenshot(page, "vscode/plan-dark");
    await page.keyboard.press("Escape");
  });

  it("after a reload the results are there, and no Python is", async () => {
    await page.reload();
    await untilWorkbench(page);
    notebook = notebookPage(page);
    // VS Code comes back where it was scrolled to.
    await notebook.status("# @name numbers", /fresh/);
    await notebook.output("38");
    assert.deepEqual(pythonsOf(workspace), []);
    await keepScreenshot(page, "vscode/reloaded-dark");
  });

  it("an edit that was not saved is back after a reload", async () => {
    await notebook.atEndOf("start, step = 3, 5");
    await page.keyboard.type("  # not saved");
    await page.locator(".tab.active.dirty").waitFor();
    // VS Code backs an edit up about a second later, and shows nothing when it has.
    await page.waitForTimeout(5000);
    await page.reload();
    await untilWorkbench(page);
    notebook = notebookPage(page);
    await notebook.status("# not saved", /fresh/);
    await page.locator(".tab.active.dirty").waitFor();
    await notebook.cell("# @name numbers");
    await notebook.output("38");
    assert.deepEqual(await differences(join(root, "examples/tour"), workspace), ["cells/functions.py"]);
  });
});
