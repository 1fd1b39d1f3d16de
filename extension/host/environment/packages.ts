/** What is installed in a folder of packages, read from the names of its metadata folders. Imports and starts nothing. */
import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/**
 * "name==version" of every distribution in the folders, sorted, names normalised (lower case, runs of `-_.` as `-`).
 * One installed from a folder or an address has ` @ ` and a digest behind it, because its version says little about
 * what it is. Of two with one name the first folder's wins, as it does for Python.
 */
export function installedPackages(folders: readonly string[]): readonly string[] {
  const found = new Map<string, string>();
  for (const folder of folders) {
    for (const entry of entriesOf(folder)) {
      const parsed = parseMetadataName(entry);
      if (parsed === undefined || found.has(parsed.name)) continue;
      const origin = entry.endsWith(".dist-info") ? directOrigin(join(folder, entry)) : undefined;
      found.set(parsed.name, `${parsed.name}==${parsed.version}${origin === undefined ? "" : ` @ ${origin}`}`);
    }
  }
  return [...found.values()].sort();
}

/** `six-1.16.0.dist-info`, `PyYAML-6.0.egg-info`, `PyYAML-6.0-py3.11.egg-info`. */
export function parseMetadataName(entry: string): { readonly name: string; readonly version: string } | undefined {
  const match = /^(?<name>.+?)-(?<version>[^-]+)(?:\.dist-info|(?:-py\d+(?:\.\d+)?)?\.egg-info)$/.exec(entry);
  const { name, version } = match?.groups ?? {};
  if (name === undefined || version === undefined) return undefined;
  return { name: name.toLowerCase().replaceAll(/[-_.]+/g, "-"), version };
}

/** The record of files changes with each build of the same version; 16 digits tell builds apart well enough. */
function directOrigin(metadata: string): string | undefined {
  const url = readOrUndefined(join(metadata, "direct_url.json"));
  if (url === undefined) return undefined;
  const record = readOrUndefined(join(metadata, "RECORD")) ?? "";
  return createHash("sha256").update(url).update("\0").update(record).digest("hex").slice(0, 16);
}

function entriesOf(folder: string): readonly string[] {
  try {
    return readdirSync(folder).sort();
  } catch {
    // Not there: nothing is installed in it.
    return [];
  }
}

function readOrUndefined(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}
