/** Sorts a traceback's frames into those of the user and runs of library frames that are folded. Pure. */
import type { CellError, TraceFrame } from "../../extension/core/outputs/model.ts";

export type FrameGroup =
  | { readonly kind: "own"; readonly frame: TraceFrame }
  | { readonly kind: "library"; readonly name: string; readonly frames: readonly TraceFrame[] };

const LIBRARY =
  /[\\/](site-packages|dist-packages)[\\/]|[\\/]lib[\\/]python\d|^<frozen |[\\/]strata_harness[\\/]|\.(pyx|pxd)$/;

function isLibrary(frame: TraceFrame): boolean {
  return frame.cell === undefined && (LIBRARY.test(frame.file) || frame.file.startsWith("<"));
}

export function groupFrames(frames: readonly TraceFrame[]): readonly FrameGroup[] {
  const groups: FrameGroup[] = [];
  for (const frame of frames) {
    if (!isLibrary(frame)) {
      groups.push({ kind: "own", frame });
      continue;
    }
    const last = groups.at(-1);
    const name = libraryName(frame.file);
    if (last?.kind === "library") {
      const names = last.name.split(", ");
      groups[groups.length - 1] = {
        kind: "library",
        name: names.includes(name) ? last.name : `${last.name}, ${name}`,
        frames: [...last.frames, frame],
      };
    } else groups.push({ kind: "library", name, frames: [frame] });
  }
  return groups;
}

/** The package a file is in, as its user knows it. */
function libraryName(file: string): string {
  const found = /(?:site|dist)-packages[\\/]([^\\/]+)/.exec(file)?.[1];
  // Compiled modules name their sources from the package on: pandas/_libs/index.pyx.
  if (/\.(pyx|pxd)$/.test(file)) return file.split(/[\\/]/)[0] ?? file;
  return found ? found.replace(/\.py$/, "") : "Python";
}

export function fileName(file: string): string {
  return file.split(/[\\/]/).at(-1) ?? file;
}

/** Reads the payload at the edge. Throws with a sentence. */
export function parseError(value: unknown): CellError {
  if (typeof value !== "object" || value === null) throw new Error("it is not a JSON object");
  const { name, message, traceback, frames, line } = value as Record<string, unknown>;
  return {
    name: typeof name === "string" && name !== "" ? name : "Error",
    message: typeof message === "string" ? message : "",
    traceback: typeof traceback === "string" ? traceback : "",
    frames: Array.isArray(frames) ? frames.flatMap(parseFrame) : [],
    ...(typeof line === "number" && { line }),
  };
}

function parseFrame(value: unknown): TraceFrame[] {
  if (typeof value !== "object" || value === null) return [];
  const { cell, file, line, function: name, text } = value as Record<string, unknown>;
  if (typeof file !== "string" || typeof line !== "number") return [];
  return [
    {
      file,
      line,
      function: typeof name === "string" ? name : "",
      ...(typeof cell === "string" && { cell }),
      ...(typeof text === "string" && { text }),
    },
  ];
}
