/** Questions about files in words: what a cell was answered, or what it would be answered now. */
import type { Asked } from "../store/model.ts";

const SAW: Readonly<Record<Asked["saw"], string>> = {
  there: "there",
  file: "a file",
  folder: "a folder",
  other: "neither a file nor a folder",
  link: "a link",
  "no link": "no link",
  missing: "missing",
  unreadable: "unreadable",
  granted: "access granted",
  refused: "access refused",
};

/** "a file of 12 bytes", "a link to data/new.csv", "missing". */
export function sawText({ saw, size, target }: Pick<Asked, "saw" | "size" | "target">): string {
  if (size !== undefined && saw === "file") return `a file of ${size} bytes`;
  if (target !== undefined) return `a link to ${target}`;
  return SAW[saw];
}

export function nounOf({ saw }: Asked): string {
  return saw === "folder" ? "folder" : saw === "link" || saw === "no link" ? "path" : "file";
}
