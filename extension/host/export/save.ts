/** Writes an exported notebook where the user wants it. */
import { writeFile } from "node:fs/promises";

/** Why it cannot be written; undefined when it was. */
export async function saveExport(file: string, text: string): Promise<string | undefined> {
  try {
    await writeFile(file, text);
    return undefined;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? String(error);
  }
}
