/** Tools about the branch as a whole: what it changes, and what the user decides about it. */
import { type BranchChange, changesOf, type Sides } from "../../../core/agent/branch.ts";
import { refusedCall, succeeded, type ToolResult } from "../../../core/agent/result.ts";
import type { AgentNotebook } from "../notebook.ts";
import { type Input, listIn, type Tool } from "./context.ts";

export const showChanges: Tool = async (_input, { agent }) => {
  const changes = changesOf(await agent.sync());
  return succeeded(
    changes.length === 0
      ? "The branch changes nothing."
      : changes.map((each) => describeChange(each, agent)).join("\n"),
  );
};

export const acceptChanges: Tool = async (input, { agent }) => {
  const chosen = chooseChanges(await agent.sync(), agent, input);
  if ("result" in chosen) return chosen.result;
  const conflicts = chosen.changes.filter((change) => change.conflict !== undefined);
  const taken =
    input.overwrite === true ? chosen.changes : chosen.changes.filter((change) => change.conflict === undefined);
  if (taken.length === 0)
    return refusedCall(`Nothing was accepted. ${conflicts.map((each) => describeChange(each, agent)).join("\n")}`);
  const problem = await agent.accept(taken);
  if (problem !== undefined) return refusedCall(problem);
  const left =
    taken === chosen.changes || conflicts.length === 0
      ? ""
      : `\nNot accepted, as the user edited the same cells:\n${conflicts.map((each) => describeChange(each, agent)).join("\n")}`;
  return succeeded(
    `Accepted into the user's notebook:\n${taken.map((each) => describeChange(each, agent)).join("\n")}${left}`,
  );
};

export const rejectChanges: Tool = async (input, { agent }) => {
  const chosen = chooseChanges(await agent.sync(), agent, input);
  if ("result" in chosen) return chosen.result;
  const text = chosen.changes.map((each) => describeChange(each, agent)).join("\n");
  await agent.reject(chosen.changes);
  return succeeded(`Rejected, and gone from the branch:\n${text}`);
};

function chooseChanges(
  sides: Sides,
  agent: AgentNotebook,
  input: Input,
): { readonly changes: readonly BranchChange[] } | { readonly result: ToolResult } {
  const all = changesOf(sides);
  if (all.length === 0) return { result: succeeded("The branch changes nothing.") };
  const wanted = listIn(input, "cells");
  if (wanted === undefined) return { changes: all };
  const missing = wanted.find((id) => !all.some((change) => change.cell.id === id));
  if (missing !== undefined) {
    return {
      result: refusedCall(
        `The branch changes nothing about ${JSON.stringify(missing)}. It changes:\n${all.map((each) => describeChange(each, agent)).join("\n")}`,
      ),
    };
  }
  return { changes: all.filter((change) => wanted.includes(change.cell.id)) };
}

export function describeChange(change: BranchChange, agent: AgentNotebook): string {
  const moved = change.kind === "edited" && change.moved ? " and moved" : "";
  const conflict = change.conflict === undefined ? "" : ` Conflict: ${change.conflict}`;
  return `- ${change.kind}${moved}: ${change.cell.id} “${agent.opened.nameOf(change.cell.id)}” (cells/${change.cell.file}).${conflict}`;
}

/** One change as `strata changes --format json` writes it. */
export function changeJson(change: BranchChange, agent: AgentNotebook): object {
  const { id, file, language, source } = change.cell;
  return {
    type: "change",
    kind: change.kind,
    id,
    name: agent.opened.nameOf(id),
    file,
    language,
    before: change.kind === "edited" ? change.before.source : change.kind === "deleted" ? source : null,
    after: change.kind === "deleted" ? null : source,
    conflict: change.conflict ?? null,
  };
}
