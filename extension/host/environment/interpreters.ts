/**
 * What bare interpreters said of themselves, kept between sessions: opening a notebook starts no Python, and yet its
 * results can only be told fresh from stale when the environment is known. A hint: a run asks again.
 */
import { mkdirSync, readFileSync } from "node:fs";
import { dirname } from "node:path";
import writeFileAtomic from "write-file-atomic";

export interface Facts {
  /** "CPython 3.11.7". */
  readonly python: string;
  readonly packageFolders: readonly string[];
  /** The interpreter itself; only a bare one is asked for it. */
  readonly executable?: string;
}

export interface Answer {
  /** Of the interpreter's file, when it answered. */
  readonly state: string;
  readonly facts: Facts;
}

export interface InterpreterMemory {
  recall(key: string): Answer | undefined;
  keep(key: string, answer: Answer): Promise<void>;
}

const KEPT = 100;

export function createInterpreterMemory(file: string): InterpreterMemory {
  let answers: Map<string, Answer> | undefined;
  return {
    recall: (key) => {
      answers ??= load(file);
      return answers.get(key);
    },
    async keep(key, answer) {
      // Read again: another window may have added its own.
      const all = load(file);
      all.delete(key);
      all.set(key, answer);
      answers = new Map([...all].slice(-KEPT));
      try {
        mkdirSync(dirname(file), { recursive: true });
        await writeFileAtomic(file, JSON.stringify({ version: 1, answers: [...answers] }));
      } catch {
        // A folder that cannot be written costs the hint, and nothing else.
      }
    },
  };
}

/** Wrong shapes are dropped: the interpreter is asked again. */
export function parseFacts(value: unknown): Facts | undefined {
  if (typeof value !== "object" || value === null || !("python" in value) || !("packageFolders" in value))
    return undefined;
  const { python, packageFolders } = value;
  if (typeof python !== "string" || !Array.isArray(packageFolders)) return undefined;
  const folders = packageFolders.filter((folder) => typeof folder === "string");
  const executable = "executable" in value && typeof value.executable === "string" ? value.executable : "";
  return { python, packageFolders: folders, ...(executable !== "" && { executable }) };
}

function load(file: string): Map<string, Answer> {
  const found = new Map<string, Answer>();
  try {
    const value: unknown = JSON.parse(readFileSync(file, "utf8"));
    if (typeof value !== "object" || value === null || !("answers" in value) || !Array.isArray(value.answers))
      return found;
    for (const entry of value.answers as unknown[]) {
      if (!Array.isArray(entry)) continue;
      const [key, answer] = entry as [unknown, { state?: unknown; facts?: unknown } | null | undefined];
      const facts = parseFacts(answer?.facts);
      if (typeof key === "string" && typeof answer?.state === "string" && facts !== undefined)
        found.set(key, { state: answer.state, facts });
    }
  } catch {
    // Absent or torn: nothing is remembered.
  }
  return found;
}
