/** Two examples as a data scientist uses them in VS Code, by mouse and keyboard: tables and plots are really drawn, and an edit runs what it must. */
import assert from "node:assert/strict";
import type { Locator, Page } from "playwright-core";
import { copyExample } from "../examples/copy.ts";
import { type NotebookPage, notebookPage } from "./notebook-page.ts";
import { keepScreenshot } from "./rig/browser.ts";
import { type CodeServerRig, startCodeServer } from "./rig/code-server.ts";
import { chooseTheme } from "./rig/palette.ts";

interface View {
  /** Text of the cell. */
  readonly cell: string;
  readonly shows: "table" | "picture" | "json";
}

interface Example {
  readonly title: string;
  readonly cells: number;
  readonly views: readonly View[];
  /** Typed at the end of this line. */
  readonly edit: { readonly line: string; readonly type: string; readonly ran: number };
}

const EXAMPLES: Readonly<Record<string, Example>> = {
  tour: {
    title: "A tour of Strata",
    cells: 9,
    views: [
      { cell: "# @name rich", shows: "picture" },
      { cell: "# @name rich", shows: "json" },
    ],
    // numbers, use, rebind, classes, rich, last
    edit: { line: "start, step = 3, 5", type: "0", ran: 6 },
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
  },
};

const SELECTORS: Readonly<Record<View["shows"], string>> = {
  table: ".strata-table",
  picture: ".strata-image img",
  json: ".strata-json",
};

const THEMES: Readonly<Record<string, { readonly setting: string; readonly of: string }>> = {
  light: { setting: "Light Modern", of: "vs" },
  dark: { setting: "Dark Modern", of: "vs-dark" },
  contrast: { setting: "Dark High Contrast", of: "hc-black" },
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
  let rig: CodeServerRig;

  before(async () => {
    const extensionDir = process.env.STRATA_TEST_EXTENSION;
    const { folder } = await copyExample("tour", "tour-vscode");
    rig = await startCodeServer({
      workspace: folder,
      settings: { "workbench.colorTheme": "Default Light Modern", "files.autoSave": "off" },
      ...(extensionDir === undefined ? {} : { extensionDir }),
    });
  });
  after(() => rig?.dispose());

  for (const [name, { title, cells, views, edit }] of Object.entries(EXAMPLES)) {
    describe(name, () => {
      let page: Page;
      let notebook: NotebookPage;
      before(async () => {
        const { folder } = await copyExample(name, `${name}-vscode`);
        page = name === "tour" ? rig.page : await rig.openPage(folder);
        await page.bringToFront();
        notebook = notebookPage(page);
      });

      afterEach(async function () {
        if (this.currentTest?.state === "failed") await keepScreenshot(page, `vscode/failed-${name}`);
      });

      it("opens on start, and Run All runs every cell", async () => {
        await page.locator(".tab.active", { hasText: title }).waitFor();
        assert.match(await notebook.runAll(), new RegExp(`^${cells} ran · 0 reused · [^·]+$`));
      });

      // The theme is a setting of the user, and holds for every window: the first one goes through them.
      for (const theme of name === "tour" ? Object.keys(THEMES) : ["as set"]) {
        it(`draws its outputs, ${theme}`, async () => {
          const { setting, of } = THEMES[theme] ?? {};
          if (setting !== undefined && of !== undefined) await chooseTheme(page, setting, of);
          for (const { cell, shows } of views) {
            const drawn = await notebook.drawn(cell, SELECTORS[shows]);
            if (shows === "picture") assert.ok((await coloursOf(drawn)) > 10, "the picture is blank");
            if (shows === "table") await drawn.getByRole("gridcell").nth(3).waitFor();
            await keepScreenshot(
              page,
              `vscode/${name}-${cell.replace("# @name ", "").replace(" ", "-")}-${shows}-${theme.replace(" ", "-")}`,
            );
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
      });
    });
  }
});
