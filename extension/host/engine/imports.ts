/** Which modules a notebook's cells import, as far as its text tells: what is worth having in memory before they run. */
import type { Engine } from "../../core/engine/model.ts";
import type { Notebook } from "../../core/notebook/model.ts";

/** Importing these does something that can be seen. */
const NEVER = new Set(["__future__", "antigravity", "this", "turtle", "tkinter", "idlelib", "readline", "pdb"]);

/** Asked before each run; the answer changes with the notebook only. */
export function importedModules(engine: Pick<Engine, "notebook" | "analysis">): () => readonly string[] {
  let notebook: Notebook | undefined;
  let known: readonly string[] = [];
  return () => {
    if (notebook === engine.notebook) return known;
    notebook = engine.notebook;
    const modules = notebook.cells.flatMap(({ id }) => engine.analysis(id)?.imports.map(({ module }) => module) ?? []);
    known = [...new Set(modules)].filter((module) => !NEVER.has(module.split(".")[0] ?? "") && !module.startsWith("."));
    return known;
  };
}
