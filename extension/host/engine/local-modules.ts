/** The notebook's own modules: files and packages in its folder, which comes first on Python's path. */
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { stateAt } from "../observe/look.ts";

export interface LocalModules {
  has(module: string): boolean;
  /** The Python sources of a module or package, by its first name. */
  texts(module: string): readonly string[];
}

/** A plan asks many times in a moment; the disk is looked at again after this. */
const REMEMBERED_MS = 20;
/** Of a folder with more, these stand for all: one that large is data rather than a package. */
const MOST_FILES = 200;

export function localModules(folder: string): LocalModules {
  let looked = Number.NEGATIVE_INFINITY;
  let state = "";
  let names: ReadonlySet<string> = new Set();
  let fresh = new Map<string, readonly string[]>();
  const known = new Map<string, { readonly state: string; readonly text: string }>();

  const look = (): void => {
    const now = performance.now();
    if (now - looked <= REMEMBERED_MS) return;
    looked = now;
    fresh = new Map();
    const seen = stateAt(folder);
    if (seen === state) return;
    state = seen;
    names = namesIn(folder);
  };

  const textOf = (path: string): string | undefined => {
    const seen = stateAt(path);
    const before = known.get(path);
    if (before?.state === seen) return before.text;
    try {
      const text = readFileSync(path, "utf8");
      known.set(path, { state: seen, text });
      return text;
    } catch {
      return undefined; // Gone meanwhile, or not for us to read: Python will say so.
    }
  };

  return {
    has(module) {
      look();
      return names.has(module);
    },
    texts(module) {
      look();
      if (!names.has(module)) return [];
      let found = fresh.get(module);
      if (found === undefined) {
        found = filesOf(folder, module).flatMap((path) => textOf(path) ?? []);
        fresh.set(module, found);
      }
      return found;
    },
  };
}

function filesOf(folder: string, module: string): readonly string[] {
  const single = join(folder, `${module}.py`);
  if (statSync(single, { throwIfNoEntry: false })?.isFile()) return [single];
  const files = listed(join(folder, module), true).filter((path) => path.endsWith(".py"));
  return files.slice(0, MOST_FILES).map((path) => join(folder, module, path));
}

function namesIn(folder: string): ReadonlySet<string> {
  return new Set(
    listed(folder, false).map((name) => {
      if (name.endsWith(".py")) return name.slice(0, -3);
      return /\.(so|pyd)$/.test(name) ? (name.split(".")[0] ?? "") : name;
    }),
  );
}

function listed(folder: string, recursive: boolean): readonly string[] {
  try {
    return readdirSync(folder, { recursive, encoding: "utf8" });
  } catch {
    return []; // A folder that cannot be listed has no modules that Python could load.
  }
}
