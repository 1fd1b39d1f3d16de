/** What a job will import, as far as its text and its values tell. Guesses: a wrong one costs time only. */
import { closeSync, openSync, readSync } from "node:fs";
import type { CellJob } from "../../core/run/model.ts";
import { contentPath } from "../store/content.ts";

/** What a child that waits makes itself ready for. */
export interface Expected {
  /** Modules that are in memory, to be imported. */
  readonly imports: readonly string[];
  /** Those of them that the run probably begins with, in this order. */
  readonly first: readonly string[];
  /** Values made by them, to be loaded. */
  readonly values: boolean;
}

/**
 * After a job, of the next ones: what its text names; and all that there is when it is given values, since loading those imports
 * what they are made of. Where one cell was given values, others are: children wait for more than one run.
 */
export function expectedOf(job: CellJob, ready: readonly string[], before: Expected): Expected {
  const given = job.bindings.some((binding) => binding.kind === "value");
  const named = namedBy(job, ready);
  return { imports: given ? ready : named, first: named, values: given || before.values };
}

/** Of these modules, those that it names and those that its values are made of: what it would have to load by itself. */
export function needsOf(job: CellJob, modules: readonly string[], content: string): readonly string[] {
  const slow = modules.filter((name) => !QUICK.has(topOf(name)));
  if (slow.length === 0) return [];
  const found = new Set(namedBy(job, slow));
  const values = new Set(job.bindings.flatMap((binding) => (binding.kind === "value" ? [binding.digest] : [])));
  for (const digest of values) {
    const head = headOf(contentPath(content, digest));
    for (const name of slow) if (head.includes(topOf(name))) found.add(name);
  }
  return [...found];
}

/** Whether somebody who needs these is served soonest when all of what is being loaded is there. */
export function worthWaiting(needs: readonly string[], loading: readonly string[]): boolean {
  const slow = loading.filter((name) => !QUICK.has(topOf(name)));
  return needs.filter((name) => slow.includes(name)).length * 2 > slow.length;
}

function namedBy({ bindings, source }: CellJob, modules: readonly string[]): readonly string[] {
  const statements = bindings.flatMap((binding) => (binding.kind === "import" ? [binding.statement] : []));
  const text = [...statements, source].join("\n");
  const places = modules.map((name) => ({ name, at: text.indexOf(name) })).filter(({ at }) => at >= 0);
  return places.sort((one, other) => one.at - other.at).map(({ name }) => name);
}

/** The names of modules stand in front of what they made; the value is not loaded for that. */
const HEAD = 1 << 16;

function headOf(path: string): Buffer {
  const room = Buffer.alloc(HEAD);
  try {
    const file = openSync(path, "r");
    try {
      return room.subarray(0, readSync(file, room, 0, HEAD, 0));
    } finally {
      closeSync(file);
    }
  } catch {
    return room.subarray(0, 0);
  }
}

function topOf(module: string): string {
  return module.split(".")[0] ?? module;
}

/** Parts of the standard library that take no time to import, or are there in every process. */
const QUICK = new Set(
  (
    "abc argparse array ast base64 bisect builtins calendar collections contextlib copy csv dataclasses datetime decimal enum " +
    "errno fractions functools gc getpass glob gzip hashlib heapq html importlib inspect io itertools json keyword locale logging " +
    "math numbers operator os pathlib pickle platform pprint queue random re secrets shlex shutil signal stat statistics " +
    "string struct subprocess sys tempfile textwrap threading time traceback types typing unicodedata uuid warnings weakref zlib"
  ).split(" "),
);
