/**
 * One tool call, whoever makes it: the input is checked, trust and approval come first, the user's own edits are taken
 * in, and the answer carries the statuses that changed. Never throws for what a model may send.
 */
import { changedStatuses, refusedCall, type ToolOutcome, type ToolResult } from "../../core/agent/result.ts";
import { type ToolName, type ToolSpec, toolSpec } from "../../core/agent/tools.ts";
import { compileSchema } from "../ai/schema.ts";
import { questionFor } from "./approvals.ts";
import type { AgentNotebook } from "./notebook.ts";
import { acceptChanges, rejectChanges, showChanges } from "./tools/changes.ts";
import type { Input, Tool } from "./tools/context.ts";
import { createCell, deleteCell, editCell, moveCell } from "./tools/edit.ts";
import { addPackage, removePackage } from "./tools/packages.ts";
import { explainCell, showPlan } from "./tools/plan.ts";
import { readCell, readNotebook } from "./tools/read.ts";
import { runCells, waitForCells } from "./tools/run.ts";
import { explainArtifact, readOutput, readVariable } from "./tools/values.ts";

const TOOLS: Readonly<Record<ToolName, Tool>> = {
  strata_read_notebook: readNotebook,
  strata_read_cell: readCell,
  strata_read_output: readOutput,
  strata_read_variable: readVariable,
  strata_plan: showPlan,
  strata_explain: explainCell,
  strata_explain_artifact: explainArtifact,
  strata_create_cell: createCell,
  strata_edit_cell: editCell,
  strata_move_cell: moveCell,
  strata_delete_cell: deleteCell,
  strata_run: runCells,
  strata_wait: waitForCells,
  strata_add_package: addPackage,
  strata_remove_package: removePackage,
  strata_changes: showChanges,
  strata_accept_changes: acceptChanges,
  strata_reject_changes: rejectChanges,
};

export interface CallOptions {
  /** A person has said yes to the question of this very call. */
  readonly approved: boolean;
  readonly signal: AbortSignal;
}

export async function callTool(
  agent: AgentNotebook,
  name: string,
  input: unknown,
  { approved, signal }: CallOptions,
): Promise<ToolOutcome> {
  const tool = toolSpec(name);
  if (tool === undefined) return done(refusedCall(`There is no tool ${JSON.stringify(name)}.`));
  const wrong = await checkInput(tool, input);
  if (wrong !== undefined) return done(refusedCall(wrong));
  if (tool.kind !== "read" && !agent.trusted()) return done(refusedCall(UNTRUSTED));
  const { engine, nameOf } = agent.opened;
  await agent.sync();
  const question = approved ? undefined : await questionFor(agent, tool, input as Input);
  if (question !== undefined) return { kind: "ask", question };
  const before = await engine.statuses();
  const result = await TOOLS[tool.name](input as Input, { agent, signal });
  const changed = changedStatuses(before, await engine.statuses(), nameOf);
  return done({ ...result, changed });
}

export const UNTRUSTED =
  "The workspace is in Restricted Mode, so nothing runs and nothing is changed. The user can trust the workspace to allow it.";

function done(result: ToolResult): ToolOutcome {
  return { kind: "done", result };
}

/** What is wrong with the input, in words that a model can mend it by. */
async function checkInput(tool: ToolSpec, input: unknown): Promise<string | undefined> {
  const check = await compileSchema(tool.schema);
  const wrong = "problem" in check ? [check.problem] : check(input);
  if (wrong.length === 0) return undefined;
  const errors = wrong.map((sentence) => sentence.replace(/^the answer/, "input"));
  return `The input of ${tool.name} is not as its schema says: ${errors.join("; ")}.`;
}
