/**
 * Answers for prompt cells: from the cassette, from what was answered before, or from a model, in this order. The same
 * question is asked once, however many cells ask it at a time.
 */
import { createHash } from "node:crypto";
import { answer as converse } from "../../core/ai/answer.ts";
import type { Choice } from "../../core/ai/choose.ts";
import type { ModelRequest } from "../../core/ai/model.ts";
import { costOf } from "../../core/ai/models.ts";
import type { AskEvent, Asked, AskFailure, PromptPort, PromptQuestion } from "../../core/ai/prompt-port.ts";
import { providerIdentity } from "../../core/ai/prompt-spec.ts";
import { providerSpec } from "../../core/ai/providers.ts";
import { messageOf } from "../../core/thrown.ts";
import type { Answers, StoredAnswer } from "./answers.ts";
import type { Cassette } from "./cassette.ts";
import type { Ledger } from "./ledger.ts";
import type { Models } from "./models.ts";
import { paced } from "./pace.ts";
import { compileSchema, type SchemaCheck } from "./schema.ts";

export interface PromptPorts {
  readonly models: Models;
  readonly answers: Answers;
  readonly ledger: Ledger;
  /** Of this run: replayed, and added to. */
  readonly cassette?: Cassette;
  /** The one that the notebook itself names: only replayed. A problem is a sentence. */
  readonly tape?: (name: string) => Promise<Cassette | { readonly problem: string }>;
  readonly read: (digest: string) => Promise<string | undefined>;
  /** ISO-8601. */
  readonly now: () => string;
}

type Listener = (event: AskEvent) => void;
type Source = "model" | "stored" | "cassette";

export function createPrompts(ports: PromptPorts): PromptPort {
  const { models, answers, ledger, cassette } = ports;
  const opened = ports.now();
  const underWay = new Map<string, Promise<Asked>>();

  async function find(question: PromptQuestion, request: string, on: Listener, signal: AbortSignal): Promise<Asked> {
    const recorded = cassette?.get(request);
    if (recorded !== undefined) return asAsked(recorded, request, "cassette");
    const named = question.settings.cassette;
    const tape = named === undefined || ports.tape === undefined ? undefined : await ports.tape(named);
    if (tape !== undefined && "problem" in tape) return fail("not-configured", tape.problem);
    const replayed = tape?.get(request);
    if (replayed !== undefined && question.anew !== true) return asAsked(replayed, request, "cassette");
    const since = question.since === "session" ? opened : (question.since ?? "");
    const stored = await answers.get(request);
    if (stored !== undefined && stored.at >= since) {
      await cassette?.put(request, stored);
      return asAsked(stored, request, "stored");
    }
    const check = await checkOf(question);
    if (check !== undefined && "problem" in check) return fail("rejected", check.problem);
    const asked = await ask(question, request, check, on, signal);
    // Who wants another answer and has no key to ask for one still has the recorded one.
    const hopeless = asked.kind === "failed" && asked.failure.kind === "not-recorded";
    return hopeless && replayed !== undefined ? asAsked(replayed, request, "cassette") : asked;
  }

  async function ask(
    question: PromptQuestion,
    request: string,
    check: SchemaCheck | undefined,
    on: Listener,
    signal: AbortSignal,
  ): Promise<Asked> {
    const { settings, model, choice, cell } = question;
    const open = await models.open(settings, model);
    if ("failure" in open) {
      const tape = cassette?.path ?? settings.cassette;
      if (tape === undefined || open.failure.kind !== "key-missing") return { kind: "failed", failure: open.failure };
      return fail(
        "not-recorded",
        `The cassette ${tape} has no answer of ${choice.model} to this prompt, and there is no key to ask for one. Run once with ${choice.keyNames[0]} set to record it, and see that [ai] of notebook.toml names the model.`,
      );
    }
    const provider = providerIdentity(choice);
    if (providerIdentity(open.choice) !== provider || open.choice.model !== choice.model) {
      // A key or a model of VS Code came or went since the plan: what one model says is never kept as the answer of another.
      const now = `${open.choice.model} (${providerSpec(open.choice.provider)?.label ?? open.choice.provider})`;
      return fail(
        "not-configured",
        `The model for this cell is now ${now}, instead of ${choice.model}. Run the cell again.`,
      );
    }
    const shown = paced(on);
    const given = await converse(
      open.provider,
      { request: question.request, attempts: question.attempts, ...(check === undefined ? {} : { check }) },
      shown,
      signal,
    ).finally(shown.end);
    const { usage, attempts, requests } = given;
    const at = ports.now();
    if (usage.input + usage.output > 0) {
      const cost = costOf(choice.model, usage) ?? null;
      await ledger.add({
        version: 1,
        at,
        cell,
        provider,
        model: choice.model,
        usage,
        cost,
        requests,
        kept: given.kind === "answer",
      });
    }
    if (given.kind === "failed") return { kind: "failed", failure: given.failure };
    const kept: StoredAnswer = {
      version: 1,
      provider,
      model: choice.model,
      prompt: beginningOf(question.request),
      text: given.text,
      ...(check === undefined ? {} : { value: given.value }),
      usage,
      attempts,
      requests,
      at,
    };
    await answers.put(request, kept);
    await cassette?.put(request, kept);
    return asAsked(kept, request, "model");
  }

  return {
    choose: models.choose,
    version: () => JSON.stringify([models.choose({})]),
    read: ports.read,
    async ask(question, on, signal) {
      const request = requestHash(question.choice, question.request, question.json);
      const same = underWay.get(request);
      if (same !== undefined) {
        const asked = await same;
        // Whoever asked first may have given up; we have not.
        if (asked.kind === "answer" || asked.failure.kind !== "cancelled" || signal.aborted) return shared(asked);
      }
      const asking = find(question, request, on, signal)
        .catch((thrown: unknown) => fail("malformed", messageOf(thrown)))
        .finally(() => underWay.delete(request));
      underWay.set(request, asking);
      return asking;
    },
  };
}

