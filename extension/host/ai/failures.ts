/** From what the SDKs throw to failures in our words. Told apart by status and class, never by text. */
import type { FailureKind, ModelFailure } from "../../core/ai/model.ts";

/** What both SDKs' errors have in common. */
interface SdkError {
  readonly name?: string;
  readonly message?: string;
  readonly status?: number;
  readonly headers?: { get(name: string): string | null };
  readonly error?: unknown;
  readonly constructor?: { readonly name?: string };
}

export interface FailureContext {
  readonly label: string;
  readonly model: string;
  readonly baseUrl: string;
  readonly keyName: string;
  /** Secrets that a message must not repeat. */
  readonly key: string | undefined;
  readonly timeoutMs: number;
  /** Classes of the SDK in use. */
  readonly isTimeout: (thrown: unknown) => boolean;
  readonly isConnection: (thrown: unknown) => boolean;
}

export function failureOf(thrown: unknown, context: FailureContext): ModelFailure {
  const error = (typeof thrown === "object" && thrown !== null ? thrown : {}) as SdkError;
  const said = scrub(saidBy(error) ?? `${thrown}`, context.key);
  if (context.isTimeout(thrown)) return make("timeout", context, "", undefined);
  if (typeof error.status === "number") return ofStatus(error.status, said, error, context);
  // An error event inside a stream that had begun well: its type is the body's.
  const type = typeOf(error.error);
  if (type !== undefined) return ofStatus(STATUS_OF_TYPE[type] ?? 500, said, error, context);
  if (context.isConnection(thrown)) return make("unreachable", context, causeOf(thrown) ?? said, undefined);
  if (thrown instanceof SyntaxError) return make("malformed", context, said, undefined);
  return make("cut", context, said, undefined);
}

const STATUS_OF_TYPE: Readonly<Record<string, number>> = {
  invalid_request_error: 400,
  authentication_error: 401,
  permission_error: 403,
  not_found_error: 404,
  request_too_large: 413,
  rate_limit_error: 429,
  api_error: 500,
  timeout_error: 504,
  overloaded_error: 529,
};

function ofStatus(status: number, said: string, error: SdkError, context: FailureContext): ModelFailure {
  const kind = kindOfStatus(status);
  const wait = retryAfter(error.headers);
  return { ...make(kind, context, said, status), ...(wait === undefined ? {} : { retryAfterMs: wait }) };
}

function kindOfStatus(status: number): FailureKind {
  if (status === 401 || status === 403) return "key-rejected";
  if (status === 404) return "unknown-model";
  if (status === 429) return "rate-limited";
  if (status === 408 || status === 409 || status >= 500) return "overloaded";
  return "rejected";
}

function make(kind: FailureKind, context: FailureContext, said: string, status: number | undefined): ModelFailure {
  const detail = said === "" ? "" : ` It said: ${said}`;
  const message = `${sentence(kind, context)}${detail}`;
  return status === undefined ? { kind, message } : { kind, message, status };
}

function sentence(kind: FailureKind, { label, model, baseUrl, keyName, timeoutMs }: FailureContext): string {
  switch (kind) {
    case "key-rejected":
      return `${label} does not accept the API key. Check ${keyName}, or set it anew with “Strata: Set API Key…”.`;
    case "unknown-model":
      return `${label} has no model “${model}” for this key. Check @model, or model in [ai] of notebook.toml.`;
    case "rate-limited":
      return `${label} limits how much may be asked at a time. Wait a little and run the cell again.`;
    case "overloaded":
      return `${label} could not answer just now. Run the cell again later.`;
    case "unreachable":
      return `${label} cannot be reached at ${baseUrl}. Check the connection and the address.`;
    case "cut":
      return `${label} broke off its answer. Nothing was kept; run the cell again.`;
    case "malformed":
      return `${label} answered something that is not its protocol. Check base_url: ${baseUrl}.`;
    case "timeout":
      return `${label} did not answer within ${Math.round(timeoutMs / 1000)} s. Raise timeout_seconds in [ai], or ask for less.`;
    case "refused":
      return `${label} declined to answer this prompt. Change what is asked.`;
    case "rejected":
      return `${label} does not accept the request for “${model}”.`;
    case "cancelled":
      return "The request was cancelled.";
    case "key-missing":
    case "not-configured":
      return `${label} is not set up.`;
    default:
      return kind satisfies never;
  }
}

export function simpleFailure(kind: FailureKind, context: FailureContext, said = ""): ModelFailure {
  return make(kind, context, scrub(said, context.key), undefined);
}

export const CANCELLED: ModelFailure = { kind: "cancelled", message: "The request was cancelled." };

/** A server may echo the key that it was sent. */
function scrub(text: string, key: string | undefined): string {
  const clean = key === undefined || key === "" ? text : text.replaceAll(key, "[key]");
  return clean.length > 600 ? `${clean.slice(0, 600)}…` : clean;
}

/** The server's own sentence, wherever its kind of body has it. */
function saidBy(error: SdkError): string | undefined {
  for (const body of [error.error, inner(error.error)]) {
    const message = field(body, "message");
    if (typeof message === "string" && message !== "") return message;
  }
  return error.message;
}

function typeOf(body: unknown): string | undefined {
  const type = field(inner(body), "type") ?? field(body, "type");
  return typeof type === "string" ? type : undefined;
}

function inner(body: unknown): unknown {
  return field(body, "error");
}

function field(value: unknown, key: string): unknown {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>)[key] : undefined;
}

/** The system's code says more than "Connection error.": ECONNREFUSED, ENOTFOUND. */
function causeOf(thrown: unknown): string | undefined {
  for (let at: unknown = thrown; at !== undefined && at !== null; at = field(at, "cause")) {
    const code = field(at, "code");
    if (typeof code === "string") return code;
  }
  return undefined;
}

/** Seconds or a date; `retry-after-ms` where there is one. */
function retryAfter(headers: SdkError["headers"]): number | undefined {
  const exact = Number(headers?.get("retry-after-ms") ?? Number.NaN);
  if (Number.isFinite(exact)) return exact;
  const value = headers?.get("retry-after");
  if (value === null || value === undefined) return undefined;
  const seconds = Number(value);
  if (Number.isFinite(seconds)) return seconds * 1000;
  const until = Date.parse(value);
  return Number.isNaN(until) ? undefined : Math.max(0, until - Date.now());
}
