/** Runs that an agent started: at most one at a time, cancelled together, and what each cell came to. */
import type { Engine, Outcome, RunEvent, RunRequest, RunSummary } from "../../core/engine/model.ts";
import type { CellId } from "../../core/notebook/model.ts";

export interface FinishedRun {
  readonly outcomes: ReadonlyMap<CellId, Outcome>;
  readonly summary: RunSummary;
}

export interface RunState {
  start(request: RunRequest, signal: AbortSignal): Promise<FinishedRun>;
  /** The run under way, or the last one. */
  last(): Promise<FinishedRun> | undefined;
  readonly running: ReadonlySet<CellId>;
  cancel(): void;
  /** What happens in runs, for progress. */
  listen(listener: (event: RunEvent) => void): () => void;
}

export function createRuns(engine: Engine): RunState {
  const running = new Set<CellId>();
  const listeners = new Set<(event: RunEvent) => void>();
  let cancelling = new AbortController();
  let latest: Promise<FinishedRun> | undefined;
  return {
    running,
    start(request, signal) {
      if (cancelling.signal.aborted) cancelling = new AbortController();
      const outcomes = new Map<CellId, Outcome>();
      const on = (event: RunEvent): void => {
        if (event.type === "queued") for (const cell of event.cells) running.add(cell);
        // Nobody is there to answer: the end of input, as in a script without a terminal.
        if (event.type === "input") event.reply(undefined);
        if (event.type === "ended") {
          running.delete(event.cell);
          outcomes.set(event.cell, event.outcome);
        }
        for (const listener of listeners) listener(event);
      };
      const run = engine
        .run(request, on, AbortSignal.any([signal, cancelling.signal]))
        .then((summary) => ({ outcomes, summary }));
      latest = run;
      return run;
    },
    last: () => latest,
    cancel: () => cancelling.abort(),
    listen(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
