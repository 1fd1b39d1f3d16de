/** What a cell asks and how it fails, as the user sees it. */
import assert from "node:assert/strict";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type NotebookPage, notebookPage } from "./notebook-page.ts";
import { type CodeServerRig, startCodeServer } from "./rig/code-server.ts";
import { runCommand } from "./rig/palette.ts";

const files: Readonly<Record<string, string>> = {
  "notebook.toml":
    'notebook_id = "ask"\nname = "Ask and fail"\ncells = [\n  { id = "ask", file = "ask.py", order = 0 },\n  { id = "fail", file = "fail.py", order = 1 },\n]\n',
  "pyproject.toml": '[project]\nname = "ask"\nversion = "0.1.0"\nrequires-python = ">=3.9"\ndependencies = []\n',
  "cells/ask.py": '# @name ask\nwho = input("Who is there? ")\nprint("Hello,", who)\n',
  "cells/fail.py": "# @name fail\ndef half(n):\n    return n / 0\n\nhalf(len(who))\n",
};

describe("a cell that asks, and one that fails", function () {
  this.timeout(240_000);
  let workspace: string;
  let rig: CodeServerRig;
  let notebook: NotebookPage;

  before(async () => {
    workspace = await mkdtemp(join(tmpdir(), "strata-ask-"));
    await mkdir(join(workspace, "cells"));
    for (const [file, text] of Object.entries(files)) await writeFile(join(workspace, file), text);
    const extensionDir = process.env.STRATA_TEST_EXTENSION;
    rig = await startCodeServer({ workspace, ...(extensionDir === undefined ? {} : { extensionDir }) });
    notebook = notebookPage(rig.page);
  });
  after(async () => {
    await rig?.dispose();
    await rm(workspace, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 });
  });

  it("input() is an input box", async () => {
    await notebook.status("# @name ask", /not run yet/);
    const summary = await notebook.summaryOf(async () => {
      await notebook.atEndOf("# @name ask");
      await runCommand(rig.page, "Strata: Run Cell and What It Needs");
      const box = rig.page.locator(".quick-input-widget:visible", { hasText: "Who is there?" });
      await box.waitFor({ timeout: 60_000 });
      await rig.page.keyboard.type("Ada");
      await rig.page.keyboard.press("Enter");
    });
    assert.match(summary, /^1 ran/);
    await notebook.output("Hello, Ada");
  });

  it("an error has its traceback, and the cell says that it failed", async () => {
    assert.match(await notebook.runAll(), /1 failed/);
    await notebook.output(/ZeroDivisionError/);
    await notebook.status("# @name fail", /failed/);
    await rig.screenshot("vscode/error-light");
  });
});
