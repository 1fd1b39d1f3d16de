/** What the engine needs of the world to run prompt cells: which model would be asked, and an answer to a prompt. */
import type { Digest } from "../outputs/model.ts";
import type { AiSettings, Choice } from "./choose.ts";
import type { JsonSchema, ModelFailure, ModelRequest, Usage } from "./model.ts";

export interface PromptPort {
  choose(settings: AiSettings, model: string | undefined): Choice | { readonly failure: ModelFailure };
  /** Changes when `choose` may choose otherwise. */
  version(): string;
  /** Stored text. */
  read(digest: Digest): Promise<string | undefined>;
  /** Finds the answer, or asks for it. Never throws. */
  ask(question: PromptQuestion, on: (event: AskEvent) => void, signal: AbortSignal): Promise<Asked>;
}

export interface PromptQuestion {
  readonly cell: string;
  readonly settings: AiSettings;
  readonly model: string | undefined;
  readonly choice: Choice;
  readonly request: ModelRequest;
  readonly json: boolean;
  readonly schema: JsonSchema | undefined;
  readonly attempts: number;
  /** An answer that was given before this time (ISO-8601), or before this session, does not do. */
  readonly since?: string | "session";
  /** The user wants another answer than any that was given. */
  readonly anew?: boolean;
}

export type AskEvent =
  | { readonly type: "text"; readonly text: string }
  /** What came so far is void. */
  | { readonly type: "again"; readonly why: string };

export type Asked =
  | {
      readonly kind: "answer";
      readonly text: string;
      readonly value?: unknown;
      readonly log: AnswerLog;
    }
  | { readonly kind: "failed"; readonly failure: AskFailure };

export interface AskFailure {
  readonly kind: ModelFailure["kind"] | "invalid-answer" | "cut-short" | "not-recorded";
  readonly message: string;
}

/** How an answer came about; stored with the cell's outputs. */
export interface AnswerLog {
  readonly provider: string;
  readonly model: string;
  readonly usage: Usage;
  /** US dollars that this answer cost when it was given; null when the model's price is not known. */
  readonly cost: number | null;
  /** Answers asked for until one was valid. */
  readonly attempts: number;
  /** Requests sent, repeated ones included. */
  readonly requests: number;
  /** Where it came from this time. */
  readonly source: "model" | "stored" | "cassette";
  /** Hash of all that was sent. */
  readonly request: string;
  /** ISO-8601, when it was given. */
  readonly at: string;
}
