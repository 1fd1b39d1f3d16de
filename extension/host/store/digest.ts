/**
 * The digest of content, as docs/store.md says it: SHA-256 up to 1 MiB; above, in pieces of 1 MiB, so that several cores
 * can share the work. The Python harness computes the same (`digest.py`).
 */
import { createHash, webcrypto } from "node:crypto";
import type { FileHandle } from "node:fs/promises";
import type { Digest } from "../../core/outputs/model.ts";

const PIECE = 1 << 20;
/** Pieces in flight: as many as Node.js has threads for such work. */
const AT_ONCE = 4;

export function digestOf(bytes: Uint8Array): Digest {
  if (bytes.byteLength <= PIECE) return createHash("sha256").update(bytes).digest("hex");
  const pieces: Uint8Array[] = [];
  for (let at = 0; at < bytes.byteLength; at += PIECE) {
    pieces.push(
      createHash("sha256")
        .update(bytes.subarray(at, at + PIECE))
        .digest(),
    );
  }
  return long(bytes.byteLength, pieces);
}

/** In pieces, so that a large value neither fills memory nor keeps everything else waiting. */
export async function digestOfFile(file: FileHandle): Promise<Digest> {
  const { size } = await file.stat();
  if (size <= PIECE) return digestOf(await readPiece(file, Buffer.allocUnsafe(size), 0));
  const pieces: Uint8Array[] = [];
  let next = 0;
  const work = async () => {
    const room = Buffer.allocUnsafeSlow(PIECE);
    for (let at = next++; at * PIECE < size; at = next++) {
      const piece = await readPiece(file, room.subarray(0, Math.min(PIECE, size - at * PIECE)), at * PIECE);
      pieces[at] = new Uint8Array(await webcrypto.subtle.digest("SHA-256", piece));
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return long(size, pieces);
}

/** Fills the room, or what of it the file has bytes for. */
async function readPiece(file: FileHandle, room: Buffer<ArrayBuffer>, position: number): Promise<Buffer<ArrayBuffer>> {
  let filled = 0;
  while (filled < room.byteLength) {
    const { bytesRead } = await file.read(room, filled, room.byteLength - filled, position + filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return room.subarray(0, filled);
}

function long(size: number, pieces: readonly Uint8Array[]): Digest {
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(size));
  return createHash("sha512")
    .update("strata.pieces.v1\n")
    .update(length)
    .update(Buffer.concat(pieces))
    .digest("hex")
    .slice(0, 64);
}
