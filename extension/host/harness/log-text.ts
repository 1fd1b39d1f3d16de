/**
 * The two log files of a run, read in pieces and decoded as UTF-8 across the borders of the pieces. Text is handed out in
 * the order in which it was written, as far as the positions that the guest reports tell.
 */
import { type FileHandle, open } from "node:fs/promises";
import type { Position } from "./wire.ts";

export type Emit = (name: "stdout" | "stderr", text: string) => void;

export interface LogText {
  /** Emits everything before `to`. */
  advance(to: Position): Promise<void>;
  /** Bytes in the files now. */
  sizes(): Promise<Position>;
  /** Emits what a cut-off character left over, and closes the files. */
  close(): Promise<void>;
}

const PIECE = 1 << 20;

export async function openLogText(stdout: string, stderr: string, emit: Emit): Promise<LogText> {
  const out = await openStream(stdout, (text) => emit("stdout", text));
  const err = await openStream(stderr, (text) => emit("stderr", text));
  return {
    async advance(to) {
      await out.advance(to.stdout);
      await err.advance(to.stderr);
    },
    async sizes() {
      return { stdout: await out.size(), stderr: await err.size() };
    },
    async close() {
      await out.close();
      await err.close();
    },
  };
}

async function openStream(path: string, emit: (text: string) => void) {
  // Created here, so that a guest that dies before it opens them leaves empty logs and no special case.
  const file: FileHandle = await open(path, "a+", 0o600);
  const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  const piece = new Uint8Array(PIECE);
  let at = 0;
  return {
    async advance(to: number) {
      while (at < to) {
        const { bytesRead } = await file.read(piece, 0, Math.min(PIECE, to - at), at);
        if (bytesRead === 0) return;
        at += bytesRead;
        const text = decoder.decode(piece.subarray(0, bytesRead), { stream: true });
        if (text !== "") emit(text);
      }
    },
    async size() {
      return (await file.stat()).size;
    },
    async close() {
      const rest = decoder.decode();
      if (rest !== "") emit(rest);
      await file.close();
    },
  };
}
