/** Ids and file names for new cells: deterministic, readable where the cell says what it is, never one that is taken. */
import type { CellLanguage } from "./model.ts";
import { pathKey, splitExtension } from "./paths.ts";

/** A short id from a seed, e.g. the start of a hash. Equal seeds give equal ids. */
export type MakeId = (seed: string) => string;

export function newId(makeId: MakeId, seed: string, taken: ReadonlySet<string>): string {
  for (let attempt = 0; ; attempt++) {
    const id = makeId(attempt === 0 ? seed : `${seed}\u0000${attempt}`);
    if (id !== "" && !taken.has(id)) return id;
  }
}

/** `<what the cell is called, or its id><extension>`, numbered when that is taken (letter case ignored). */
export function newFileName(
  cell: { id: string; language: CellLanguage; source: string },
  taken: ReadonlySet<string>,
): string {
  return free(slugOf(cell.language, cell.source) || slug(cell.id) || "cell", extensionFor(cell.language), taken);
}

/** The file's name once its cell changes language; the same when its extension already fits. */
export function renamedFor(file: string, language: CellLanguage, taken: ReadonlySet<string>): string {
  const [stem, extension] = splitExtension(file);
  const wanted = extensionFor(language);
  if (extension.toLowerCase() === wanted) return file;
  return free(/^\.(py|md)$/i.test(extension) ? stem : file, wanted, taken);
}

export function extensionFor(language: CellLanguage): ".py" | ".md" {
  return language === "markdown" ? ".md" : ".py";
}

function free(stem: string, extension: string, taken: ReadonlySet<string>): string {
  for (let count = 1; ; count++) {
    const name = `${stem}${count === 1 ? "" : `_${count}`}${extension}`;
    if (!taken.has(pathKey(name))) return name;
  }
}

/** The cell's `@name`, or the first heading of a markdown cell. */
function slugOf(language: CellLanguage, source: string): string {
  const pattern = language === "markdown" ? /^#{1,6}[ \t]+(.+)$/m : /^[ \t]*#[ \t]*@name[ \t]+(.+)$/im;
  return slug(pattern.exec(source.slice(0, 2000))?.[1] ?? "");
}

// Names that Windows keeps for devices, with any extension.
const RESERVED = /^(con|prn|aux|nul|com\d|lpt\d)$/;

/** The text's words in lower-case ASCII letters and digits; accents are dropped. */
export function plainWords(text: string): readonly string[] {
  const words = text
    .normalize("NFKD")
    .replace(/\p{M}/gu, "")
    .toLowerCase()
    .split(/[^a-z0-9]+/);
  return words.filter((word) => word !== "");
}

function slug(text: string): string {
  const short = plainWords(text).join("_").slice(0, 40).replace(/_$/, "");
  return RESERVED.test(short) ? `${short}_` : short;
}
