/** Restricted Mode: a notebook opens and shows what it has, and nothing runs. */
import assert from "node:assert/strict";
import { rm } from "node:fs/promises";
import { copyExample, pythonsOf } from "./example.ts";
import { notebookPage } from "./notebook-page.ts";
import { type CodeServerRig, startCodeServer, untilWorkbench } from "./rig/code-server.ts";
import { runCommand } from "./rig/palette.ts";

describe("a notebook with tables and plots, first trusted, then in Restricted Mode", function () {
  this.timeout(300_000);
  let workspace: string;
  let rig: CodeServerRig | undefined;
  const extensionDir = process.env.STRATA_TEST_EXTENSION;
  const extension = extensionDir === undefined ? {} : { extensionDir };

  before(async () => {
    workspace = await copyExample("data-cleaning");
  });
  afterEach(async () => {
    await rig?.dispose();
    rig = undefined;
  });
  after(() => rm(workspace, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 }));

  it("shows tables and plots of a run", async () => {
    const settings = { "workbench.colorTheme": "Default Light Modern", "files.autoSave": "off" };
    rig = await startCodeServer({ workspace, settings, ...extension });
    const notebook = notebookPage(rig.page);
    assert.match(await notebook.runAll(), /^[1-9]\d* ran · 0 reused · /);
    await notebook.output(/1,475 rows/);
    // The first row of the table, which came by the renderer's messages.
    await notebook.output("2025-01-01");
    await rig.screenshot("vscode/table-light");
    // The cell below the plot.
    await notebook.cell("# @name check");
    await rig.page.waitForTimeout(1000);
    await rig.screenshot("vscode/plot-light");
  });

  it("shows stored text and pictures in Restricted Mode, and runs nothing", async () => {
    rig = await startCodeServer({
      workspace,
      trust: "restricted",
      settings: { "files.autoSave": "off" },
      ...extension,
    });
    const { page } = rig;
    const decline = page.getByRole("button", { name: /No, I don't trust|Browse in Restricted Mode/ });
    await decline.click({ timeout: 20_000 }).catch(() => undefined);
    await untilWorkbench(page);
    const notebook = notebookPage(page);
    await notebook.status("# @name load", /fresh/);
    await rig.screenshot("vscode/restricted");
    await notebook.atEndOf("import pandas as pd");
    await runCommand(page, "Strata: Force Run Cell");
    await page
      .locator(".notification-toast", { hasText: "Restricted Mode, so the notebook shows its stored results" })
      .waitFor();
    assert.deepEqual(pythonsOf(workspace), []);
  });
});
