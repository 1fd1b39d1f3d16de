/**
 * A file with the answers a notebook needs, to be kept beside it: whoever runs the notebook with it needs no key and
 * pays nothing. It reads well in a diff: one answer by one, sorted, each with the beginning of its prompt.
 */
import { readFile } from "node:fs/promises";
import writeFileAtomic from "write-file-atomic";
import { messageOf, systemCode } from "../../core/thrown.ts";
import { type StoredAnswer, toAnswer } from "./answers.ts";

export interface Cassette {
  readonly path: string;
  get(request: string): StoredAnswer | undefined;
  put(request: string, answer: StoredAnswer): Promise<void>;
}

export async function openCassette(path: string): Promise<Cassette | { readonly problem: string }> {
  let text: string | undefined;
  try {
    text = await readFile(path, "utf8");
  } catch (error) {
    if (systemCode(error) !== "ENOENT") return { problem: `The cassette ${path} cannot be read: ${messageOf(error)}.` };
  }
  const entries = new Map<string, StoredAnswer>();
  if (text !== undefined && text.trim() !== "") {
    const read = parse(text);
    if (read === undefined) {
      return { problem: `${path} is no cassette of answers. Name another file, or remove it to record a new one.` };
    }
    for (const [request, entry] of read) entries.set(request, entry);
  }
  let writing: Promise<void> = Promise.resolve();
  return {
    path,
    get: (request) => entries.get(request),
    put(request, answer) {
      entries.set(request, answer);
      // One write after the other, each with all that is there by then; also after one that failed, which its own caller hears of.
      const written = writing.then(() => writeFileAtomic(path, serialize(entries)));
      writing = written.catch(() => undefined);
      return written;
    },
  };
}

function parse(text: string): readonly (readonly [string, StoredAnswer])[] | undefined {
  try {
    const file = JSON.parse(text) as { version?: unknown; answers?: Record<string, unknown> };
    if (file.version !== 1 || typeof file.answers !== "object" || file.answers === null) return undefined;
    return Object.entries(file.answers).flatMap(([request, value]) => {
      const answer = toAnswer(value);
      return answer === undefined ? [] : [[request, answer] as const];
    });
  } catch {
    return undefined;
  }
}

function serialize(entries: ReadonlyMap<string, StoredAnswer>): string {
  const sorted = [...entries].sort(([a], [b]) => (a < b ? -1 : 1));
  return `${JSON.stringify({ version: 1, answers: Object.fromEntries(sorted) }, undefined, 2)}\n`;
}
