/** Chromium, in which the renderers and VS Code itself are tested. */
import { access, constants } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { installPackages } from "./apt.ts";

const names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

/** The path of a Chromium, or undefined. `STRATA_CHROMIUM` names one that is not on the PATH. */
async function findChromium(): Promise<string | undefined> {
  const folders = (process.env.PATH ?? "").split(delimiter);
  const candidates = [
    process.env.STRATA_CHROMIUM ?? [],
    names.flatMap((name) => folders.map((folder) => join(folder, name))),
  ].flat();
  for (const path of candidates) {
    if (
      await access(path, constants.X_OK).then(
        () => true,
        () => false,
      )
    )
      return path;
  }
  return undefined;
}

export async function provisionChromium(): Promise<string> {
  const found = await findChromium();
  if (found !== undefined) return found;
  // Without a font every text in it is boxes, and Debian only suggests one.
  await installPackages(["chromium", "fonts-dejavu-core"], "test in a real browser");
  const installed = await findChromium();
  if (installed === undefined)
    throw new Error("chromium is not on the PATH. Install it, or name it in STRATA_CHROMIUM.");
  return installed;
}
