/** The example with prompt cells in the packed extension: it runs without a key, and a prompt is looked at before it is sent. */
import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import { copyExample } from "../examples/copy.ts";
import { type NotebookPage, notebookPage } from "./notebook-page.ts";
import { keepScreenshot } from "./rig/browser.ts";
import { sharedRig } from "./rig/shared.ts";

const ADVICE = "This is how many good and bad reviews";

describe("prompt cells as the user sees them", function () {
  // The first run makes the environment.
  this.timeout(240_000);
  let page: Page;
  let notebook: NotebookPage;

  before(async () => {
    const { folder } = await copyExample("reviews", "reviews-vscode");
    page = await (await sharedRig()).openPage(folder);
    notebook = notebookPage(page);
  });
  after(() => page?.close());
  afterEach(async function () {
    if (this.currentTest?.state === "failed") await keepScreenshot(page, "vscode/failed-prompts");
  });

  it("answers come from the recorded ones, as Markdown, with what they cost", async () => {
    await page.locator(".tab.active", { hasText: "What customers say" }).waitFor();
    assert.match(await notebook.runAll(), /^6 ran · 0 reused · /);
    await notebook.cell(ADVICE);
    await notebook.output("Make it quieter first");
    await notebook.output(/claude-haiku-5-5 · .* · from the cassette/);
    await keepScreenshot(page, "vscode/prompts-answer");
  });

  it("the preview shows the prompt and an estimate beside the notebook", async () => {
    const cell = await notebook.cell(ADVICE);
    await cell.locator(".cell-statusbar-container").getByRole("button", { name: "Preview Prompt" }).click();
    const preview = page.locator(".editor-group-container .view-lines", { hasText: "Nothing was sent." }).first();
    await preview.waitFor({ timeout: 60_000 });
    assert.match((await preview.textContent()) ?? "", /about\s\d+\stokens/);
    await keepScreenshot(page, "vscode/prompts-preview");
  });
});
