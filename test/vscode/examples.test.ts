/**
 * Examples as a data scientist uses them in VS Code, by mouse and keyboard: tables and plots are really drawn, an edit runs what it
 * must and nothing else, and in Restricted Mode their results are there and nothing runs. The tour is in run.test.ts.
 */
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Locator, Page } from "playwright-core";
import { copyExample } from "../examples/copy.ts";
import { type NotebookPage, notebookPage } from "./notebook-page.ts";
import { pythonsOf } from "./pythons.ts";
import { keepScreenshot } from "./rig/browser.ts";
import { type CodeServerRig, startCodeServer } from "./rig/code-server.ts";
import { runCommand } from "./rig/palette.ts";
import { settings, sharedRig, useTheme } from "./rig/shared.ts";

interface View {
  /** Text of the cell. */
  readonly cell: string;
  readonly shows: "table" | "picture";
}

interface Example {
  readonly title: string;
  readonly cells: number;
  readonly views: readonly View[];
  /** Typed at the end of this line. */
  readonly edit: { readonly line: string; readonly type: string; readonly ran: number };
  readonly themes: readonly string[];
}

const EXAMPLES: Readonly<Record<string, Example>> = {
  "machine-learning": {
    title: "Machine learning",
    cells: 8,
    views: [
      { cell: "# @name scores", shows: "table" },
      { cell: "# @name confusion", shows: "picture" },
    ],
    // setup, split, models, scores, best, confusion, importance; the data is loaded as before
    edit: { line: "SEED = 7", type: "1", ran: 7 },
    themes: ["dark", "contrast", "light"],
  },
  "data-cleaning": {
    title: "Data cleaning",
    cells: 7,
    views: [
      { cell: "# @name load", shows: "table" },
      { cell: "# @name by station", shows: "table" },
      { cell: "# @name plot", shows: "picture" },
    ],
    // clean, by station, plot, check
    edit: { line: 'to_number(clean["rain"]).clip(lower=0)', type: " + 0.5", ran: 4 },
    themes: ["light"],
  },
};

const SELECTORS: Readonly<Record<View["shows"], string>> = {
  table: ".strata-table",
  picture: ".strata-image img",
};

/** Two colours would be a blank picture with a frame. */
async function coloursOf(picture: Locator): Promise<number> {
  return await picture.evaluate((element) => {
    const image = element as HTMLImageElement;
    const canvas = document.createElement("canvas");
    canvas.width = image.naturalWidth;
    canvas.height = image.naturalHeight;
    const context = canvas.getContext("2d");
    context?.drawImage(image, 0, 0);
    const data = context?.getImageData(0, 0, canvas.width, canvas.height).data ?? [];
    const colours = new Set<number>();
    for (let at = 0; at + 2 < data.length; at += 4) {
      colours.add(((data[at] ?? 0) << 16) | ((data[at + 1] ?? 0) << 8) | (data[at + 2] ?? 0));
    }
    return colours.size;
  });
}

