/**
 * A prompt cell's run: a child renders the prompt, the model answers, a child makes the answer a variable. For whoever
 * looks on it is a job like any other: events while it runs, one result.
 */
import { logItems } from "../ai/answer-log.ts";
import type { ModelRequest } from "../ai/model.ts";
import type { Asked, AskFailure, PromptPort, PromptQuestion } from "../ai/prompt-port.ts";
import type { PromptSpec } from "../ai/prompt-spec.ts";
import { parseRendered, RENDERED_MIME, type RenderedPart, renderSource, storeSource } from "../ai/rendered.ts";
import type { CellError, MimeItem } from "../outputs/model.ts";
import { systemError } from "../outputs/system-error.ts";
import type { CellJob, JobEvent, JobResult, Runner } from "../run/model.ts";
import { runRows } from "./prompt-rows.ts";

export interface PromptRun {
  readonly spec: PromptSpec;
  /** As for a Python cell; its source is not looked at. */
  readonly job: CellJob;
  /** The user wants a new answer, whatever is stored. */
  readonly anew: boolean;
  readonly prompts: PromptPort;
  readonly runner: Runner;
  readonly clock: () => number;
  readonly now: () => string;
}

type On = (event: JobEvent) => void;

export async function runPrompt(run: PromptRun, on: On, signal: AbortSignal): Promise<JobResult> {
  const began = run.clock();
  const rendered = await render(run, on, signal);
  if ("result" in rendered) return rendered.result;
  const { prompts, observed } = rendered;
  const answered =
    run.spec.each === undefined
      ? await askOnce(run, prompts[0] ?? [], on, signal)
      : await runRows(run, prompts, on, signal);
  if ("failure" in answered) return failed(answered.failure, run.clock() - began);
  on({ type: "display", data: logItems(answered.logs), update: false });
  const stored = await run.runner.run(storeJob(run, answered.source), on, signal);
  if (stored.status !== "ok") return stored;
  const sample = [...new Set([...observed.sample, "model"])].sort();
  return { ...stored, observed: observed.observed, sample, ambient: {}, changed: [], deleted: [] };
}

type Ok = JobResult & { readonly status: "ok" };

/** The prompt as it would be sent; expressions that fail are the job's own error. */
export async function render(
  run: Pick<PromptRun, "spec" | "job" | "prompts" | "runner">,
  on: On,
  signal: AbortSignal,
): Promise<
  { readonly result: JobResult } | { readonly prompts: readonly (readonly RenderedPart[])[]; readonly observed: Ok }
> {
  let item: MimeItem | undefined;
  const result = await run.runner.run(
    { ...run.job, source: renderSource({ ...run.spec, segments: run.spec.template.segments, source: run.job.source }) },
    (event) => {
      const found = event.type === "display" ? event.data.find(({ mime }) => mime === RENDERED_MIME) : undefined;
      if (found === undefined) on(event);
      else item = found;
    },
    signal,
  );
  if (result.status !== "ok") return { result: { ...result, error: withoutOwnFrame(result.error) } };
  const text = item === undefined ? undefined : "text" in item ? item.text : await run.prompts.read(item.digest);
  const rendered = text === undefined ? undefined : parseRendered(text);
  if (rendered === undefined) {
    const message = "The rendered prompt could not be read back from the store. Check the disk that it is on.";
    return { result: { status: "error", error: systemError("StrataError", message), durationMs: result.durationMs } };
  }
  return { prompts: rendered.prompts, observed: result };
}

/** The frame of the program that renders is none of the cell's. */
function withoutOwnFrame(error: CellError): CellError {
  const [own, ...frames] = error.frames;
  if (own?.function !== "<module>" || own.line !== 1 || frames.length === 0) return error;
  const traceback = error.traceback.replace(/^ {2}File ".*", line 1, in <module>\n(?: {4}.*\n)*/m, "");
  return { ...error, frames, traceback };
}

function requestOf(spec: PromptSpec, parts: readonly RenderedPart[]): ModelRequest {
  const system = [spec.system, spec.json ? jsonWish(spec) : undefined]
    .filter((text) => text !== undefined)
    .join("\n\n");
  return {
    model: spec.choice.model,
    messages: [{ role: "user", content: parts }],
    maxTokens: spec.maxTokens,
    ...(system === "" ? {} : { system }),
    ...(spec.temperature === undefined ? {} : { temperature: spec.temperature }),
    ...(spec.json ? { output: spec.schema === undefined ? {} : { schema: spec.schema } } : {}),
  };
}

