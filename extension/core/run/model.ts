import type { CellId } from "../notebook/model.ts";
import type { CellError, Digest, MimeItem } from "../outputs/model.ts";
import type { Binding, CellRecord, DefinitionSource, Observation, StoredValue } from "../store/model.ts";

/** Everything a guest interpreter needs to run one cell. The wire form is docs/harness-protocol.md. */
export interface CellJob {
  readonly cell: CellId;
  /** Display name for tracebacks. */
  readonly name: string;
  /** Absolute path of the cell file; the file name of the compiled code. */
  readonly file: string;
  /** The exact text. */
  readonly source: string;
  /** What a traceback shows of its lines, where that is another text. */
  readonly shown?: string;
  /** What a cell of the notebook asks for with `from __future__`. */
  readonly futures?: readonly string[];
  /** Absolute notebook folder: working directory and first entry of sys.path. */
  readonly folder: string;
  /** Installed into `__main__` before the cell, in this order. */
  readonly bindings: readonly Binding[];
  /** Every definition that the bindings or their values may refer to, by hash. */
  readonly definitions: Readonly<Record<string, DefinitionSource>>;
  /** Names this cell defines as source (functions, classes, imports): not stored as values unless changed. */
  readonly ownDefinitions: Readonly<Record<string, DefinitionSource>>;
  readonly ownImports: readonly string[];
  /** Ambient state to restore, by component. */
  readonly ambient: Readonly<Record<string, Digest>>;
  /** Places in libraries that the cell may store into; what stands in them afterwards is handed on. */
  readonly patches?: readonly Patch[];
  /** Complete process environment of the child. */
  readonly environ: Readonly<Record<string, string>>;
  /** Hex; seeds generators the notebook does not seed itself. */
  readonly seed: string;
  /** Seconds; absent means no limit. */
  readonly timeout?: number;
  /** Nothing is started for it: a run of it that goes on is taken up, and without one it is `left`. */
  readonly onlyJoin?: true;
}

/** A place in a library that a cell may store into: `statement` binds `name`, and `path` goes on from there. */
export interface Patch {
  readonly statement: string;
  readonly name: string;
  readonly path: string;
}

/** What happens while a cell runs. */
export type JobEvent =
  | { readonly type: "stream"; readonly name: "stdout" | "stderr"; readonly text: string }
  | { readonly type: "display"; readonly data: readonly MimeItem[]; readonly id?: string; readonly update: boolean }
  | { readonly type: "clear"; readonly wait: boolean }
  /** The whole of a long text, stored; comes after the text itself. */
  | { readonly type: "log"; readonly name: "stdout" | "stderr"; readonly digest: Digest }
  | {
      readonly type: "input";
      readonly prompt: string;
      readonly password: boolean;
      readonly reply: (text: string | undefined) => void;
    };

export type JobResult =
  | {
      readonly status: "ok";
      readonly values: readonly StoredValue[];
      readonly unstorable: CellRecord["unstorable"];
      readonly changed: readonly string[];
      readonly deleted: readonly string[];
      readonly ambient: Readonly<Record<string, Digest>>;
      readonly definitions: Readonly<Record<string, DefinitionSource>>;
      readonly observed: readonly Observation[];
      readonly sample: readonly string[];
      readonly durationMs: number;
      /** It began before it was asked for: what it has seen may be another by now. */
      readonly joined?: true;
    }
  /** It goes on without us, as the signal's reason `LEAVE` asked for; the next run of the same job joins it. */
  | { readonly status: "left"; readonly error: CellError; readonly durationMs: number }
  | { readonly status: "error"; readonly error: CellError; readonly durationMs: number }
  | { readonly status: "interrupted"; readonly error: CellError; readonly durationMs: number };

/**
 * The port behind which cells run: one process per cell today, a forking zygote or a remote worker tomorrow.
 * Always resolves: a crash, a time-out or a lost channel is an "error" result; never repeats a job.
 */
export interface Runner {
  run(job: CellJob, on: (event: JobEvent) => void, signal: AbortSignal): Promise<JobResult>;
  dispose(): Promise<void>;
}

/** Reason of an abort that lets go of runs that may outlive their host, and interrupts the others. */
export const LEAVE = "leave";
