/** A real Chromium for tests: STRATA_CHROMIUM, or Debian's. Anything that needs a browser gets it here. */
import { existsSync } from "node:fs";
import { type Browser, chromium } from "playwright-core";

const FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

export async function launchBrowser(): Promise<Browser> {
  const executablePath = process.env.STRATA_CHROMIUM ?? "/usr/bin/chromium";
  if (!existsSync(executablePath)) {
    throw new Error(
      `There is no browser at ${executablePath}. Install Debian's "chromium" package, or set STRATA_CHROMIUM to a Chromium or Chrome.`,
    );
  }
  return chromium.launch({ executablePath, args: FLAGS, ignoreDefaultArgs: ["--hide-scrollbars"] });
}

/** Runs `use` with a browser of its own, which is closed whatever happens. */
export async function withBrowser<T>(use: (browser: Browser) => Promise<T>): Promise<T> {
  const browser = await launchBrowser();
  try {
    return await use(browser);
  } finally {
    await browser.close();
  }
}
