/** The branches of agents that wait to be accepted, opened for as long as it takes to ask what they need. Starts no Python. */
import type { Engine } from "../../core/engine/model.ts";
import { bundleFiles } from "../../core/notebook/bundle.ts";
import type { Notebook } from "../../core/notebook/model.ts";
import { parseNotebook } from "../../core/notebook/parse.ts";
import { readBranch } from "../agent/branch-file.ts";
import { onBranch } from "../agent/branch-notebook.ts";
import { readFolder } from "../folder/read.ts";
import { registeredNotebooks } from "../store/notebooks.ts";
import type { Store } from "../store/open.ts";
import type { OpenNotebook } from "./open.ts";

export async function branchEngines<T>(
  store: Store,
  own: { readonly folder: string; readonly notebook: Notebook },
  open: (branch: Notebook, folder: string) => Promise<OpenNotebook>,
  use: (engines: readonly Engine[]) => Promise<T>,
): Promise<T> {
  const opened: OpenNotebook[] = [];
  try {
    for (const folder of new Set([own.folder, ...(await registeredNotebooks(store.root))])) {
      const state = await readBranch(folder);
      const notebook = state && (folder === own.folder ? own.notebook : await notebookIn(folder));
      if (state !== undefined && notebook !== undefined)
        opened.push(await open(onBranch(notebook, state.branch), folder));
    }
    return await use(opened.map(({ engine }) => engine));
  } finally {
    for (const one of opened) await one.close();
  }
}

async function notebookIn(folder: string): Promise<Notebook | undefined> {
  const read = await readFolder(folder);
  return read.kind === "problem" ? undefined : parseNotebook(bundleFiles(read.bundle)).notebook;
}
