/** Tools that run cells of the branch, into the store that the user's notebook shares. */
import { refusedCall, succeeded, type ToolResult } from "../../../core/agent/result.ts";
import type { Outcome, RunRequest } from "../../../core/engine/model.ts";
import type { CellId } from "../../../core/notebook/model.ts";
import type { Output } from "../../../core/outputs/model.ts";
import { describeReason, formatDuration } from "../../../core/plan/describe.ts";
import type { AgentNotebook } from "../notebook.ts";
import { outputText, quotedOutput } from "../output-text.ts";
import type { FinishedRun } from "../runs.ts";
import { type Input, listIn, noCell, numberIn, type Tool, textIn } from "./context.ts";

/** Of each cell, so that one that prints without end does not push the others out. */
const PER_CELL = { characters: 3_000, images: 1 };
const MOST_IMAGES = 4;

/** The cells that the input names, or an answer that says which is not there. */
export async function runTargets(
  agent: AgentNotebook,
  input: Input,
): Promise<readonly CellId[] | { readonly missing: ToolResult }> {
  const what = textIn(input, "what") ?? (listIn(input, "cells") === undefined ? "stale" : "cells");
  if (what === "all") return agent.cells().map((cell) => cell.id);
  if (what === "stale") {
    const statuses = await agent.opened.engine.statuses();
    return statuses.flatMap(({ cell, validity }) => (validity === "stale" || validity === "failed" ? [cell] : []));
  }
  const ids: CellId[] = [];
  for (const wanted of listIn(input, "cells") ?? []) {
    const id = agent.opened.findCell(wanted);
    if (id === undefined) return { missing: noCell(agent, wanted) };
    ids.push(id);
  }
  return ids;
}

export const runCells: Tool = async (input, { agent, signal }) => {
  const cells = await runTargets(agent, input);
  if ("missing" in cells) return cells.missing;
  if (cells.length === 0) return succeeded("Every cell is fresh: nothing to run.");
  const request: RunRequest = { target: { kind: "cells", cells }, force: input.force === true };
  if (input.wait === false) {
    // Ended by strata_wait, by cancelling the agent, or by itself; not by the end of this call.
    agent.runs.start(request, new AbortController().signal).catch(() => undefined);
    return succeeded(`Started ${cells.length} cells. strata_wait tells what they come to.`);
  }
  return report(agent, await agent.runs.start(request, signal));
};

export const waitForCells: Tool = async (input, { agent, signal }) => {
  const run = agent.runs.last();
  if (run === undefined) return succeeded("Nothing was started.");
  const seconds = numberIn(input, "seconds") ?? 60;
  const finished = await within(run, seconds * 1000, signal);
  if (finished === undefined) {
    return succeeded(`Still running after ${seconds} s: ${[...agent.runs.running].join(", ")}. Wait again.`);
  }
  return report(agent, finished);
};

function within<T>(work: Promise<T>, ms: number, signal: AbortSignal): Promise<T | undefined> {
  return new Promise((resolve, reject) => {
    const end = (value: T | undefined): void => {
      clearTimeout(timer);
      signal.removeEventListener("abort", stop);
      resolve(value);
    };
    const stop = (): void => end(undefined);
    const timer = setTimeout(stop, ms);
    signal.addEventListener("abort", stop, { once: true });
    work.then(end, reject);
  });
}

async function report(agent: AgentNotebook, { outcomes, summary }: FinishedRun): Promise<ToolResult> {
  const lines = [
    `${summary.executed} ran, ${summary.cached} reused, ${summary.failed} failed, ${summary.skipped} skipped, in ${formatDuration(summary.durationMs)}.`,
  ];
  const images = [];
  const order = agent.cells().map((cell) => cell.id);
  for (const [id, outcome] of [...outcomes].sort(([a], [b]) => order.indexOf(a) - order.indexOf(b))) {
    lines.push(`${id} “${agent.opened.nameOf(id)}”: ${describeOutcome(outcome, agent)}`);
    const shown = outputsOf(outcome);
    if (shown.length === 0) continue;
    const text = await outputText(shown, agent.opened.store, {
      ...PER_CELL,
      images: Math.max(0, Math.min(PER_CELL.images, MOST_IMAGES - images.length)),
    });
    if (text.total > 0) lines.push(quotedOutput(id, text));
    images.push(...text.images);
  }
  const text = lines.join("\n");
  // What failed in a cell is what the agent asked to know, not a failure of the call.
  return outcomes.size === 0 ? refusedCall(text) : succeeded(text, images);
}

/** Nothing of what is reused is repeated: it was not what the request was about. */
function outputsOf(outcome: Outcome): readonly Output[] {
  if (outcome.status === "ok") return outcome.cached ? [] : outcome.record.outputs;
  return outcome.status === "error" || outcome.status === "interrupted" ? outcome.outputs : [];
}

function describeOutcome(outcome: Outcome, agent: AgentNotebook): string {
  switch (outcome.status) {
    case "ok": {
      if (outcome.cached) return "reused, fresh.";
      const names = outcome.record.values.flatMap((value) =>
        value.variables.map((each) => `${each.name}: ${each.summary} (artifact ${value.digest.slice(0, 12)})`),
      );
      return `ran in ${formatDuration(outcome.durationMs)}${names.length === 0 ? "." : `, produced ${names.join(", ")}.`}`;
    }
    case "none":
      return "nothing to run.";
    case "error":
      return `failed: ${outcome.error.name}: ${outcome.error.message}`;
    case "interrupted":
      return "was interrupted.";
    case "skipped":
      return `did not run. ${describeReason(outcome.reason, agent.opened.nameOf)}`;
    default:
      return outcome satisfies never;
  }
}
