/** A notebook as its user sees it in the browser: cells by their text, what is under them, and what the status bar says. */
import type { Locator, Page } from "playwright-core";

const RUN_LIMIT_MS = 120_000;

export interface NotebookPage {
  /** The cell whose code has this text. Scrolls to it. */
  cell(text: string): Promise<Locator>;
  /** The line under a cell once it matches. */
  status(text: string, wanted: RegExp): Promise<string>;
  /** Runs all cells, and returns what the status bar says of it: "2 ran · 7 reused · 0.4 s". */
  runAll(): Promise<string>;
  /** What `action` started came to. */
  summaryOf(action: () => Promise<void>): Promise<string>;
  /** Puts the cursor at the end of the line of code with this text. */
  atEndOf(line: string): Promise<void>;
  /** Waits until text is in an output, in whichever frame it is drawn. */
  output(text: string | RegExp): Promise<void>;
}

export function notebookPage(page: Page): NotebookPage {
  const list = page.locator(".cell-list-container .monaco-list-rows").first();
  const spoken = page.locator(".part.statusbar .statusbar-item", { hasText: "Strata: " });

  /** At the left edge, where a turn of the wheel moves the notebook and not a table in it. */
  async function toMargin(): Promise<void> {
    const box = await page.locator(".cell-list-container").first().boundingBox();
    if (box) await page.mouse.move(box.x + 6, box.y + box.height / 2);
  }

  async function toTop(): Promise<void> {
    await toMargin();
    for (let step = 0; step < 20; step++) await page.mouse.wheel(0, -2000);
  }

  async function find(text: string): Promise<Locator> {
    await list.waitFor({ timeout: RUN_LIMIT_MS });
    const row = page.locator(".cell-list-container .monaco-list-row", { hasText: text }).first();
    // Rows outside the view do not exist: scroll until it is there.
    for (let attempt = 0; attempt < 100; attempt++) {
      if (attempt === 0) await toTop();
      if ((await row.count()) > 0) {
        await row.scrollIntoViewIfNeeded();
        return row;
      }
      await page.mouse.wheel(0, 300);
      await page.waitForTimeout(100);
    }
    throw new Error(`No cell shows ${JSON.stringify(text)}.`);
  }

  const self: NotebookPage = {
    cell: find,
    async status(text, wanted) {
      const line = (await find(text)).locator(".cell-statusbar-container");
      await line.filter({ hasText: wanted }).first().waitFor({ timeout: RUN_LIMIT_MS });
      return (await line.first().textContent()) ?? "";
    },
    async summaryOf(action) {
      // The last message may still be there: its going is not waited for, only that another one came.
      const before = (await spoken.count()) > 0 ? await spoken.first().textContent() : undefined;
      await action();
      for (let attempt = 0; attempt * 100 < RUN_LIMIT_MS; attempt++) {
        const now = (await spoken.count()) > 0 ? await spoken.first().textContent() : undefined;
        if (now !== undefined && now !== null && now !== before) return now.replace(/^.*Strata: /, "");
        await page.waitForTimeout(100);
      }
      throw new Error("The status bar did not say what the run came to.");
    },
    runAll: () =>
      self.summaryOf(async () => {
        await page.locator("[role=button][aria-label='Run All']").first().click();
      }),
    async atEndOf(line) {
      const cell = await find(line);
      await cell.locator(".view-line", { hasText: line }).first().click();
      await page.keyboard.press("End");
    },
    async output(text) {
      const until = Date.now() + RUN_LIMIT_MS;
      while (Date.now() < until) {
        for (const frame of page.frames()) {
          const found = frame.getByText(text).first();
          if ((await found.count().catch(() => 0)) > 0 && (await found.isVisible().catch(() => false))) return;
        }
        await page.waitForTimeout(100);
      }
      throw new Error(`No output shows ${text}.`);
    },
  };
  return self;
}
