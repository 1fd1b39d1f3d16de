/** What each directive means: one reader a key, which changes the draft or says why it cannot. */
import type { Annotations } from "./annotations-model.ts";
import type { Mount } from "./model.ts";
import { MOUNT_NAME, WORKER_NAME } from "./settings-tables.ts";

export interface Directive {
  /** Lower-case. */
  readonly key: string;
  readonly value: string;
  readonly line: number;
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };
type Single = Omit<Annotations, "env" | "mounts" | "after" | "loop" | "system" | "unknown" | "bodyLine">;

export interface Draft {
  readonly annotations: Mutable<Single>;
  env: Readonly<Record<string, string>>;
  mounts: readonly Mount[];
  readonly after: string[];
  readonly system: string[];
  readonly loop: LoopDraft;
}

export interface LoopDraft {
  line?: number;
  untilLine?: number;
  maxIter?: number;
  carry?: string;
  startFrom?: { readonly cell: string; readonly iter: number };
  until?: string;
}

/** Completes the sentence "`@key` …"; undefined when all is well. */
type Why = string | undefined;

const POLICIES = new Set(["fingerprint", "forever", "session", "snapshot", "off"]);

export const DIRECTIVES: Readonly<Record<string, (draft: Draft, directive: Directive) => Why>> = {
  name: (draft, { value }) => text(value, (name) => (draft.annotations.name = name)),
  worker: (draft, { value }) => {
    // Kept even when it is no worker's name: a cell that asks for a worker must never run here instead.
    if (value !== "") draft.annotations.worker = value;
    return WORKER_NAME.test(value) ? undefined : `needs a worker's name, which matches ${WORKER_NAME.source}.`;
  },
  timeout: (draft, { value }) =>
    positive(value, "seconds, above 0, such as `# @timeout 60`", (seconds) => (draft.annotations.timeout = seconds)),
  env: (draft, { value }) => {
    const [, name, content] = /^([A-Za-z_][A-Za-z0-9_]*)\s*=\s*(.*)$/s.exec(value) ?? [];
    if (name === undefined || content === undefined) return "needs `KEY=value`, such as `# @env MODE=test`.";
    draft.env = { ...draft.env, [name]: content };
    return undefined;
  },
  mount: (draft, { value }) => {
    const [name = "", uri, mode = "ro", ...rest] = value.split(/\s+/);
    if (uri === undefined || rest.length > 0) return "needs `name uri [ro|rw]`, such as `# @mount data ./data rw`.";
    if (!MOUNT_NAME.test(name)) return `names a Python variable, so "${name}" must match ${MOUNT_NAME.source}.`;
    if (mode !== "ro" && mode !== "rw") return `ends with \`ro\` or \`rw\`, not "${mode}".`;
    draft.mounts = [...draft.mounts.filter((mount) => mount.name !== name), { name, uri, mode, options: {} }];
    return undefined;
  },
  after: (draft, { value }) => {
    if (value === "") return "needs the ids of the cells to run before this one, with spaces between them.";
    for (const id of value.split(/\s+/)) if (!draft.after.includes(id)) draft.after.push(id);
    return undefined;
  },
  loop: (draft, directive) => readLoop(draft.loop, directive),
  loop_until: (draft, { value, line }) => {
    draft.loop.untilLine = line;
    return text(value, (expression) => (draft.loop.until = expression));
  },
  sql: (draft, { value }) => {
    const pairs = readPairs(value, ["connection", "write"]);
    const { connection, write = "false" } = pairs ?? {};
    if (connection === undefined || !MOUNT_NAME.test(connection) || !/^(true|false)$/i.test(write)) {
      return "needs `connection=NAME [write=true]`, with a name from [connections] in notebook.toml.";
    }
    draft.annotations.sql = { connection, write: write.toLowerCase() === "true" };
    return undefined;
  },
  cache: (draft, { value }) => {
    const policy = value.toLowerCase();
    if (POLICIES.has(policy)) {
      draft.annotations.cache = { policy } as NonNullable<Annotations["cache"]>;
      return undefined;
    }
    const [, seconds = ""] = /^ttl\s*=\s*(\S+)$/.exec(policy) ?? [];
    const expected = "`fingerprint`, `forever`, `session`, `snapshot`, `off` or `ttl=SECONDS`";
    return positive(seconds, expected, (parsed) => (draft.annotations.cache = { policy: "ttl", seconds: parsed }));
  },
  model: (draft, { value }) => text(value, (model) => (draft.annotations.model = model)),
  temperature: (draft, { value }) => {
    const temperature = readNumber(value);
    if (temperature === undefined || temperature < 0) return "needs a number, 0 or above.";
    draft.annotations.temperature = temperature;
    return undefined;
  },
  max_tokens: (draft, { value }) => whole(value, (count) => (draft.annotations.maxTokens = count)),
  system: (draft, { value }) => void draft.system.push(value),
  output: (draft, { value }) => {
    if (value.toLowerCase() !== "json") return `knows only \`json\`, not "${value}".`;
    draft.annotations.output = "json";
    return undefined;
  },
  output_schema: (draft, { value }) => {
    const schema = readJson(value);
    if (typeof schema !== "boolean" && (typeof schema !== "object" || schema === null || Array.isArray(schema))) {
      return 'needs a JSON Schema on one line, such as `{"type": "object"}`.';
    }
    draft.annotations.outputSchema = schema;
    return undefined;
  },
  validate_retries: (draft, { value }) => whole(value, (count) => (draft.annotations.validateRetries = count)),
  each: (draft, { value, line }) => {
    const [, name, table] = /^([A-Za-z_]\w*)\s+in\s+(\S.*)$/.exec(value) ?? [];
    if (name === undefined || table === undefined) return "needs `NAME in TABLE`, such as `# @each row in df`.";
    draft.annotations.each = { name, table, line };
    return undefined;
  },
};

