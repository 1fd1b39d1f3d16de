/** A file that another process appends to, read from its beginning and on while it grows. */
import { type FileHandle, open } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";

const LOOK_MS = 50;
const CHUNK = 1 << 16;

/** Until `over` is resolved and all is read, or `signal` is aborted. The file may be made later than this begins. */
export async function* readGrowing(path: string, over: Promise<void>, signal?: AbortSignal): AsyncGenerator<Buffer> {
  let last = false;
  void over.then(() => {
    last = true;
  });
  let file: FileHandle | undefined;
  try {
    while (signal?.aborted !== true) {
      // Asked before reading: what was written up to the end is read after it.
      const final = last;
      file ??= await open(path, "r").catch(() => undefined);
      for (let read = await next(file); read.length > 0; read = await next(file)) yield read;
      if (final) return;
      await Promise.race([over, sleep(LOOK_MS, undefined, signal === undefined ? {} : { signal }).catch(() => {})]);
    }
  } finally {
    await file?.close();
  }
}

async function next(file: FileHandle | undefined): Promise<Buffer> {
  if (file === undefined) return Buffer.alloc(0);
  const { bytesRead, buffer } = await file.read(Buffer.alloc(CHUNK), 0, CHUNK, null);
  return buffer.subarray(0, bytesRead);
}
