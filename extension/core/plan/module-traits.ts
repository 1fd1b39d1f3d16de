/**
 * What the text of the user's own modules says about cells that load or call them: which settings they may change, and
 * whether they look as if they write files. A forecast, like the same for the text of cells.
 */
import type { CellAnalysis } from "../analysis/model.ts";
import { looksRandom, looksWriting } from "./ambient.ts";

/** In front of a module's name: the component of the settings that is its state. */
export const MODULE = "module:";

export interface ModuleTraits {
  /** Modules whose process-wide settings they may change, as in `CellAnalysis.ambient`. */
  readonly ambient: readonly string[];
  readonly writes: boolean;
  readonly draws: boolean;
}

const IMPORTS =
  /\b(?:from|import)\s+([\w.]+(?:\s+as\s+\w+)?(?:\s*,\s*[\w.]+(?:\s+as\s+\w+)?)*)|import_module\(\s*["']([\w.]+)/g;

/** Dotted names of the modules that a text imports; relative ones start with a dot. */
export function importedBy(text: string): readonly string[] {
  if (!text.includes("import")) return [];
  const found = new Set<string>();
  for (const [, listed, called] of text.matchAll(IMPORTS)) {
    for (const part of (listed ?? called ?? "").split(",")) {
      const module = part.trim().split(/\s/)[0] ?? "";
      if (module !== "") found.add(module);
    }
  }
  return [...found];
}

/** `texts` gives the sources of a module or package of the notebook's folder by its first name, and of others nothing. */
export function moduleTraits(
  modules: readonly string[],
  texts: (top: string) => readonly string[],
  analyze: (source: string) => CellAnalysis,
): ModuleTraits {
  const ambient = new Set<string>();
  const seen = new Set<string>();
  const queue = [...modules];
  let writes = false;
  let draws = false;
  for (let module = queue.pop(); module !== undefined; module = queue.pop()) {
    const top = module.split(".")[0] ?? "";
    if (top === "" || seen.has(top)) continue;
    seen.add(top);
    for (const text of texts(top)) {
      const analysis = analyze(text);
      for (const { ambient: own } of [analysis, ...analysis.definitions]) for (const name of own) ambient.add(name);
      writes ||= looksWriting(text);
      draws ||= looksRandom(text);
      queue.push(...importedBy(text));
    }
  }
  return { ambient: [...ambient], writes, draws };
}
