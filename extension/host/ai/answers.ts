/**
 * Answers that models gave, by the hash of all that was sent: a file each, in the store's folder. They outlive the
 * results of cells, so that a prompt that comes back after an edit costs nothing.
 */
import { mkdir, readFile, utimes } from "node:fs/promises";
import { dirname } from "node:path";
import writeFileAtomic from "write-file-atomic";
import type { Usage } from "../../core/ai/model.ts";
import { answerPath } from "../store/answer-path.ts";

export interface StoredAnswer {
  readonly version: 1;
  readonly provider: string;
  readonly model: string;
  /** The beginning of the prompt, for people who look into the file. */
  readonly prompt: string;
  readonly text: string;
  /** Absent where the answer is plain text. */
  readonly value?: unknown;
  readonly usage: Usage;
  readonly attempts: number;
  readonly requests: number;
  /** ISO-8601. */
  readonly at: string;
}

export interface Answers {
  get(request: string): Promise<StoredAnswer | undefined>;
  put(request: string, answer: StoredAnswer): Promise<void>;
}

export function openAnswers(folder: string): Answers {
  return {
    async get(request) {
      const path = answerPath(folder, request);
      const text = await readFile(path, "utf8").catch(() => undefined);
      if (text === undefined) return undefined;
      // What was used lately is kept longer. A medium that cannot be written loses nothing either.
      const now = new Date();
      await utimes(path, now, now).catch(() => undefined);
      return parseAnswer(text);
    },
    async put(request, answer) {
      const path = answerPath(folder, request);
      await mkdir(dirname(path), { recursive: true });
      await writeFileAtomic(path, `${JSON.stringify(answer)}\n`, { fsync: false });
    },
  };
}

export function parseAnswer(text: string): StoredAnswer | undefined {
  try {
    return toAnswer(JSON.parse(text));
  } catch {
    // Damaged: as if it had never been given.
    return undefined;
  }
}

export function toAnswer(value: unknown): StoredAnswer | undefined {
  const answer = value as Partial<StoredAnswer> | null;
  const sound =
    typeof answer === "object" &&
    answer !== null &&
    answer.version === 1 &&
    typeof answer.prompt === "string" &&
    typeof answer.text === "string" &&
    typeof answer.model === "string" &&
    typeof answer.provider === "string" &&
    typeof answer.at === "string" &&
    typeof answer.attempts === "number" &&
    typeof answer.requests === "number" &&
    ["input", "output", "cacheRead", "cacheWrite"].every(
      (key) => typeof (answer.usage as Record<string, unknown> | undefined)?.[key] === "number",
    );
  return sound ? (answer as StoredAnswer) : undefined;
}