/** The loop that the lines of a cell add up to. */
export function loopOf(
  draft: LoopDraft,
):
  | { readonly kind: "none" }
  | { readonly kind: "loop"; readonly loop: NonNullable<Annotations["loop"]> }
  | { readonly kind: "problem"; readonly line: number; readonly message: string } {
  const { line, untilLine, maxIter, carry, startFrom, until } = draft;
  if (line === undefined) {
    if (untilLine === undefined) return { kind: "none" };
    return {
      kind: "problem",
      line: untilLine,
      message: "`@loop_until` ends a loop, and the cell has none: add `# @loop max_iter=N carry=VARIABLE`.",
    };
  }
  if (maxIter === undefined || carry === undefined) {
    const missing = [maxIter === undefined ? "`max_iter=N`" : [], carry === undefined ? "`carry=VARIABLE`" : []]
      .flat()
      .join(" and ");
    return {
      kind: "problem",
      line,
      message: `\`@loop\` lacks ${missing}. Add it on this line or on another \`# @loop\` line.`,
    };
  }
  return {
    kind: "loop",
    loop: {
      maxIter,
      carry,
      ...(startFrom === undefined ? {} : { startFrom }),
      ...(until === undefined ? {} : { until }),
    },
  };
}

function readLoop(draft: LoopDraft, { value, line }: Directive): Why {
  draft.line ??= line;
  const pairs = readPairs(value, ["max_iter", "carry", "start_from"]);
  if (pairs === undefined) return "needs `max_iter=N carry=VARIABLE [start_from=CELL@iter=K]`.";
  const { max_iter: maxIter, carry, start_from: startFrom } = pairs;
  if (maxIter !== undefined) {
    if (!/^\d+$/.test(maxIter) || Number(maxIter) < 1)
      return `needs a whole number above 0 as \`max_iter\`, not "${maxIter}".`;
    draft.maxIter = Number(maxIter);
  }
  if (carry !== undefined) {
    if (!/^[\p{L}_][\p{L}\p{N}_]*$/u.test(carry)) return `needs the name of a variable as \`carry\`, not "${carry}".`;
    draft.carry = carry;
  }
  if (startFrom !== undefined) {
    const [, cell, iter] = /^(.+)@iter=(\d+)$/.exec(startFrom) ?? [];
    if (cell === undefined) return `needs \`CELL@iter=K\` as \`start_from\`, not "${startFrom}".`;
    draft.startFrom = { cell, iter: Number(iter) };
  }
  return undefined;
}

/** `a=1 b=2` with known keys only; undefined for anything else. */
function readPairs(value: string, keys: readonly string[]): Readonly<Record<string, string>> | undefined {
  const pairs = value.split(/\s+/).map((word) => /^(\w+)=(.+)$/.exec(word));
  if (!pairs.every((pair) => pair !== null && keys.includes((pair[1] ?? "").toLowerCase()))) return undefined;
  return Object.fromEntries(pairs.map((pair) => [(pair?.[1] ?? "").toLowerCase(), pair?.[2] ?? ""]));
}

function text(value: string, set: (text: string) => void): Why {
  if (value === "") return "has no value; write one behind it, or remove the line.";
  set(value);
  return undefined;
}

function positive(value: string, expected: string, set: (value: number) => void): Why {
  const number = readNumber(value);
  if (number === undefined || number <= 0) return `needs ${expected}.`;
  set(number);
  return undefined;
}

function whole(value: string, set: (value: number) => void): Why {
  if (!/^\d+$/.test(value) || Number(value) < 1) return "needs a whole number above 0.";
  set(Number(value));
  return undefined;
}

function readNumber(value: string): number | undefined {
  return /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(value) && Number.isFinite(Number(value))
    ? Number(value)
    : undefined;
}

function readJson(value: string): unknown {
  try {
    return JSON.parse(value);
  } catch {
    // The caller reports what is no JSON.
    return undefined;
  }
}
