/** The command palette, as a user uses it. */
import type { Page } from "playwright-core";

/**
 * Runs the command whose title in the palette is exactly `title` (e.g. "Strata: Run Stale Cells"). Commands of an extension appear a moment after
 * the workbench does, and an open palette does not show new ones: so it is opened again until the command is there.
 */
export async function runCommand(page: Page, title: string, timeoutMs = 60_000): Promise<void> {
  const deadline = Date.now() + timeoutMs;
  const row = page
    .locator(".quick-input-list .monaco-list-row")
    .filter({ has: page.getByText(title, { exact: true }) });
  for (;;) {
    await page.keyboard.press("F1");
    const input = page.locator(".quick-input-widget:visible input[type=text]");
    await input.waitFor({ timeout: 10_000 });
    await input.fill(`>${title}`);
    const found = await row
      .first()
      .waitFor({ timeout: 1500 })
      .then(
        () => true,
        () => false,
      );
    if (found) {
      await row.first().click();
      return;
    }
    await page.keyboard.press("Escape");
    if (Date.now() > deadline) throw new Error(`The command palette has no "${title}" after ${timeoutMs} ms.`);
  }
}