/** All that is sent, and to whom; two prompts with the same hash are the same question. */
function requestHash(choice: Choice, request: ModelRequest, json: boolean): string {
  const sent = ["strata.prompt.v1", providerIdentity(choice), request.model, request.system ?? null, request.messages];
  const how = [request.maxTokens ?? null, request.temperature ?? null, json, request.output?.schema ?? null];
  return createHash("sha256")
    .update(JSON.stringify([...sent, ...how]))
    .digest("hex");
}

async function checkOf(question: PromptQuestion): Promise<SchemaCheck | undefined | { readonly problem: string }> {
  if (!question.json) return undefined;
  return question.schema === undefined ? () => [] : compileSchema(question.schema);
}

function asAsked(answer: StoredAnswer, request: string, source: Source): Asked {
  const { provider, model, usage, attempts, requests, at, text } = answer;
  const cost = costOf(model, usage) ?? null;
  const log = { provider, model, usage, cost, attempts, requests, source, request, at };
  return "value" in answer ? { kind: "answer", text, value: answer.value, log } : { kind: "answer", text, log };
}

/** The cell that waited for another's answer paid nothing for it. */
function shared(asked: Asked): Asked {
  if (asked.kind === "failed" || asked.log.source !== "model") return asked;
  return { ...asked, log: { ...asked.log, source: "stored" } };
}

function fail(kind: AskFailure["kind"], message: string): Asked {
  return { kind: "failed", failure: { kind, message } };
}

const PROMPT_SHOWN = 300;

function beginningOf(request: ModelRequest): string {
  const parts = request.messages.flatMap((message) =>
    message.content.map((part) => (part.type === "text" ? part.text : `[${part.type}]`)),
  );
  const text = parts.join("");
  return text.length <= PROMPT_SHOWN ? text : `${text.slice(0, PROMPT_SHOWN)}…`;
}
