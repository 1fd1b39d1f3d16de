/**
 * The extension as it is installed: a folder with exactly the files that the VSIX would hold (.vscodeignore), as they were last built.
 */
import { existsSync } from "node:fs";
import { cp, mkdir, readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { listFiles, PackageManager } from "@vscode/vsce";
import { root } from "../root.ts";

interface Manifest {
  readonly publisher: string;
  readonly name: string;
  readonly version: string;
}

/** Puts the built extension of the folder `from` into `extensionsDir` under the name VS Code would give it, and returns its folder. */
export async function layOutExtension(extensionsDir: string, from = root): Promise<string> {
  if (!existsSync(join(from, "dist"))) throw new Error(`${from} has no dist/. Run "npm run build" first.`);
  const { publisher, name, version } = JSON.parse(await readFile(join(from, "package.json"), "utf8")) as Manifest;
  const folder = join(extensionsDir, `${publisher}.${name}-${version}`);
  for (const path of await listFiles({ cwd: from, packageManager: PackageManager.None })) {
    const target = join(folder, path);
    await mkdir(dirname(target), { recursive: true });
    await cp(join(from, path), target);
  }
  return folder;
}
