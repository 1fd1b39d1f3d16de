/** Commands as a user gives them: a new notebook by its questions, and results cleared after a warning. */
import assert from "node:assert/strict";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { testPython } from "../harness/python-env.ts";
import { type NotebookPage, notebookPage } from "./notebook-page.ts";
import { keepScreenshot } from "./rig/browser.ts";
import { runCommand } from "./rig/palette.ts";
import { sharedRig } from "./rig/shared.ts";
import { type SmallNotebook, smallNotebook } from "./small.ts";

describe("commands", function () {
  this.timeout(120_000);
  let parent: string;
  let folder: SmallNotebook;
  let page: Page;
  let notebook: NotebookPage;

  before(async () => {
    parent = await mkdtemp(join(tmpdir(), "strata-commands-"));
    folder = await smallNotebook(
      "Results",
      { a: "# @name a\nprint('made by a')\n", b: "# @name b\nprint('made by b')\n" },
      parent,
    );
    const rig = await sharedRig();
    // A setting of the user's, which the browser has too.
    await rig.configure({ "strata.python": await testPython() });
    page = await rig.openPage(parent);
    notebook = notebookPage(page);
  });
  after(async () => {
    await (await sharedRig()).configure({ "strata.python": undefined });
    await page?.close();
    await rm(parent, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 });
  });
  afterEach(async function () {
    if (this.currentTest?.state === "failed") await keepScreenshot(page, "vscode/failed-commands");
  });

  /** Opens the menu of a file or folder in the explorer, and returns what it says. */
  async function openMenu(name: string | RegExp): Promise<readonly string[]> {
    await page.locator(".explorer-folders-view .monaco-list-row", { hasText: name }).first().click({ button: "right" });
    const items = page.locator(".context-view .action-label:visible");
    await items.filter({ hasText: "Copy Path" }).first().waitFor();
    await keepScreenshot(page, "vscode/explorer-menu");
    return await items.allTextContents();
  }

  async function closeMenu(): Promise<void> {
    await page.keyboard.press("Escape");
    await page.locator(".context-view .action-label:visible").first().waitFor({ state: "hidden" });
  }

  it("New Notebook… asks for a name and a place, and opens the new notebook", async () => {
    await runCommand(page, "Strata: New Notebook…");
    const input = page.locator(".quick-input-widget:visible input[type=text]");
    await page.locator(".quick-input-widget:visible", { hasText: "What is it called?" }).waitFor();
    await input.fill("Model v1.2 of 3.14");
    await page.keyboard.press("Enter");
    await page.locator(".quick-input-widget:visible", { hasText: "Create Notebook Here" }).waitFor();
    await input.fill(`${parent}/`);
    await page.locator(".quick-input-widget:visible").getByRole("button", { name: "Create Notebook Here" }).click();
    // Dots in a name are no file endings.
    await page.locator(".tab.active", { hasText: /^Model v1\.2 of 3\.14$/ }).waitFor({ timeout: 20_000 });
    await notebook.status("message", /not run yet/);
    await keepScreenshot(page, "vscode/new-notebook");
    const made = join(parent, "Model-v1.2-of-3.14");
    assert.match(await readFile(join(made, "notebook.toml"), "utf8"), /^name = "Model v1\.2 of 3\.14"$/m);
    const files = await readdir(made);
    // Opening makes nothing: no store, no environment.
    assert.deepEqual(files.sort(), [".gitignore", "cells", "notebook.toml", "pyproject.toml"]);
  });

  it("Open Notebook is in the menu of a folder that is a notebook, and of no other", async () => {
    assert.ok((await openMenu("strata-small-")).includes("Open Notebook"));
    await closeMenu();
    await page.locator(".explorer-folders-view .monaco-list-row", { hasText: "Model-v1.2" }).first().click();
    assert.ok(!(await openMenu(/^cells$/)).includes("Open Notebook"));
    await closeMenu();
  });

  it("Clear Cached Results… asks, and then every cell is to be run", async () => {
    await openMenu("strata-small-");
    const item = page.locator(".context-view .action-label:visible", { hasText: /^Open Notebook$/ });
    await item.hover();
    await page.keyboard.press("Enter");
    await page.locator(".tab.active", { hasText: "Results" }).waitFor();
    await notebook.status("# @name a", /not run yet/);
    assert.match(await notebook.runAll(), /^2 ran/);
    assert.ok(!(await readdir(folder.folder)).includes(".venv"));
    await notebook.output("made by b");
    await runCommand(page, "Strata: Clear Cached Results…");
    const dialog = page.locator(".monaco-dialog-box");
    await dialog.waitFor();
    await keepScreenshot(page, "vscode/clear-results");
    assert.match((await dialog.textContent()) ?? "", /cannot be undone/);
    await dialog.getByRole("button", { name: "Cancel" }).click();
    await notebook.status("# @name a", /fresh/);
    await runCommand(page, "Strata: Clear Cached Results…");
    await dialog.getByRole("button", { name: "Clear All" }).click();
    await notebook.status("# @name a", /not run yet/);
    await notebook.status("# @name b", /not run yet/);
    await keepScreenshot(page, "vscode/cleared");
    assert.match(await notebook.runAll(), /^2 ran · 0 reused/);
    assert.deepEqual(await folder.files(), ["cells/a.py", "cells/b.py", "notebook.toml"]);
  });

  it("Open Full Log opens all that a cell has printed, of which its head and its tail are shown", async () => {
    await folder.write("cells/b.py", "# @name b\nfor i in range(300_000):\n    print('line', i)\n");
    await notebook.status("# @name b", /stale/);
    assert.match(await notebook.runStale(), /^1 ran/);
    await notebook.output(/line 299999/);
    const row = await notebook.cell("# @name b");
    await keepScreenshot(page, "vscode/flood");
    await row.locator(".cell-statusbar-container").getByText("Full log").click();
    await page.locator(".tab.active", { hasText: /\.log$/ }).waitFor();
    const lines = page.locator(".editor-instance:visible .view-lines").last();
    await lines.getByText("line 0", { exact: true }).waitFor();
    await page.keyboard.press("Control+G");
    await page.locator(".quick-input-widget:visible input[type=text]").fill(":150001");
    await page.keyboard.press("Enter");
    await lines.getByText("line 150000", { exact: true }).waitFor();
    await page.keyboard.press("Control+End");
    await lines.getByText("line 299999", { exact: true }).waitFor();
    await keepScreenshot(page, "vscode/full-log");
  });
});
