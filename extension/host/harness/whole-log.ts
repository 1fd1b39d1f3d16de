/** The log of a cell that wrote much becomes content of the store, whole: what is shown of it is its head and its tail. */
import { mkdir, open, rename } from "node:fs/promises";
import { dirname } from "node:path";
import type { Digest } from "../../core/outputs/model.ts";
import { contentPath } from "../store/content.ts";
import { digestOfFile } from "../store/digest.ts";

/** Moves the file. Undefined when it cannot be: the log is then what is shown of it, and nothing else is lost. */
export async function storeLog(contentDir: string, file: string): Promise<Digest | undefined> {
  try {
    const log = await open(file, "r");
    const digest = await digestOfFile(log).finally(() => log.close());
    const target = contentPath(contentDir, digest);
    await mkdir(dirname(target), { recursive: true });
    await rename(file, target);
    return digest;
  } catch {
    return undefined;
  }
}