/** Also where the provider has a form of its own for it: some want the word, and some know no schemas. */
function jsonWish({ schema }: PromptSpec): string {
  if (schema === undefined) return "Answer with JSON only.";
  return `Answer with JSON only, which has to fit this JSON Schema:\n${JSON.stringify(schema)}`;
}

export function questionOf(run: PromptRun, parts: readonly RenderedPart[]): PromptQuestion {
  const { spec, job } = run;
  const since = sinceOf(run);
  const timeoutSeconds = spec.settings.timeoutSeconds ?? job.timeout;
  return {
    cell: job.cell,
    settings: timeoutSeconds === undefined ? spec.settings : { ...spec.settings, timeoutSeconds },
    model: spec.model,
    choice: spec.choice,
    request: requestOf(spec, parts),
    json: spec.json,
    schema: spec.schema,
    attempts: spec.attempts,
    anew: run.anew,
    ...(since === undefined ? {} : { since }),
  };
}

function sinceOf({ spec, anew, now }: PromptRun): string | undefined {
  if (anew || spec.cache?.policy === "off") return now();
  if (spec.cache?.policy === "session") return "session";
  if (spec.cache?.policy !== "ttl") return undefined;
  return new Date(Date.parse(now()) - spec.cache.seconds * 1000).toISOString();
}

export interface Answered {
  readonly logs: Parameters<typeof logItems>[0];
  /** The program that makes the answer a variable. */
  readonly source: string;
}

async function askOnce(
  run: PromptRun,
  parts: readonly RenderedPart[],
  on: On,
  signal: AbortSignal,
): Promise<Answered | { readonly failure: AskFailure }> {
  const shown = showing(run, on);
  const asked = await run.prompts.ask(
    questionOf(run, parts),
    (event) => {
      if (event.type === "text") shown.add(event.text);
      else shown.restart(event.why);
    },
    signal,
  );
  if (asked.kind === "failed") return { failure: asked.failure };
  shown.end(asked);
  const value = run.spec.json ? asked.value : asked.text;
  return { logs: [asked.log], source: storeSource(run.spec.output, JSON.stringify(value)) };
}

/** The answer as it grows, in one display that is replaced. */
function showing(
  run: PromptRun,
  on: On,
): { add(text: string): void; restart(why: string): void; end(asked: Asked & { kind: "answer" }): void } {
  let text = "";
  let shown = false;
  const show = (data: readonly MimeItem[]): void => {
    on({ type: "display", data, id: "answer", update: shown });
    shown = true;
  };
  return {
    add(piece) {
      text += piece;
      show(answerItems(text, undefined));
    },
    restart(why) {
      text = "";
      if (shown) show(answerItems("", undefined));
      on({ type: "stream", name: "stderr", text: `${why}\n` });
    },
    end: (asked) => show(answerItems(asked.text, run.spec.json ? asked.value : undefined)),
  };
}

function answerItems(text: string, value: unknown): readonly MimeItem[] {
  if (value === undefined) {
    return [
      { mime: "text/markdown", text },
      { mime: "text/plain", text },
    ];
  }
  return [
    { mime: "application/json", text: JSON.stringify(value) },
    { mime: "text/plain", text: JSON.stringify(value, undefined, 2) },
  ];
}

/** Rows are put beside their table, which the child needs for it; an answer alone needs nothing. */
function storeJob(run: PromptRun, source: string): CellJob {
  const { job } = run;
  return run.spec.each === undefined
    ? { ...job, source, bindings: [], definitions: {}, ambient: {} }
    : { ...job, source };
}

function failed(failure: AskFailure, durationMs: number): JobResult {
  const error = systemError(ERROR_NAMES[failure.kind] ?? "ModelError", failure.message);
  return { status: failure.kind === "cancelled" ? "interrupted" : "error", error, durationMs };
}

/** Names that shells go by: the editor offers to set a key, and so on. */
export const ERROR_NAMES: Readonly<Partial<Record<AskFailure["kind"], string>>> = {
  "key-missing": "ApiKeyMissing",
  "key-rejected": "ApiKeyRejected",
  "invalid-answer": "InvalidAnswer",
  "cut-short": "AnswerCutShort",
  "not-recorded": "AnswerNotRecorded",
  cancelled: "Interrupted",
};
