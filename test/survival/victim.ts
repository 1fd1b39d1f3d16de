/**
 * What is killed in the place of the editor's extension host: `victim.ts FOLDER PYTHON [STORE]` opens the notebook, says so, runs
 * all of it, and says how each cell ended.
 */
import { join, resolve } from "node:path";
import { bundleFiles } from "../../extension/core/notebook/bundle.ts";
import { parseNotebook } from "../../extension/core/notebook/parse.ts";
import { openNotebook } from "../../extension/host/engine/open.ts";
import { readFolder } from "../../extension/host/folder/read.ts";

const [folder = "", python = "", store] = process.argv.slice(2);
const read = await readFolder(folder);
if (read.kind === "problem") throw new Error(read.problem.message);
const { notebook } = parseNotebook(bundleFiles(read.bundle));
if (notebook === undefined) throw new Error("There is no notebook.");
const opened = await openNotebook(notebook, {
  folder,
  python,
  sync: false,
  harness: resolve(import.meta.dirname, "..", "..", "python-harness"),
  storage: join(folder, "..", "storage"),
  ...(store === undefined ? {} : { store }),
  jobs: 2,
  onProgress: () => undefined,
  onProblem: (message) => process.stderr.write(`${message}\n`),
});
process.stdout.write("ready\n");
const outcomes: Record<string, string> = {};
await opened.engine.run(
  { target: { kind: "all" }, force: false },
  (event) => {
    if (event.type === "ended") outcomes[event.cell] = event.outcome.status;
  },
  new AbortController().signal,
);
await opened.close();
process.stdout.write(`${JSON.stringify(outcomes)}\n`);
