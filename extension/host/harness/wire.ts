/**
 * The wire form of jobs and of what a guest sends: the one place where camelCase meets snake_case, and where data from
 * another process becomes types. What does not have the shape that docs/harness-protocol.md gives it is `undefined`.
 */
import type { CellError, MimeItem, TraceFrame } from "../../core/outputs/model.ts";
import type { CellJob, JobResult } from "../../core/run/model.ts";
import type { Binding, DefinitionSource, Observation, StoredValue } from "../../core/store/model.ts";
import { isObservation } from "../../core/store/observation.ts";

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
  if (!isRecord(raw)) return undefined;
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

function jobResult(raw: Readonly<Record<string, unknown>>): JobResult | undefined {
  const durationMs = number(raw.duration_ms) ?? 0;
  const status = raw.status;
  if (status === "error" || status === "interrupted") return { status, error: cellError(raw.error), durationMs };
  if (status !== "ok") return undefined;
  return {
    status,
    values: list(raw.values, storedValue),
    unstorable: list(raw.unstorable, (item) => {
      const name = string(item.name);
      return name === undefined
        ? undefined
        : { name, type: string(item.type) ?? "", reason: string(item.reason) ?? "" };
    }),
    changed: strings(raw.changed),
    deleted: strings(raw.deleted),
    ambient: table(raw.ambient, string),
    definitions: table(raw.definitions, (item) => (isRecord(item) ? definition(item) : undefined)),
    observed: list(raw.observed, observation),
    sample: strings(raw.sample),
    durationMs,
  };
}

function cellError(raw: unknown): CellError {
  const item = isRecord(raw) ? raw : {};
  const line = number(item.line);
  return {
    name: string(item.name) ?? "Error",
    message: string(item.message) ?? "",
    traceback: string(item.traceback) ?? "",
    frames: list(item.frames, traceFrame),
    ...(line === undefined ? {} : { line }),
  };
}

function traceFrame(item: Readonly<Record<string, unknown>>): TraceFrame | undefined {
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

function mimeItem(item: Readonly<Record<string, unknown>>): MimeItem | undefined {
  const mime = string(item.mime);
  const text = string(item.text);
  const digest = digestOf(item.digest);
  if (mime === undefined) return undefined;
  if (text !== undefined) return { mime, text };
  return digest === undefined ? undefined : { mime, digest, bytes: number(item.bytes) ?? 0 };
}

function storedValue(item: Readonly<Record<string, unknown>>): StoredValue | undefined {
  const digest = digestOf(item.digest);
  if (digest === undefined) return undefined;
  return {
    digest,
    bytes: number(item.bytes) ?? 0,
    variables: list(item.variables, (variable) => {
      const name = string(variable.name);
      if (name === undefined) return undefined;
      return {
        name,
        type: string(variable.type) ?? "",
        immutable: variable.immutable === true,
        summary: string(variable.summary) ?? "",
        unchanged: variable.unchanged === true,
      };
    }),
    needs: strings(item.needs),
    definitions: strings(item.definitions),
  };
}

function definition(item: Readonly<Record<string, unknown>>): DefinitionSource | undefined {
  const hash = string(item.hash);
  const name = string(item.name);
  const source = string(item.source);
  if (hash === undefined || name === undefined || source === undefined) return undefined;
  return {
    hash,
    name,
    source,
    early: list(item.early, binding),
    late: strings(item.late),
    globals: strings(item.globals),
    ambient: strings(item.ambient),
    futures: strings(item.futures),
    cell: string(item.cell) ?? "",
    file: string(item.file) ?? "",
    line: number(item.line) ?? 1,
  };
}

function binding(item: Readonly<Record<string, unknown>>): Binding | undefined {
  const name = string(item.name);
  if (name === undefined) return undefined;
  const [digest, variable, hash] = [digestOf(item.digest), string(item.variable), string(item.hash)];
  const [statement, path] = [string(item.statement), string(item.path)];
  switch (item.kind) {
    case "value":
      return digest === undefined || variable === undefined ? undefined : { kind: "value", name, digest, variable };
    case "definition":
      return hash === undefined ? undefined : { kind: "definition", name, hash };
    case "import":
      return statement === undefined ? undefined : { kind: "import", name, statement };
    case "path":
      return path === undefined ? undefined : { kind: "path", name, path };
    default:
      return undefined;
  }
}

function observation(item: Readonly<Record<string, unknown>>): Observation | undefined {
  const [path, name, component] = [string(item.path), string(item.name), string(item.component)];
  const digest = string(item.digest);
  switch (item.kind) {
    case "file":
    case "written": {
      const [size, mtimeNs] = [number(item.size), string(item.mtime_ns)];
      if (path === undefined || digest === undefined || size === undefined || mtimeNs === undefined) return undefined;
      return { kind: item.kind, path, size, mtimeNs, digest };
    }
    case "missing":
      return path === undefined ? undefined : { kind: "missing", path };
    case "directory":
      if (path === undefined || digest === undefined) return undefined;
      return item.detail === "kinds" || item.detail === "states"
        ? { kind: "directory", path, digest, detail: item.detail }
        : { kind: "directory", path, digest };
    case "asked": {
      const { mtime_ns: mtimeNs, ...rest } = item;
      const seen: unknown = mtimeNs === undefined ? rest : { ...rest, mtimeNs };
      return isObservation(seen) ? seen : undefined;
    }
    case "environ":
      return name === undefined ? undefined : { kind: "environ", name, digest: digest ?? null };
    case "ambient":
      return component === undefined ? undefined : { kind: "ambient", component, digest: digest ?? null };
    default:
      return undefined;
  }
}

type Fields = Readonly<Record<string, unknown>>;

function isRecord(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
function string(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}
function number(value: unknown): number | undefined {
  return typeof value === "number" && Number.isFinite(value) ? value : undefined;
}
function digestOf(value: unknown): string | undefined {
  return typeof value === "string" && /^[0-9a-f]{64}$/.test(value) ? value : undefined;
}
function strings(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === "string") : [];
}
function list<T>(value: unknown, parse: (item: Fields) => T | undefined): readonly T[] {
  if (!Array.isArray(value)) return [];
  return value.map((item) => (isRecord(item) ? parse(item) : undefined)).filter((item) => item !== undefined);
}
function table<T>(value: unknown, parse: (item: unknown) => T | undefined): Readonly<Record<string, T>> {
  const found: Record<string, T> = {};
  for (const [key, item] of Object.entries(isRecord(value) ? value : {})) {
    const parsed = parse(item);
    if (parsed !== undefined) found[key] = parsed;
  }
  return found;
}
