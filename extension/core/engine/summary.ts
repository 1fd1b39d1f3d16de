/** What became of the cells of a run, counted. */
import type { Outcome, RunSummary } from "./model.ts";

export function summaryOf(ended: Iterable<Outcome>, durationMs: number): RunSummary {
  const outcomes = [...ended];
  const count = (test: (outcome: Outcome) => boolean): number => outcomes.filter(test).length;
  return {
    executed: count((outcome) => outcome.status === "ok" && !outcome.cached),
    cached: count((outcome) => outcome.status === "ok" && outcome.cached),
    failed: count((outcome) => outcome.status === "error" || outcome.status === "interrupted"),
    skipped: count((outcome) => outcome.status === "skipped"),
    durationMs,
  };
}
