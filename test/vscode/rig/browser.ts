/** The Chromium that looks at VS Code, and where its pictures go. */
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { type Browser, chromium, type Page } from "playwright-core";
import { provisionChromium } from "../../../scripts/provision/chromium.ts";
import { root } from "../../../scripts/root.ts";

/** What Chromium needs as root and in a container, and what keeps it from the network. */
const flags = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--disable-dev-shm-usage",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

export async function launchChromium(): Promise<Browser> {
  return await chromium.launch({ executablePath: await provisionChromium(), args: flags });
}

/** Keeps a picture of the page under test-output/. */
export async function keepScreenshot(page: Page, name: string): Promise<string> {
  const folder = join(root, "test-output");
  await mkdir(folder, { recursive: true });
  const path = join(folder, `${name}.png`);
  await page.screenshot({ path });
  return path;
}