describe("the examples in VS Code", function () {
  // The first run makes the environment.
  this.timeout(240_000);

  for (const [name, { title, cells, views, edit, themes }] of Object.entries(EXAMPLES)) {
    describe(name, () => {
      let folder: string;
      let page: Page;
      let notebook: NotebookPage;
      before(async () => {
        ({ folder } = await copyExample(name, `${name}-vscode`));
        page = await (await sharedRig()).openPage(folder);
        notebook = notebookPage(page);
      });
      after(() => page?.close());

      afterEach(async function () {
        if (this.currentTest?.state === "failed") await keepScreenshot(page, `vscode/failed-${name}`);
      });

      it("opens on start, and Run All runs every cell", async () => {
        await page.locator(".tab.active", { hasText: title }).waitFor();
        assert.match(await notebook.runAll(), new RegExp(`^${cells} ran · 0 reused · [^·]+$`));
      });

      for (const theme of themes) {
        it(`draws its outputs, ${theme}`, async () => {
          await useTheme(page, theme);
          for (const { cell, shows } of views) {
            const drawn = await notebook.drawn(cell, SELECTORS[shows]);
            if (shows === "picture") assert.ok((await coloursOf(drawn)) > 10, "the picture is blank");
            if (shows === "table") await drawn.getByRole("gridcell").nth(3).waitFor();
            const what = cell.replace("# @name ", "").replace(" ", "-");
            await keepScreenshot(page, `vscode/${name}-${what}-${shows}-${theme}`);
          }
        });
      }

      it("after an edit Run Stale runs the cell and what depends on it, and nothing else", async () => {
        await notebook.atEndOf(edit.line);
        await page.keyboard.type(edit.type);
        await notebook.status(edit.line, /stale/);
        await keepScreenshot(page, `vscode/${name}-stale`);
        assert.match(await notebook.runStale(), new RegExp(`^${edit.ran} ran · \\d+ reused · [^·]+$`));
        await notebook.status(edit.line, /fresh/);
        assert.match(await notebook.runAll(), new RegExp(`^0 ran · ${cells} reused · `));
      });

      it("taken back, nothing is stale and Run All runs nothing", async () => {
        await notebook.atEndOf(edit.line + edit.type);
        for (const _ of edit.type) await page.keyboard.press("Backspace");
        await notebook.status(edit.line, /fresh/);
        await notebook.clickRunStale();
        await page.locator(".statusbar-item", { hasText: "nothing to run" }).waitFor();
        assert.match(await notebook.runAll(), new RegExp(`^0 ran · ${cells} reused · `));
      });

      it("a comment runs nothing", async () => {
        await notebook.atEndOf(edit.line);
        await page.keyboard.type("  # looked at");
        assert.match(await notebook.runAll(), new RegExp(`^0 ran · ${cells} reused · `));
        await page.keyboard.press("Control+s");
        await page.locator(".tab.active.dirty").waitFor({ state: "detached" });
      });

      if (name !== "data-cleaning") return;
      describe("in Restricted Mode", () => {
        let rig: CodeServerRig;
        before(async () => {
          const { extensionsDir } = await sharedRig();
          await page.close();
          rig = await startCodeServer({ workspace: folder, trust: "restricted", settings, extensionsDir });
          page = rig.page;
          notebook = notebookPage(page);
        });
        after(() => rig?.dispose());

        it("shows its results, and runs nothing", async () => {
          await page.locator(".statusbar-item", { hasText: "Restricted Mode" }).waitFor();
          await notebook.status("# @name load", /fresh/);
          await notebook.output(/1475 rows/);
          await keepScreenshot(page, "vscode/restricted");
          await notebook.atEndOf("import pandas as pd");
          await runCommand(page, "Strata: Force Run Cell");
          await page
            .locator(".notification-toast", { hasText: "Restricted Mode, so the notebook shows its stored results" })
            .waitFor();
          assert.deepEqual(pythonsOf(folder), []);
        });

        it("says in the chat what it does not do there, and asks no model", async () => {
          await page.keyboard.press("Control+Alt+I");
          await page.locator(".interactive-session .chat-editor-container .monaco-editor").first().click();
          await page.keyboard.type("@strata /agent draw the prices");
          await page.locator(".interactive-session .view-line span[class*=ced-chat]").first().waitFor();
          await page.keyboard.press("Enter");
          await page.getByText("so I ask no language model").first().waitFor();
          await page.getByRole("button", { name: "Manage Workspace Trust" }).first().waitFor();
          await keepScreenshot(page, "vscode/restricted-chat-light");
          await useTheme(page, "dark");
          await keepScreenshot(page, "vscode/restricted-chat-dark");
          assert.equal(existsSync(join(folder, ".strata/branch/branch.json")), false);
          assert.deepEqual(pythonsOf(folder), []);
        });
      });
    });
  }
});
