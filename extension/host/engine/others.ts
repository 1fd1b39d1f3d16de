/** The other notebooks that name a store, opened for as long as it takes to ask what they need. Starts no Python. */
import type { Engine } from "../../core/engine/model.ts";
import type { Notebook } from "../../core/notebook/model.ts";
import { readNotebook } from "../folder/read.ts";
import { registeredNotebooks } from "../store/notebooks.ts";
import type { Store } from "../store/open.ts";
import type { OpenNotebook } from "./open.ts";

/** A notebook that cannot be read needs what its heads say. */
export async function otherEngines<T>(
  store: Store,
  own: string,
  open: (notebook: Notebook, folder: string) => Promise<OpenNotebook>,
  use: (engines: readonly Engine[]) => Promise<T>,
): Promise<T> {
  const opened: OpenNotebook[] = [];
  try {
    for (const folder of await registeredNotebooks(store.root)) {
      if (folder === own) continue;
      const read = await readNotebook(folder);
      if (read.kind === "problem") continue;
      const { notebook } = read;
      if (notebook !== undefined) opened.push(await open(notebook, folder));
    }
    return await use(opened.map(({ engine }) => engine));
  } finally {
    for (const one of opened) await one.close();
  }
}
