/**
 * The extension as it is installed: a folder with package.json, dist/ and what else the manifest names, and nothing of the sources.
 */

import { existsSync } from "node:fs";
import { cp, mkdir, readFile, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { root } from "../root.ts";

interface Manifest {
  readonly publisher: string;
  readonly name: string;
  readonly version: string;
}

/** Beside dist/, what a manifest can point at. */
const parts = ["dist", "syntaxes", "media", "resources", "examples", "LICENSE", "README.md", "CHANGELOG.md"];

/** Folders of examples that are state, not notebooks. */
const state = new Set([".venv", ".strata", "__pycache__"]);

/** Puts the built extension of the folder `from` into `extensionsDir` under the name VS Code would give it, and returns its folder. */
export async function layOutExtension(extensionsDir: string, from = root): Promise<string> {
  const text = await readFile(join(from, "package.json"), "utf8");
  const { publisher, name, version } = JSON.parse(text) as Manifest;
  if (!existsSync(join(from, "dist"))) throw new Error('dist/ is not there. Run "npm run build" first.');
  const folder = join(extensionsDir, `${publisher}.${name}-${version}`);
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, "package.json"), text);
  for (const part of parts) {
    if (!existsSync(join(from, part))) continue;
    await cp(join(from, part), join(folder, part), { recursive: true, filter: (path) => !state.has(basename(path)) });
  }
  return folder;
}
