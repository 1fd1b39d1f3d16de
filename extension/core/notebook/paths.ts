/** What a cell's `file` may be: a path relative to `cells/`, with forward slashes, that never leaves it. */

export type CellPath =
  | { readonly kind: "path"; readonly path: string }
  | { readonly kind: "bad"; readonly why: string };

/** Check and normalise (`./a//b.py` is `a/b.py`). `why` completes the sentence "the file … ". */
export function readCellPath(written: string): CellPath {
  const bad = (why: string): CellPath => ({ kind: "bad", why });
  if (written.trim() === "") return bad("is empty");
  if (written.includes("\\")) return bad("has a backslash; write forward slashes");
  if (/[\u0000-\u001f\u007f]/.test(written)) return bad("has a control character");
  if (written.startsWith("/")) return bad("is an absolute path, outside cells/");
  if (/^[a-zA-Z]:/.test(written)) return bad("starts with a drive letter, outside cells/");
  const parts = written.split("/").filter((part) => part !== "" && part !== ".");
  if (parts.includes("..")) return bad("goes up with `..`, outside cells/");
  if (parts.length === 0 || written.endsWith("/")) return bad("names a folder");
  return { kind: "path", path: parts.join("/") };
}

/** Two paths with equal keys are one file on a file system that ignores case. */
export function pathKey(path: string): string {
  return path.normalize("NFC").toLowerCase();
}

/** `a/b.py` → `["a/b", ".py"]`; a name without a dot has the extension "". */
export function splitExtension(path: string): readonly [stem: string, extension: string] {
  const dot = path.lastIndexOf(".");
  return dot > path.lastIndexOf("/") + 1 ? [path.slice(0, dot), path.slice(dot)] : [path, ""];
}
