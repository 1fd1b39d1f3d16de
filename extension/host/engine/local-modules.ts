/** Which modules are the notebook's own: files and packages in its folder, which comes first on Python's path. */
import { readdirSync, statSync } from "node:fs";

/** A plan asks many times in a moment; the folder is looked at again after this. */
const REMEMBERED_MS = 20;

export function localModules(folder: string): (module: string) => boolean {
  let looked = Number.NEGATIVE_INFINITY;
  let state = "";
  let names: ReadonlySet<string> = new Set();
  return (module) => {
    const now = performance.now();
    if (now - looked > REMEMBERED_MS) {
      looked = now;
      const seen = stateOf(folder);
      if (seen !== state) {
        state = seen;
        names = namesIn(folder);
      }
    }
    return names.has(module);
  };
}

function stateOf(folder: string): string {
  const stat = statSync(folder, { bigint: true, throwIfNoEntry: false });
  return `${stat?.ino} ${stat?.mtimeNs}`;
}

function namesIn(folder: string): ReadonlySet<string> {
  try {
    const entries = readdirSync(folder, { withFileTypes: true });
    return new Set(
      entries.flatMap((entry) => {
        if (entry.name.endsWith(".py")) return [entry.name.slice(0, -3)];
        return /\.(so|pyd)$/.test(entry.name) ? [entry.name.split(".")[0] ?? ""] : [entry.name];
      }),
    );
  } catch {
    // A folder that cannot be listed has no modules that Python could load.
    return new Set();
  }
}
