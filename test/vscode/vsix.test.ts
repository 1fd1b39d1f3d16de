/** What a user installs: these tests run in a VS Code whose one extension is the packed file, installed as its user would. */
import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { keepScreenshot } from "./rig/browser.ts";
import { runCommand } from "./rig/palette.ts";
import { sharedRig } from "./rig/shared.ts";

describe("the VSIX, installed into a clean VS Code", function () {
  this.timeout(120_000);
  let folder: string;
  let page: Page;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "strata-vsix-"));
    page = await (await sharedRig()).openPage(folder);
  });
  after(async () => {
    await page?.close();
    await rm(folder, { recursive: true, force: true });
  });

  it("is the only extension that the user installed", async () => {
    await runCommand(page, "Extensions: Show Installed Extensions");
    const names = page.locator(".extensions-list .monaco-list-row .name");
    // The list is filled more than once while the view opens.
    await names.filter({ hasText: "Strata" }).first().waitFor();
    let listed: readonly string[] = [];
    for (let same = 0; same < 5; ) {
      await page.waitForTimeout(100);
      const now = await names.allTextContents();
      same = now.length > 0 && now.join() === listed.join() ? same + 1 : 0;
      listed = now;
    }
    await keepScreenshot(page, "vscode/vsix-installed");
    assert.deepEqual(listed, ["Strata"]);
  });
});
