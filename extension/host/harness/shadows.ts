/** Does a notebook's folder hold anything that an import would find in place of a library loaded ahead? */
import { readdirSync, statSync } from "node:fs";
import type { Warmed } from "./zygote.ts";

export interface Shadows {
  over(folder: string, warmed: Warmed): boolean;
}

/** A folder changed more recently may change again without its time telling: file systems count in up to two seconds. */
const SETTLED_MS = 2500;

interface Listing {
  readonly folder: string;
  readonly changed: bigint;
  /** What an import could find, and other names; undefined for a folder that cannot be read. */
  readonly names: ReadonlySet<string> | undefined;
  readonly verdicts: WeakMap<Warmed, boolean>;
}

/** The folder is listed again only when it has changed: this is asked before each cell. */
export function createShadows(): Shadows {
  let last: Listing | undefined;

  function look(folder: string): Listing {
    // Not the time of its content, which whoever unpacks an archive sets.
    const changed = statSync(folder, { bigint: true, throwIfNoEntry: false })?.ctimeNs ?? -1n;
    if (last?.folder === folder && last.changed === changed) return last;
    const listing = { folder, changed, names: namesIn(folder), verdicts: new WeakMap<Warmed, boolean>() };
    const settled = changed >= 0n && Date.now() - Number(changed / 1_000_000n) > SETTLED_MS;
    last = settled ? listing : undefined;
    return listing;
  }

  return {
    over(folder, warmed) {
      const { names, verdicts } = look(folder);
      const known = verdicts.get(warmed);
      if (known !== undefined) return known;
      const verdict = names === undefined || isShadowed(names, warmed);
      verdicts.set(warmed, verdict);
      return verdict;
    },
  };
}

function isShadowed(names: ReadonlySet<string>, { names: loaded, ready }: Warmed): boolean {
  for (const name of names) if (loaded.has(name)) return true;
  // The one library that looks for its settings in the current folder when it is imported.
  return names.has("matplotlibrc") && ready.some((name) => name.startsWith("matplotlib"));
}

/** Up to the first dot. */
function namesIn(folder: string): ReadonlySet<string> | undefined {
  try {
    return new Set(readdirSync(folder).map((entry) => entry.split(".", 1)[0] ?? ""));
  } catch {
    return undefined;
  }
}
