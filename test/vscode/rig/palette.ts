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

/** Chooses a colour theme by its name in the list, e.g. "Dark High Contrast", and waits until it is `kind`: vs, vs-dark, hc-black, hc-light. */
export async function chooseTheme(page: Page, name: string, kind: string): Promise<void> {
  await runCommand(page, "Preferences: Color Theme");
  const input = page.locator(".quick-input-widget:visible input[type=text]");
  // The list of themes comes after the box, and shows only what fits.
  await page.locator(".quick-input-list .monaco-list-row", { hasText: "Modern" }).first().waitFor();
  await input.fill(name);
  await page.locator(".quick-input-list .monaco-list-row.focused", { hasText: name }).first().waitFor();
  await page.keyboard.press("Enter");
  await page.locator(`.monaco-workbench.${kind}`).waitFor();
}
