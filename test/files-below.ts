/** Every file below a folder, while processes that are about to end take theirs away. */
import { readdir } from "node:fs/promises";
import { join } from "node:path";

/** Absolute paths. A folder that goes while it is listed has no files any more. */
export async function filesBelow(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return [];
    throw error;
  });
  const found = await Promise.all(
    entries.map((entry) => {
      const path = join(folder, entry.name);
      return entry.isDirectory() ? filesBelow(path) : entry.isFile() ? [path] : [];
    }),
  );
  return found.flat();
}
