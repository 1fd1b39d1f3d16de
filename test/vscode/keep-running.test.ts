/** A long cell whose window is closed goes on, and the next window shows it and takes its result. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { testPython } from "../harness/python-env.ts";
import { notebookPage } from "./notebook-page.ts";
import { keepScreenshot } from "./rig/browser.ts";
import { sharedRig } from "./rig/shared.ts";
import { type SmallNotebook, smallNotebook } from "./small.ts";

describe("a long cell and its window", function () {
  this.timeout(120_000);
  let folder: SmallNotebook;
  let page: Page | undefined;
  after(async () => {
    await page?.close();
    await folder?.dispose();
  });

  afterEach(async function () {
    if (this.currentTest?.state === "failed" && page) await keepScreenshot(page, "vscode/failed-long-cell");
  });

  it("goes on when the window is closed, and is shown and stored when the notebook opens again", async () => {
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
    // The cell waits for somebody to write to it. A file that it waits for would have changed while the cell ran.
    execFileSync("mkfifo", [join(folder.folder, "gate")]);
    const settings = { "strata.python": await testPython(), "strata.keepRunningAfter": 1 };
    await folder.write(".vscode/settings.json", JSON.stringify(settings));
    const rig = await sharedRig();
    page = await rig.openPage(folder.folder);
    const first = notebookPage(page);
    await first.status("# @name slow", /not run yet/);
    // It does not end in this window.
    void first.runAll().catch(() => {});
    await first.output("has begun");
    await page.waitForTimeout(2000);
    await page.close();

    page = await rig.openPage(folder.folder);
    const second = notebookPage(page);
    await second.status("# @name slow", /running/i);
    await second.output("has begun");
    await keepScreenshot(page, "vscode/long-cell-again");
    await folder.write("gate", "");
    await second.output("has ended");
    await second.status("# @name slow", /fresh/);
    assert.equal(await folder.text("ran.log"), "once ");
    assert.match(await second.runAll(), /^1 ran · 1 reused/);
    await second.output("twice is 40");
  });
});
