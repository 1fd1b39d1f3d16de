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
  /** Clicks "Run Stale" in the notebook's toolbar. */
  clickRunStale(): Promise<void>;
  /** Runs what is stale by its button, and returns the same. */
  runStale(): Promise<string>;
  /** What `action` started came to. */
  summaryOf(action: () => Promise<void>): Promise<string>;
  /** Puts the cursor at the end of the line of code with this text. */
  atEndOf(line: string): Promise<void>;
  /** Waits until text is in an output, in whichever frame it is drawn. */
  output(text: string | RegExp): Promise<void>;
  /** Scrolls until an element of an output of the cell with this text is wholly in view. */
  drawn(text: string, selector: string): Promise<Locator>;
}

export function notebookPage(page: Page): NotebookPage {
  const list = page.locator(".cell-list-container:visible .monaco-list-rows").first();
  const spoken = page.locator(".part.statusbar .statusbar-item", { hasText: "Strata: " });

  /** At the left edge, where a turn of the wheel moves the notebook and not a table in it. */
  async function toMargin(): Promise<void> {
    const box = await page.locator(".cell-list-container:visible").first().boundingBox();
    if (box) await page.mouse.move(box.x + 6, box.y + box.height / 2);
  }

  async function toTop(): Promise<void> {
    await toMargin();
    const first = page.locator('.cell-list-container:visible .monaco-list-row[data-index="0"]').first();
    for (let step = 0; step < 50; step++) {
      await page.mouse.wheel(0, -20_000);
      await page.waitForTimeout(50);
      if ((await first.count()) > 0) return;
    }
  }

  async function find(text: string): Promise<Locator> {
    await list.waitFor({ timeout: RUN_LIMIT_MS });
    const row = page.locator(".cell-list-container:visible .monaco-list-row", { hasText: text }).first();
    if ((await row.count()) === 0) await toTop();
    else await toMargin();
    // Rows outside the view do not exist: scroll until it is there. Only by the wheel, as the list knows no other way.
    for (let attempt = 0; attempt < 150; attempt++) {
      const view = await page.locator(".cell-list-container:visible").first().boundingBox();
      const box = (await row.count()) > 0 ? await row.boundingBox({ timeout: 1000 }).catch(() => null) : null;
      if (view && box && box.y >= view.y && box.y + Math.min(box.height, 120) <= view.y + view.height) return row;
      await page.mouse.wheel(0, view && box && box.y < view.y ? -100 : 200);
      await page.waitForTimeout(60);
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
      // The last message may still be there: another one is another element.
      const old = await spoken.elementHandles();
      for (const element of old) await element.evaluate((item) => (item as Element).setAttribute("data-seen", ""));
      await action();
      const fresh = page.locator(".part.statusbar .statusbar-item:not([data-seen])", { hasText: "Strata: " }).first();
      await fresh.waitFor({ timeout: RUN_LIMIT_MS });
      return ((await fresh.textContent()) ?? "").replace(/^.*Strata: /, "");
    },
    runAll: () =>
      self.summaryOf(async () => {
        await page.locator("[role=button][aria-label='Run All']:visible").first().click();
      }),
    clickRunStale: () =>
      page.locator(".notebook-toolbar-container:visible .action-item", { hasText: "Run Stale" }).click(),
    runStale: () =>
      self.summaryOf(async () => {
        await self.clickRunStale();
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
    async drawn(text, selector) {
      const row = await find(text);
      const list = page.locator(".cell-list-container:visible").first();
      const rows = page.locator(".cell-list-container:visible .monaco-list-row");
      await toMargin();
      for (let attempt = 0; attempt < 60; attempt++) {
        const view = await list.boundingBox();
        const code = await row.boundingBox({ timeout: 1000 }).catch(() => null);
        if (!view || !code) continue;
        // A row is a cell's code; its outputs are below it, and before the next row.
        const top = code.y + code.height - 1;
        // All but the code's last lines out of the view.
        if (attempt === 0 && top > view.y + 80) {
          await page.mouse.wheel(0, top - view.y - 60);
          await page.waitForTimeout(100);
          continue;
        }
        const tops = await rows.evaluateAll((all) => all.map((each) => each.getBoundingClientRect().top));
        const end = Math.min(view.y + view.height, ...tops.filter((each) => each > top));
        for (const frame of page.frames()) {
          for (const element of await frame
            .locator(selector)
            .all()
            .catch(() => [])) {
            const box = await element.boundingBox({ timeout: 1000 }).catch(() => null);
            if (box && box.height > 0 && box.y >= top && box.y + box.height <= end) return element;
          }
        }
        // What is drawn late is waited for, then what is large comes into view.
        if (attempt > 20 && code.y > view.y + 20) await page.mouse.wheel(0, 50);
        await page.waitForTimeout(100);
      }
      throw new Error(`The cell with ${JSON.stringify(text)} shows no ${selector} in view.`);
    },
  };
  return self;
}
