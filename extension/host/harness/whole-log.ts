/** The log of a cell that wrote much becomes content of the store, whole: what is shown of it is its head and its tail. */
import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { mkdir, rename } from "node:fs/promises";
import { dirname } from "node:path";
import { pipeline } from "node:stream/promises";
import type { Digest } from "../../core/outputs/model.ts";
import { contentPath } from "../store/content.ts";

/** Moves the file. Undefined when it cannot be: the log is then what is shown of it, and nothing else is lost. */
export async function storeLog(contentDir: string, file: string): Promise<Digest | undefined> {
  try {
    const hash = createHash("sha256");
    await pipeline(createReadStream(file, { highWaterMark: 1 << 20 }), hash);
    const digest = hash.digest("hex");
    const target = contentPath(contentDir, digest);
    await mkdir(dirname(target), { recursive: true });
    await rename(file, target);
    return digest;
  } catch {
    return undefined;
  }
}
