/** What a cell asks and how it fails, as the user sees it. */
import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import { type NotebookPage, notebookPage } from "./notebook-page.ts";
import { keepScreenshot } from "./rig/browser.ts";
import { runCommand } from "./rig/palette.ts";
import { sharedRig, useTheme } from "./rig/shared.ts";
import { type SmallNotebook, smallNotebook } from "./small.ts";

describe("a cell that asks, and one that fails", function () {
  this.timeout(120_000);
  let folder: SmallNotebook;
  let page: Page;
  let notebook: NotebookPage;

  before(async () => {
    folder = await smallNotebook("Ask and fail", {
      ask: '# @name ask\nwho = input("Who is there? ")\nprint("Hello,", who)\n',
      fail: "# @name fail\ndef half(n):\n    return n / 0\n\nhalf(len(who))\n",
    });
    page = await (await sharedRig()).openPage(folder.folder);
    notebook = notebookPage(page);
  });
  after(async () => {
    await page?.close();
    await folder.dispose();
  });
  afterEach(async function () {
    if (this.currentTest?.state === "failed") await keepScreenshot(page, "vscode/failed-error");
  });

  it("input() is an input box", async () => {
    await notebook.status("# @name ask", /not run yet/);
    const summary = await notebook.summaryOf(async () => {
      await notebook.atEndOf("# @name ask");
      await runCommand(page, "Strata: Run Cell and What It Needs");
      const box = page.locator(".quick-input-widget:visible", { hasText: "Who is there?" });
      await box.waitFor({ timeout: 60_000 });
      await keepScreenshot(page, "vscode/input");
      await page.keyboard.type("Ada");
      await page.keyboard.press("Enter");
    });
    assert.match(summary, /^1 ran/);
    await notebook.output("Hello, Ada");
  });

  it("an error has its traceback, and the cell says that it failed", async () => {
    assert.match(await notebook.runAll(), /1 failed/);
    await notebook.output(/ZeroDivisionError/);
    await notebook.status("# @name fail", /failed/);
    for (const theme of ["dark", "contrast", "light"]) {
      await useTheme(page, theme);
      await keepScreenshot(page, `vscode/error-${theme}`);
    }
  });

  it("a frame of the error leads to the cell's line", async () => {
    const frames = (await notebook.drawn("# @name fail", ".strata-error")).locator("button.where");
    await frames.filter({ hasText: /:3$/ }).click();
    // Where the cursor is, is where typing goes.
    const line = page.locator(".view-line", { hasText: "return n / 0" });
    await page.locator(".cell-list-container .monaco-editor.focused", { has: line }).waitFor();
    await page.keyboard.press("End");
    await page.keyboard.type("  # here");
    await page.locator(".cell-list-container .view-line", { hasText: "return n / 0 # here" }).first().waitFor();
    await keepScreenshot(page, "vscode/error-revealed");
  });
});
