import type { CellAnalysis } from "../analysis/model.ts";
import type { CellId, Notebook } from "../notebook/model.ts";
import type { CellError, Output } from "../outputs/model.ts";
import type { Plan, Reason } from "../plan/model.ts";
import type { CellHead, CellRecord } from "../store/model.ts";
import type { PromptPreview } from "./prompt-preview.ts";
import type { Verdict, VerifyRequest } from "./verify.ts";

/** Which cells a request is about. What they need from above is always included, except that nothing fresh runs again. */
export type RunTarget =
  | { readonly kind: "all" }
  | { readonly kind: "cells"; readonly cells: readonly CellId[] }
  | { readonly kind: "above"; readonly cell: CellId }
  | { readonly kind: "below"; readonly cell: CellId };

export interface RunRequest {
  readonly target: RunTarget;
  /** Run the target cells even where a result could be reused. */
  readonly force: boolean;
  /** Run those of the target cells anew whose result is one sample of many. */
  readonly refresh?: boolean;
  /** Take up runs that go on already, and start none. */
  readonly onlyJoin?: boolean;
  /** Cells at once; default: number of processors. */
  readonly jobs?: number;
}

export type RunEvent =
  | { readonly type: "queued"; readonly cells: readonly CellId[] }
  | { readonly type: "started"; readonly cell: CellId; readonly reason: Reason }
  | { readonly type: "stream"; readonly cell: CellId; readonly name: "stdout" | "stderr"; readonly text: string }
  | {
      readonly type: "display";
      readonly cell: CellId;
      readonly output: Output & { type: "display" };
      readonly update: boolean;
    }
  | { readonly type: "clear"; readonly cell: CellId; readonly wait: boolean }
  | {
      readonly type: "input";
      readonly cell: CellId;
      readonly prompt: string;
      readonly password: boolean;
      readonly reply: (text: string | undefined) => void;
    }
  | { readonly type: "ended"; readonly cell: CellId; readonly outcome: Outcome };

/** How one cell of a request ended. */
export type Outcome =
  | {
      readonly status: "ok";
      readonly cached: boolean;
      readonly record: CellRecord;
      readonly reason: Reason;
      readonly durationMs: number;
    }
  /** Markdown and empty cells. */
  | { readonly status: "none"; readonly reason: Reason }
  | {
      readonly status: "error";
      readonly error: CellError;
      readonly outputs: readonly Output[];
      readonly reason: Reason;
      readonly durationMs: number;
    }
  | {
      readonly status: "interrupted";
      readonly outputs: readonly Output[];
      readonly reason: Reason;
      readonly durationMs: number;
    }
  /** Not run: something above failed, or the cell is blocked, or the request was cancelled first. */
  | { readonly status: "skipped"; readonly reason: Reason };

export interface RunSummary {
  readonly executed: number;
  readonly cached: number;
  readonly failed: number;
  readonly skipped: number;
  readonly durationMs: number;
}

/** What the editor shows on a cell: how valid it is, and what it is doing, on two axes. */
export interface CellStatus {
  readonly cell: CellId;
  readonly validity: "fresh" | "stale" | "failed" | "blocked" | "none";
  readonly activity: "idle" | "queued" | "running";
  readonly reason: Reason;
  readonly lastMs?: number;
  /** The cell printed more than is shown; all of it is stored. */
  readonly truncated?: true;
  /** The fresh result is one sample of many: of what, and from when (ISO-8601). */
  readonly sample?: { readonly of: readonly string[]; readonly at: string };
  /** When the fresh result will be too old for `@cache ttl=…` (ISO-8601). */
  readonly staleAt?: string;
  /** The fresh result was made again, and this was different. */
  readonly differs?: readonly string[];
}

/** One open notebook: the only thing that shells talk to. */
export interface Engine {
  /** New sources or structure; cheap, starts nothing. */
  update(notebook: Notebook): void;
  readonly notebook: Notebook;
  analysis(cell: CellId): CellAnalysis | undefined;
  /** Reads the index, starts no Python. */
  plan(): Promise<Plan>;
  /** Plan plus what is going on now. */
  statuses(): Promise<readonly CellStatus[]>;
  /** What was last shown for a cell: from the record when fresh, else from the last attempt. */
  stored(cell: CellId): Promise<{ readonly outputs: readonly Output[]; readonly head: CellHead | undefined }>;
  run(request: RunRequest, on: (event: RunEvent) => void, signal: AbortSignal): Promise<RunSummary>;
  /** A prompt cell, or one expression in it, as it would be sent. Renders in a child, asks nobody, stores nothing. */
  preview(cell: CellId, signal: AbortSignal, expression?: string): Promise<PromptPreview>;
  /** Runs cells with stored results again and compares; a message when there is no environment to run them in. */
  verify(
    request: VerifyRequest,
    on: (cell: CellId, verdict: Verdict) => void,
    signal: AbortSignal,
  ): Promise<string | undefined>;
  /** Forget results of the cells named, or of all. */
  forget(cells?: readonly CellId[]): Promise<void>;
  dispose(): Promise<void>;
}
