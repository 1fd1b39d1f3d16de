/**
 * One question asked until its answer is what was asked for. An answer that is to be JSON is read, fenced or not, and
 * checked; what is wrong with it is told to the model, which tries again. Nothing invalid comes out of here.
 */
import {
  type AssistantPart,
  addUsage,
  type Message,
  type ModelFailure,
  type ModelProvider,
  type ModelRequest,
  NO_USAGE,
  textOf,
  type Usage,
} from "./model.ts";

export interface Question {
  readonly request: ModelRequest;
  /** What is wrong with a value, in short sentences; absent when the answer is plain text. */
  readonly check?: (value: unknown) => readonly string[];
  /** Answers to ask for in all. */
  readonly attempts: number;
}

export type Answer =
  | {
      readonly kind: "answer";
      readonly text: string;
      /** When the answer is JSON. */
      readonly value?: unknown;
      readonly usage: Usage;
      /** Answers asked for. */
      readonly attempts: number;
      /** Requests sent, those that failed for a passing reason included. */
      readonly requests: number;
    }
  | {
      readonly kind: "failed";
      readonly failure: ModelFailure | InvalidAnswer;
      readonly usage: Usage;
      readonly attempts: number;
      readonly requests: number;
    };

export interface InvalidAnswer {
  readonly kind: "invalid-answer" | "cut-short";
  readonly message: string;
}

export interface AnswerEvents {
  text(text: string): void;
  /** What came so far is void. */
  again(why: string): void;
}

export async function answer(
  provider: ModelProvider,
  question: Question,
  on: AnswerEvents,
  signal: AbortSignal,
): Promise<Answer> {
  let messages: readonly Message[] = question.request.messages;
  let usage = NO_USAGE;
  let requests = 0;
  let { request } = question;
  for (let attempt = 1; ; attempt++) {
    let heard = await listen(provider, { ...request, messages }, on, signal);
    if ("failure" in heard && heard.failure.kind === "rejected" && request.output !== undefined) {
      // Not every server has a form for JSON. The prompt asks for it too, and the answer is checked here in any case.
      const { output: _, ...plain } = request;
      on.again("The request was not accepted, so it is sent again without the provider's own form for JSON.");
      request = plain;
      requests += heard.requests;
      heard = await listen(provider, { ...request, messages }, on, signal);
    }
    requests += heard.requests;
    usage = addUsage(usage, heard.usage);
    const counts = { usage, attempts: attempt, requests };
    if ("failure" in heard) return { kind: "failed", failure: heard.failure, ...counts };
    const text = textOf(heard.content);
    if (heard.cutShort) {
      const message = `The answer reached its limit of ${question.request.maxTokens ?? "the model's"} tokens before it was complete, so it is not kept. Raise @max_tokens, or max_output_tokens in [ai].`;
      return { kind: "failed", failure: { kind: "cut-short", message }, ...counts };
    }
    if (question.check === undefined) return { kind: "answer", text, ...counts };
    const read = readJson(text);
    const wrong = "wrong" in read ? [read.wrong] : question.check(read.value);
    if ("value" in read && wrong.length === 0) return { kind: "answer", text, value: read.value, ...counts };
    if (attempt >= question.attempts) {
      const message = `None of ${attempt} answer(s) was what @output asks for, so none is kept. The last one: ${wrong.join("; ")}. Say in the prompt what you need, or raise @validate_retries.`;
      return { kind: "failed", failure: { kind: "invalid-answer", message }, ...counts };
    }
    on.again(`Answer ${attempt} of ${question.attempts} was not valid: ${wrong.join("; ")}`);
    messages = [...messages, { role: "assistant", content: heard.content }, correction(wrong)];
  }
}

function correction(wrong: readonly string[]): Message {
  const list = wrong.map((sentence) => `- ${sentence}`).join("\n");
  const text = `Your answer cannot be used:\n${list}\nAnswer again, with the corrected JSON only.`;
  return { role: "user", content: [{ type: "text", text }] };
}

type Heard = { readonly usage: Usage; readonly requests: number } & (
  | { readonly content: readonly AssistantPart[]; readonly cutShort: boolean }
  | { readonly failure: ModelFailure }
);

async function listen(
  provider: ModelProvider,
  request: ModelRequest,
  on: AnswerEvents,
  signal: AbortSignal,
): Promise<Heard> {
  for await (const event of provider.stream(request, signal)) {
    switch (event.type) {
      case "text":
        on.text(event.text);
        break;
      case "retry":
        on.again(`${event.failure.message} Trying again in ${Math.ceil(event.waitMs / 1000)} s.`);
        break;
      case "tool-call":
        break;
      case "done":
        return {
          content: event.content,
          cutShort: event.stop === "length",
          usage: event.usage,
          requests: event.attempts,
        };
      case "failed":
        return { failure: event.failure, usage: NO_USAGE, requests: event.attempts };
      default:
        event satisfies never;
    }
  }
  return { failure: { kind: "cut", message: "The answer never ended." }, usage: NO_USAGE, requests: 1 };
}

/** The JSON in an answer: all of it, or what stands between fences, which models put around it unasked. */
export function readJson(text: string): { readonly value: unknown } | { readonly wrong: string } {
  const fenced = /^[\s\S]*?```[A-Za-z]*[ \t]*\r?\n([\s\S]*?)\r?\n?[ \t]*```[\s\S]*$/.exec(text)?.[1];
  let wrong = "it is empty";
  for (const candidate of [text, fenced]) {
    if (candidate === undefined || candidate.trim() === "") continue;
    try {
      return { value: JSON.parse(candidate) as unknown };
    } catch (error) {
      wrong = `it is no JSON: ${error instanceof Error ? error.message : "it cannot be read"}`;
    }
  }
  return { wrong };
}
