/** The example with prompt cells in the packed extension: it runs without a key, and a prompt is looked at before it is sent. */
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { dirname } from "node:path";
import type { Locator, Page } from "playwright-core";
import { copyExample } from "../examples/copy.ts";
import { filesBelow } from "../files-below.ts";
import { type NotebookPage, notebookPage } from "./notebook-page.ts";
import { keepScreenshot } from "./rig/browser.ts";
import { runCommand } from "./rig/palette.ts";
import { sharedModel, sharedRig, useTheme } from "./rig/shared.ts";
import { type SmallNotebook, smallNotebook } from "./small.ts";

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

const KEY = "sk-ant-typed-5eed5eed5eed";

describe("a prompt cell without a key", function () {
  this.timeout(120_000);
  let folder: SmallNotebook;
  let page: Page;
  let notebook: NotebookPage;

  before(async () => {
    folder = await smallNotebook("Keys", {
      place: "# @name Place\ntown = 'London'\n",
      ask: "# @name letter\nDescribe {{ town }}.\n",
    });
    const toml = await folder.text("notebook.toml");
    await folder.write("notebook.toml", toml.replace('file = "ask.py"', 'file = "ask.py"\nlanguage = "prompt"'));
    page = await (await sharedRig()).openPage(folder.folder);
    notebook = notebookPage(page);
  });
  after(async () => {
    await page?.close();
    await folder?.dispose();
  });
  afterEach(async function () {
    if (this.currentTest?.state === "failed") await keepScreenshot(page, "vscode/failed-keys");
  });

  const box = (): Locator => page.locator(".quick-input-widget:visible");
  const said = (text: string): Promise<void> =>
    page.locator(".part.statusbar .statusbar-item", { hasText: text }).first().waitFor();

  it("says what is missing, with a button that asks for the key", async () => {
    await notebook.status("# @name Place", /not run yet/);
    // Braces and directives have colours of their own.
    const colours = await (await notebook.cell("Describe"))
      .locator(".view-line > span > span")
      .evaluateAll((spans) =>
        spans.map((span) => [span.textContent?.replaceAll("\u00a0", " ").trim() ?? "", getComputedStyle(span).color]),
      );
    const colourOf = (text: string) => colours.find(([shown]) => shown === text)?.[1];
    assert.ok(colourOf("Describe") && colourOf("{{") && colourOf("@name"), JSON.stringify(colours));
    assert.equal(new Set([colourOf("Describe"), colourOf("{{"), colourOf("@name")]).size, 3);
    await page.locator("[role=button][aria-label='Run All']:visible").first().click();
    const toast = page.locator(".notification-toast", { hasText: "Anthropic needs an API key" });
    await toast.waitFor();
    assert.equal(await toast.count(), 1);
    await keepScreenshot(page, "vscode/key-missing-light");
    await toast.getByRole("button", { name: "Set API Key…" }).click();
    const input = box().locator("input");
    await input.fill(KEY);
    assert.equal(await input.getAttribute("type"), "password");
    assert.match((await box().textContent()) ?? "", /Anthropic: API key/);
    await keepScreenshot(page, "vscode/key-box-light");
    await page.keyboard.press("Enter");
    await said("ANTHROPIC_API_KEY is in VS Code's secret storage");
  });

  it("runs once there is a key, and the answer grows under it as Markdown", async () => {
    const model = await sharedModel();
    const pen = writer();
    model.rescript([{ kind: "paced", texts: pen.texts }]);
    await notebook.clickRunStale();
    await model.arrived(1);
    assert.equal(model.seen[0]?.headers.authorization, `Bearer ${KEY}`);
    assert.equal(model.seen[0]?.body.messages[0].content[0].text, "Describe London.");
    pen.write("## A town\n\nIt is **very old** ");
    const bold = await notebook.drawn("# @name letter", "strong");
    assert.equal(await bold.textContent(), "very old");
    await notebook.status("# @name letter", /running/i);
    await keepScreenshot(page, "vscode/prompt-grows-light");
    pen.write("and *quite large*.\n");
    assert.equal(await (await notebook.drawn("# @name letter", "em")).textContent(), "quite large");
    await notebook.status("# @name letter", /running/i);
    pen.end();
    await notebook.status("# @name letter", /sample of/);
    await notebook.output(/claude-sonnet-5-5 · .* · 1 attempt/);
    await useTheme(page, "dark");
    await keepScreenshot(page, "vscode/prompt-grown-dark");
    await useTheme(page, "light");
  });

  it("keeps the key in no file, and forgets it when asked to", async () => {
    const { userDataDir } = await sharedRig();
    assert.deepEqual(await filesWith(KEY, [dirname(userDataDir), folder.folder]), []);
    assert.ok(!(await page.evaluate(() => JSON.stringify({ ...localStorage }))).includes(KEY));
    await runCommand(page, "Strata: Set API Key…");
    const row = box().locator(".monaco-list-row", { hasText: "Anthropic" });
    await row.filter({ hasText: "ANTHROPIC_API_KEY: stored here" }).click();
    await box().locator("input[type=password]").waitFor();
    await page.keyboard.press("Enter");
    await said("ANTHROPIC_API_KEY was removed");
  });
});

/** Texts that are sent when the test says so. */
function writer(): { readonly texts: AsyncIterable<string>; write(text: string): void; end(): void } {
  const waiting: (string | undefined)[] = [];
  let wake = (): void => undefined;
  async function* texts(): AsyncGenerator<string> {
    for (;;) {
      while (waiting.length === 0) await new Promise<void>((resolve) => (wake = resolve));
      const text = waiting.shift();
      if (text === undefined) return;
      yield text;
    }
  }
  const add = (text: string | undefined): void => {
    waiting.push(text);
    wake();
  };
  return { texts: texts(), write: add, end: () => add(undefined) };
}

/** Files below the folders that hold the text, whatever else they hold. */
async function filesWith(text: string, folders: readonly string[]): Promise<readonly string[]> {
  const found: string[] = [];
  for (const folder of folders) {
    for (const path of await filesBelow(folder)) {
      if (/[\\/]extensions[\\/]/.test(path)) continue;
      if ((await readFile(path).catch(() => Buffer.alloc(0))).includes(text)) found.push(path);
    }
  }
  return found;
}
