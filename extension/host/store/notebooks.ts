/**
 * Which notebooks have results in a store: one small file for each folder, written at its first run. So a collection can
 * ask every notebook that names the store what it needs.
 */
import { createHash, randomUUID } from "node:crypto";
import { mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { isAbsolute, join } from "node:path";

const FILE = /^[0-9a-f]{16}\.json$/;

/** Never fails: a store that cannot be written is not collected either. */
export async function registerNotebook(root: string, folder: string): Promise<void> {
  const text = JSON.stringify({ folder });
  const name = `${createHash("sha256").update(folder).digest("hex").slice(0, 16)}.json`;
  const file = join(root, "notebooks", name);
  try {
    if ((await readFile(file, "utf8").catch(() => "")) === text) return;
    await mkdir(join(root, "notebooks"), { recursive: true });
    const aside = join(root, "tmp", `put-${randomUUID()}`);
    await writeFile(aside, text, { flag: "wx" });
    await rename(aside, file).catch(() => rm(aside, { force: true }));
  } catch {
    // What the notebook showed last is still known from its heads.
  }
}

/** Absolute folders; the notebooks in them may be gone. */
export async function registeredNotebooks(root: string): Promise<readonly string[]> {
  const names = await readdir(join(root, "notebooks")).catch(() => []);
  const folders = await Promise.all(
    names.filter((name) => FILE.test(name)).map(async (name) => folderIn(await text(join(root, "notebooks", name)))),
  );
  return folders.filter((folder) => folder !== undefined);
}

function text(file: string): Promise<string> {
  return readFile(file, "utf8").catch(() => "");
}

function folderIn(json: string): string | undefined {
  try {
    const { folder } = JSON.parse(json) as { folder?: unknown };
    return typeof folder === "string" && isAbsolute(folder) ? folder : undefined;
  } catch {
    return undefined;
  }
}
