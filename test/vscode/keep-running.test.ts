/** A long cell whose window is closed goes on, and the next window shows it and takes its result. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { listKept } from "../../extension/host/harness/keep.ts";
import { stateFolder } from "../../extension/host/store/keys.ts";
import { testPython } from "../harness/python-env.ts";
import { notebookPage } from "./notebook-page.ts";
import { keepScreenshot } from "./rig/browser.ts";
import { extensionLog } from "./rig/extension-log.ts";
import { runCommand } from "./rig/palette.ts";
import { sharedRig } from "./rig/shared.ts";
import { type SmallNotebook, smallNotebook } from "./small.ts";

/** As the extension has it: of this user. */
const KEPT = { folder: join(stateFolder(process.env), "runs"), afterMs: undefined };

describe("a long cell and its window", function () {
  this.timeout(240_000);
  let folder: SmallNotebook;
  let page: Page | undefined;
  after(async () => {
    await page?.close();
    await folder?.dispose();
  });

  afterEach(async function () {
    if (this.currentTest?.state !== "failed" || !page) return;
    await keepScreenshot(page, "vscode/failed-long-cell");
    console.error(await extensionLog((await sharedRig()).userDataDir));
  });

  /** A cell that waits for somebody to write to a file of the kind that is no input, and one that uses it. */
  const begin = async (): Promise<ReturnType<typeof notebookPage>> => {
    await page?.close();
    await folder?.dispose();
    folder = await smallNotebook("Long", {
      slow: `# @name slow
open("ran.log", "a").write("once ")
print("has begun")
open("gate").read()
print("has ended")
value = 20
`,
      use: "# @name use\nprint('twice is', value * 2)\n",
    });
    execFileSync("mkfifo", [join(folder.folder, "gate")]);
    const settings = { "strata.python": await testPython(), "strata.keepRunningAfter": 1 };
    await folder.write(".vscode/settings.json", JSON.stringify(settings));
    page = await (await sharedRig()).openPage(folder.folder);
    const notebook = notebookPage(page);
    await notebook.status("# @name slow", /not run yet/);
    // It does not end while this one is open.
    void notebook.runAll().catch(() => {});
    await notebook.output("has begun");
    // Not before it may go on without its window.
    while ((await listKept(KEPT, folder.folder)).length === 0) await page.waitForTimeout(50);
    return notebook;
  };

  const end = async (notebook: ReturnType<typeof notebookPage>): Promise<void> => {
    await notebook.status("# @name slow", /running/i);
    await notebook.output("has begun");
    await keepScreenshot(page as Page, "vscode/long-cell-again");
    await folder.write("gate", "");
    await notebook.output("has ended");
    await notebook.status("# @name slow", /fresh/);
    assert.equal(await folder.text("ran.log"), "once ");
    assert.match(await notebook.runAll(), /^1 ran · 1 reused/);
    await notebook.output("twice is 40");
  };

  it("goes on when the window is closed, and is shown and stored when the notebook opens again", async () => {
    await begin();
    await page?.close();
    page = await (await sharedRig()).openPage(folder.folder);
    await end(notebookPage(page));
  });

  it("goes on when the notebook is closed, and is shown when it opens again", async () => {
    const notebook = await begin();
    await runCommand(page as Page, "View: Close Editor");
    await (page as Page).locator(".cell-list-container").waitFor({ state: "detached" });
    await runCommand(page as Page, "View: Reopen Closed Editor");
    await end(notebook);
  });
});
