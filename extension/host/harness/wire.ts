/**
 * The wire form of jobs and of what a guest sends: the one place where camelCase meets snake_case, and where data from
 * another process becomes types. What does not have the shape that docs/harness-protocol.md gives it is `undefined`.
 */
import { type Fields, isDigest, isFields } from "../../core/json/fields.ts";
import type { CellError, MimeItem, TraceFrame } from "../../core/outputs/model.ts";
import type { CellJob, JobResult } from "../../core/run/model.ts";
import type { CellRecord } from "../../core/store/model.ts";
import { type RunPart, wrongPart } from "../../core/store/shapes.ts";
import { resultUnreadableError } from "./errors.ts";

export const PROTOCOL = 1;

/** Where in the two logs a message belongs: bytes written before it. */
export interface Position {
  readonly stdout: number;
  readonly stderr: number;
}

export type GuestMessage =
  | {
      readonly type: "hello";
      readonly protocol: number;
      readonly python: string;
      readonly pid: number;
      readonly slot: string | undefined;
    }
  | ({
      readonly type: "display";
      readonly data: readonly MimeItem[];
      readonly id: string | undefined;
      readonly update: boolean;
    } & Position)
  | ({ readonly type: "clear"; readonly wait: boolean } & Position)
  | ({ readonly type: "mark" } & Position)
  | ({ readonly type: "input"; readonly prompt: string; readonly password: boolean } & Position)
  /** `silent`: nothing could be printed, and no log files were made; `again`: the guest takes another run. */
  | ({
      readonly type: "result";
      readonly result: JobResult;
      readonly silent: boolean;
      readonly again: boolean;
    } & Position);

export interface RunRequest {
  readonly run: string;
  readonly job: CellJob;
  readonly content: string;
  readonly tmp: string;
  readonly stdout: string;
  readonly stderr: string;
  readonly keep?: object;
  /** The environment that the guest has from its start; it is not said again. */
  readonly started: CellJob["environ"] | undefined;
}

export function runMessage(request: RunRequest): object {
  const { ownDefinitions, ownImports, environ, ...rest } = request.job;
  return {
    type: "run",
    run: request.run,
    job: {
      ...rest,
      environ: request.started === environ ? null : environ,
      own_definitions: ownDefinitions,
      own_imports: ownImports,
    },
    store: { content: request.content, tmp: request.tmp },
    stdout: request.stdout,
    stderr: request.stderr,
    ...(request.keep === undefined ? {} : { keep: request.keep }),
  };
}

export function inputReply(run: string, text: string | undefined): object {
  return { type: "input_reply", run, text: text ?? null };
}

/** `undefined`: a type this version does not know (ignored), or a message that is not shaped as the protocol says. */
export function parseGuestMessage(raw: unknown): GuestMessage | undefined {
  if (!isFields(raw)) return undefined;
  const at: Position = { stdout: number(raw.stdout) ?? 0, stderr: number(raw.stderr) ?? 0 };
  switch (raw.type) {
    case "hello": {
      const protocol = number(raw.protocol);
      const python = string(raw.python);
      if (protocol === undefined || python === undefined) return undefined;
      return { type: "hello", protocol, python, pid: number(raw.pid) ?? 0, slot: string(raw.slot) };
    }
    case "display":
      return {
        type: "display",
        data: list(raw.data, mimeItem),
        id: string(raw.id),
        update: raw.update === true,
        ...at,
      };
    case "clear":
      return { type: "clear", wait: raw.wait === true, ...at };
    case "mark":
      return { type: "mark", ...at };
    case "input":
      return { type: "input", prompt: string(raw.prompt) ?? "", password: raw.password === true, ...at };
    case "result": {
      const result = jobResult(raw);
      const [silent, again] = [raw.silent === true, raw.again === true];
      return result === undefined ? undefined : { type: "result", result, silent, again, ...at };
    }
    default:
      return undefined;
  }
}

function jobResult(raw: Fields): JobResult | undefined {
  const durationMs = number(raw.duration_ms) ?? 0;
  const status = raw.status;
  if (status === "error" || status === "interrupted") return { status, error: cellError(raw.error), durationMs };
  if (status !== "ok") return undefined;
  const { values, unstorable, changed, deleted, ambient, definitions, sample } = raw;
  const observed = Array.isArray(raw.observed) ? raw.observed.map(observation) : raw.observed;
  const parts = { values, unstorable, changed, deleted, ambient, definitions, observed, sample };
  const wrong = wrongPart(parts);
  if (wrong !== undefined) return { status: "error", error: resultUnreadableError(wrong), durationMs };
  return { status, ...(parts as unknown as Pick<CellRecord, RunPart>), durationMs };
}

function observation(item: unknown): unknown {
  if (!isFields(item) || item.mtime_ns === undefined) return item;
  const { mtime_ns: mtimeNs, ...rest } = item;
  return { ...rest, mtimeNs };
}

function cellError(raw: unknown): CellError {
  const item = isFields(raw) ? raw : {};
  const line = number(item.line);
  return {
    name: string(item.name) ?? "Error",
    message: string(item.message) ?? "",
    traceback: string(item.traceback) ?? "",
    frames: list(item.frames, traceFrame),
    ...(line === undefined ? {} : { line }),
  };
}

function traceFrame(item: Fields): TraceFrame | undefined {
  const file = string(item.file);
  if (file === undefined) return undefined;
  const cell = string(item.cell);
  const text = string(item.text);
  return {
    file,
    line: number(item.line) ?? 0,
    function: string(item.function) ?? "",
    ...(cell === undefined ? {} : { cell }),
    ...(text === undefined ? {} : { text }),
  };
}

function mimeItem(item: Fields): MimeItem | undefined {
  const mime = string(item.mime);
  const text = string(item.text);
  if (mime === undefined) return undefined;
  if (text !== undefined) return { mime, text };
  return isDigest(item.digest) ? { mime, digest: item.digest, bytes: number(item.bytes) ?? 0 } : undefined;
}

function string(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}
function number(value: unknown): number | undefined {
  return typeof value === "number" && Number.isFinite(value) ? value : undefined;
}
function list<T>(value: unknown, parse: (item: Fields) => T | undefined): readonly T[] {
  if (!Array.isArray(value)) return [];
  return value.map((item) => (isFields(item) ? parse(item) : undefined)).filter((item) => item !== undefined);
}
