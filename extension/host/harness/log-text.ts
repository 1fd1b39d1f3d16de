/**
 * The two log files of a run, read in pieces and decoded as UTF-8 across the borders of the pieces. Text is handed out in
 * the order in which it was written, as far as the positions that the guest reports tell.
 */
import { rmSync } from "node:fs";
import { type FileHandle, open, rm } from "node:fs/promises";
import { systemCode } from "../../core/thrown.ts";
import type { Position } from "./wire.ts";

export type Emit = (name: "stdout" | "stderr", text: string) => void;

export interface LogText {
  /** Emits everything before `to`. */
  advance(to: Position): Promise<void>;
  /** Whether everything before `to` was there to be read. */
  has(to: Position): boolean;
  /** Bytes in the files now. */
  sizes(): Promise<Position>;
  /** The files that are longer than so many bytes, as far as they were read. */
  longer(bytes: number): readonly { readonly name: "stdout" | "stderr"; readonly path: string }[];
  /** Emits what a cut-off character left over, closes the files and removes them. */
  end(): Promise<void>;
  /** Closes the files and leaves them: somebody else will read them. */
  release(): Promise<void>;
}

const PIECE = 1 << 20;
/** A file up to this size is removed faster than another thread is asked to do it. */
const SMALL = 1 << 16;

export function openLogText(stdout: string, stderr: string, emit: Emit): LogText {
  const out = openStream(stdout, (text) => emit("stdout", text));
  const err = openStream(stderr, (text) => emit("stderr", text));
  return {
    async advance(to) {
      if (out.behind(to.stdout)) await out.advance(to.stdout);
      if (err.behind(to.stderr)) await err.advance(to.stderr);
    },
    has: (to) => !out.behind(to.stdout) && !err.behind(to.stderr),
    async sizes() {
      return { stdout: await out.size(), stderr: await err.size() };
    },
    async end() {
      await out.end();
      await err.end();
    },
    longer: (bytes) => [
      ...(out.behind(bytes + 1) ? [] : [{ name: "stdout" as const, path: stdout }]),
      ...(err.behind(bytes + 1) ? [] : [{ name: "stderr" as const, path: stderr }]),
    ],
    async release() {
      await out.release();
      await err.release();
    },
  };
}

/** The guest makes the file. It is opened when there is something in it, which for most cells is never. */
function openStream(path: string, emit: (text: string) => void) {
  let opening: Promise<FileHandle | undefined> | undefined;
  let piece = new Uint8Array(0);
  const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  let at = 0;

  /** Several may ask at once: it is opened for all of them. */
  function opened(): Promise<FileHandle | undefined> {
    opening ??= open(path, "r").catch((error: unknown) => {
      opening = undefined;
      // A guest that has not made the file, or died before it did, has written nothing.
      if (systemCode(error) === "ENOENT") return undefined;
      throw error;
    });
    return opening;
  }

  return {
    behind: (to: number) => at < to,
    async advance(to: number) {
      const from = await opened();
      while (from !== undefined && at < to) {
        const wanted = Math.min(PIECE, to - at);
        if (piece.length < wanted) piece = new Uint8Array(wanted);
        const { bytesRead } = await from.read(piece, 0, wanted, at);
        if (bytesRead === 0) return;
        at += bytesRead;
        const text = decoder.decode(piece.subarray(0, bytesRead), { stream: true });
        if (text !== "") emit(text);
      }
    },
    async size() {
      return (await (await opened())?.stat())?.size ?? 0;
    },
    async release() {
      await (await opening)?.close();
    },
    async end() {
      const rest = decoder.decode();
      if (rest !== "") emit(rest);
      await (await opening)?.close();
      if (at <= SMALL) rmSync(path, { force: true });
      else await rm(path, { force: true });
    },
  };
}
