/** One folder, several windows: two at once, one closed with unsaved edits, and files that change meanwhile. Nothing is lost. */
import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import { type NotebookPage, notebookPage } from "./notebook-page.ts";
import { keepScreenshot } from "./rig/browser.ts";
import { runCommand } from "./rig/palette.ts";
import { sharedRig } from "./rig/shared.ts";
import { type SmallNotebook, smallNotebook } from "./small.ts";

interface Window {
  readonly page: Page;
  readonly notebook: NotebookPage;
}

describe("one folder in two windows", function () {
  this.timeout(120_000);
  let folder: SmallNotebook;
  let first: Window;
  let second: Window;

  async function open(): Promise<Window> {
    const page = await (await sharedRig()).openPage(folder.folder);
    return { page, notebook: notebookPage(page) };
  }

  const dirty = (window: Window) => window.page.locator(".tab.active.dirty");
  const conflict = (window: Window) => window.page.locator(".notification-toast", { hasText: "newer" });

  async function type(window: Window, line: string, text: string): Promise<void> {
    await window.page.bringToFront();
    await window.notebook.atEndOf(line);
    await window.page.keyboard.type(text);
    await dirty(window).waitFor();
  }

  async function save(window: Window): Promise<void> {
    await window.page.bringToFront();
    await window.page.keyboard.press("Control+s");
  }

  const shows = (window: Window, line: string) =>
    window.page.locator(".cell-list-container .view-line", { hasText: line }).first().waitFor({ timeout: 20_000 });

  before(async () => {
    folder = await smallNotebook("Shared", {
      // Slow enough that both windows run it at the same time.
      slow: '# @name slow\nimport time\ntime.sleep(1)\nopen("ran.log", "a").write("once\\n")\nvalue = 20\n',
      use: "# @name use\nprint('twice is', value * 2)\n",
    });
    [first, second] = [await open(), await open()];
  });
  after(async () => {
    await first?.page.close();
    await second?.page.close();
    await folder.dispose();
  });
  afterEach(async function () {
    if (this.currentTest?.state !== "failed") return;
    await keepScreenshot(first.page, "vscode/failed-window-1");
    await keepScreenshot(second.page, "vscode/failed-window-2");
  });

  it("both run it at once: each cell runs once a window, and both show the result", async () => {
    await first.notebook.status("# @name slow", /not run yet/);
    await second.notebook.status("# @name slow", /not run yet/);
    const summaries = await Promise.all([first.notebook.runAll(), second.notebook.runAll()]);
    const ran = summaries.map((summary) => Number(/^(\d+) ran · (\d+) reused · [^·]+$/.exec(summary)?.[1]));
    assert.ok(ran[0] === 2 || ran[1] === 2, summaries.join("; "));
    const times = (await folder.text("ran.log")).split("\n").length - 1;
    assert.ok(times >= 1 && times <= 2, `it ran ${times} times`);
    for (const window of [first, second]) {
      await window.page.bringToFront();
      await window.notebook.output("twice is 40");
      await window.notebook.status("# @name use", /fresh/);
    }
    const again = await Promise.all([first.notebook.runAll(), second.notebook.runAll()]);
    for (const summary of again) assert.match(summary, /^\d ran · \d reused · [^·]+$/);
  });

  it("what one saves, the other shows, and a comment leaves it fresh there too", async () => {
    await type(first, "print('twice is'", "  # saved");
    await save(first);
    await dirty(first).waitFor({ state: "detached" });
    assert.match(await folder.text("cells/use.py"), /# saved\n$/);
    await second.page.bringToFront();
    await shows(second, "# saved");
    assert.equal(await dirty(second).count(), 0);
    await second.notebook.status("# @name use", /fresh/);
  });

  it("both edit it: the second to save is asked, and neither text is lost", async () => {
    await type(second, "value = 20", " + 2");
    await type(first, "print('twice is'", " # theirs");
    await save(first);
    await dirty(first).waitFor({ state: "detached" });
    await save(second);
    await conflict(second).waitFor({ timeout: 20_000 });
    await keepScreenshot(second.page, "vscode/conflict");
    assert.match(await folder.text("cells/use.py"), /# theirs\n$/);
    assert.match(await folder.text("cells/slow.py"), /value = 20\n$/);
    await shows(second, "value = 20 + 2");
    await conflict(second)
      .getByRole("button", { name: /Overwrite/ })
      .click();
    await dirty(second).waitFor({ state: "detached" });
    assert.match(await folder.text("cells/slow.py"), /value = 20 \+ 2\n$/);
    await first.page.bringToFront();
    await shows(first, "value = 20 + 2");
  });

  it("closed with an unsaved edit while a file changes: the edit is back, and saving asks", async () => {
    await second.page.close();
    await type(first, "value = 20 + 2", " # unsaved");
    // VS Code backs an edit up about a second later, and shows nothing when it has.
    await first.page.waitForTimeout(5000);
    await first.page.close();
    const use = (await folder.text("cells/use.py")).replace(/print\(.*/, "print('changed outside', value)");
    await folder.write("cells/use.py", use);
    first = await open();
    await dirty(first).waitFor({ timeout: 60_000 });
    await shows(first, "# unsaved");
    await save(first);
    await conflict(first).waitFor({ timeout: 20_000 });
    await keepScreenshot(first.page, "vscode/restored-conflict");
    assert.equal(await folder.text("cells/use.py"), use);
    assert.doesNotMatch(await folder.text("cells/slow.py"), /unsaved/);
    await shows(first, "# unsaved");
    await runCommand(first.page, "File: Revert File");
    await shows(first, "changed outside");
    assert.equal(await dirty(first).count(), 0);
  });

  it("a checkout under unsaved edits leaves them, and the files, alone", async () => {
    folder.git("init", "--quiet", "--initial-branch=main");
    folder.git("add", "cells", "notebook.toml");
    folder.git("commit", "--quiet", "-m", "one");
    folder.git("checkout", "--quiet", "-b", "other");
    await folder.write("cells/use.py", "# @name use\nprint('the other branch', value)\n");
    folder.git("commit", "--quiet", "-am", "two");
    await shows(first, "the other branch");
    await type(first, "value = 20 + 2", " # mine");
    folder.git("checkout", "--quiet", "main");
    await save(first);
    await conflict(first).waitFor({ timeout: 20_000 });
    assert.equal(folder.git("status", "--porcelain", "cells", "notebook.toml"), "");
    await shows(first, "# mine");
    await runCommand(first.page, "File: Revert File");
    await shows(first, "changed outside");
  });
});
