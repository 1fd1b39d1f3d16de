/**
 * The port to a language model: what is asked, what comes back, how it can fail. Prompt cells, the assistant and the
 * agent speak only this; behind it are providers (docs/ai.md), a cassette, or a model that the editor offers.
 */

export interface TextPart {
  readonly type: "text";
  readonly text: string;
}

export interface ImagePart {
  readonly type: "image";
  /** "image/png", "image/jpeg", "image/gif" or "image/webp". */
  readonly mime: string;
  /** Base64. */
  readonly data: string;
}

/** The model asks for a tool. */
export interface ToolCallPart {
  readonly type: "tool-call";
  readonly id: string;
  readonly name: string;
  readonly input: unknown;
}

/** What the tool answered; it follows in the next user message, one for every call. */
export interface ToolResultPart {
  readonly type: "tool-result";
  readonly id: string;
  readonly content: readonly (TextPart | ImagePart)[];
  readonly failed: boolean;
}

/** Something only the provider reads, which must come back to it unchanged in the next request: its reasoning. */
export interface OpaquePart {
  readonly type: "opaque";
  readonly provider: string;
  readonly value: unknown;
}

export type UserPart = TextPart | ImagePart | ToolResultPart;
export type AssistantPart = TextPart | ToolCallPart | OpaquePart;

export type Message =
  | { readonly role: "user"; readonly content: readonly UserPart[] }
  | { readonly role: "assistant"; readonly content: readonly AssistantPart[] };

export type JsonSchema = Readonly<Record<string, unknown>>;

export interface Tool {
  readonly name: string;
  readonly description: string;
  /** Of the input: an object. */
  readonly schema: JsonSchema;
}

export interface ModelRequest {
  readonly model: string;
  readonly system?: string;
  readonly messages: readonly Message[];
  readonly tools?: readonly Tool[];
  /** The answer is to be JSON; with a schema, JSON of that shape. The caller validates: not every provider can promise it. */
  readonly output?: { readonly schema?: JsonSchema };
  /** Tokens of the answer. Default: the model's entry in the table, else 16,000. */
  readonly maxTokens?: number;
  /** Left out where the model takes none. */
  readonly temperature?: number;
}

/** Tokens, each counted once: `input` has those neither read from nor written to a cache. */
export interface Usage {
  readonly input: number;
  readonly output: number;
  readonly cacheRead: number;
  readonly cacheWrite: number;
}

export type FailureKind =
  /** There is no key for the provider. */
  | "key-missing"
  | "key-rejected"
  /** Nothing says which model to use. */
  | "not-configured"
  | "unknown-model"
  /** The request itself is not accepted; repeating it is pointless. */
  | "rejected"
  | "rate-limited"
  | "overloaded"
  | "unreachable"
  /** The answer ended before its end. */
  | "cut"
  /** The answer is not what the protocol says. */
  | "malformed"
  | "timeout"
  /** The model declined to answer. */
  | "refused"
  | "cancelled";

export interface ModelFailure {
  readonly kind: FailureKind;
  /** Who, what happened, what to do next; never contains a key. */
  readonly message: string;
  /** HTTP status, when there was one. */
  readonly status?: number;
  /** What the provider asked us to wait, in milliseconds. */
  readonly retryAfterMs?: number;
}

export type StopReason = "end" | "length" | "tool-calls";

export type ModelEvent =
  | { readonly type: "text"; readonly text: string }
  | ToolCallPart
  /** What was streamed so far is void: the request is sent again. */
  | { readonly type: "retry"; readonly attempt: number; readonly waitMs: number; readonly failure: ModelFailure }
  /** Always the last, unless `failed` is. `content` is the whole answer, ready to be the next assistant message. */
  | {
      readonly type: "done";
      readonly stop: StopReason;
      readonly content: readonly AssistantPart[];
      readonly usage: Usage;
      /** 1 when the first request was answered. */
      readonly attempts: number;
      /** The model as the provider names it. */
      readonly model: string;
    }
  | { readonly type: "failed"; readonly failure: ModelFailure; readonly attempts: number };

export type Done = ModelEvent & { readonly type: "done" };

export interface ModelProvider {
  /** "anthropic", "openai", "vscode"…: part of what an answer is cached by. */
  readonly id: string;
  /**
   * Never throws: expected failures, a cancelled signal included, are a last `failed` event.
   * Leaving the loop early cancels the request.
   */
  stream(request: ModelRequest, signal: AbortSignal): AsyncIterable<ModelEvent>;
}

export const NO_USAGE: Usage = { input: 0, output: 0, cacheRead: 0, cacheWrite: 0 };

export function addUsage(a: Usage, b: Usage): Usage {
  return {
    input: a.input + b.input,
    output: a.output + b.output,
    cacheRead: a.cacheRead + b.cacheRead,
    cacheWrite: a.cacheWrite + b.cacheWrite,
  };
}

export function textOf(content: readonly AssistantPart[]): string {
  return content.map((part) => (part.type === "text" ? part.text : "")).join("");
}
