/** A small notebook in a folder of its own, run by the machine's own Python: no environment is made for it. */
import { execFileSync } from "node:child_process";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { filesBelow } from "../files-below.ts";
import { testPython } from "../harness/python-env.ts";

export interface SmallNotebook {
  readonly folder: string;
  text(file: string): Promise<string>;
  write(file: string, text: string): Promise<void>;
  /** Paths of the notebook's own files. */
  files(): Promise<readonly string[]>;
  git(...args: readonly string[]): string;
  dispose(): Promise<void>;
}

/** Cells in order; each is the file `cells/<id>.py`. */
export async function smallNotebook(
  name: string,
  cells: Readonly<Record<string, string>>,
  parent = tmpdir(),
): Promise<SmallNotebook> {
  const folder = await mkdtemp(join(parent, "strata-small-"));
  const notebook: SmallNotebook = {
    folder,
    text: (file) => readFile(join(folder, file), "utf8"),
    async write(file, text) {
      await mkdir(dirname(join(folder, file)), { recursive: true });
      await writeFile(join(folder, file), text);
    },
    async files() {
      return (await filesBelow(folder))
        .map((path) => path.slice(folder.length + 1))
        .filter((file) => !/^\.(strata|vscode|git)\//.test(file))
        .sort();
    },
    git: (...args) =>
      execFileSync("git", ["-c", "user.name=T", "-c", "user.email=t@example.org", "-C", folder, ...args], {
        encoding: "utf8",
      }),
    dispose: () => rm(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 }),
  };
  const entries = Object.keys(cells).map(
    (id, order) => `[[cells]]\nid = "${id}"\nfile = "${id}.py"\norder = ${order}\n`,
  );
  await notebook.write("notebook.toml", `notebook_id = "small"\nname = "${name}"\n\n${entries.join("\n")}`);
  for (const [id, source] of Object.entries(cells)) await notebook.write(`cells/${id}.py`, source);
  await notebook.write(".vscode/settings.json", JSON.stringify({ "strata.python": await testPython() }));
  return notebook;
}
