/**
 * A file with the answers a notebook needs, to be kept beside it: whoever runs the notebook with it needs no key and
 * pays nothing. It reads well in a diff: one answer by one, sorted, each with the beginning of its prompt.
 */
import { readFile } from "node:fs/promises";
import writeFileAtomic from "write-file-atomic";
import { type StoredAnswer, toAnswer } from "./answers.ts";

export interface Cassette {
  readonly path: string;
  get(request: string): StoredAnswer | undefined;
  /** `prompt` is for people who read the file. */
  put(request: string, prompt: string, answer: StoredAnswer): Promise<void>;
}

interface Entry extends StoredAnswer {
  readonly prompt: string;
}

const PROMPT_SHOWN = 300;

export async function openCassette(path: string): Promise<Cassette | { readonly problem: string }> {
  let text: string | undefined;
  try {
    text = await readFile(path, "utf8");
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code !== "ENOENT") return { problem: `The cassette ${path} cannot be read: ${message}.` };
  }
  const entries = new Map<string, Entry>();
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
    put(request, prompt, answer) {
      const shown = prompt.length <= PROMPT_SHOWN ? prompt : `${prompt.slice(0, PROMPT_SHOWN)}…`;
      entries.set(request, { ...answer, prompt: shown });
      // One write after the other, each with all that is there by then.
      writing = writing.then(() => writeFileAtomic(path, serialize(entries)));
      return writing;
    },
  };
}

function parse(text: string): readonly (readonly [string, Entry])[] | undefined {
  try {
    const file = JSON.parse(text) as { version?: unknown; answers?: Record<string, unknown> };
    if (file.version !== 1 || typeof file.answers !== "object" || file.answers === null) return undefined;
    return Object.entries(file.answers).flatMap(([request, value]) => {
      const answer = toAnswer(value);
      const prompt = (value as { prompt?: unknown }).prompt;
      return answer === undefined ? [] : [[request, { ...answer, prompt: typeof prompt === "string" ? prompt : "" }]];
    });
  } catch {
    return undefined;
  }
}

function serialize(entries: ReadonlyMap<string, Entry>): string {
  const sorted = [...entries].sort(([a], [b]) => (a < b ? -1 : 1));
  const answers = Object.fromEntries(
    sorted.map(([request, { prompt, ...answer }]) => [request, { prompt, ...answer }]),
  );
  return `${JSON.stringify({ version: 1, answers }, undefined, 2)}\n`;
}
