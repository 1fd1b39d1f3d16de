/** What every tool is given. */

import type { BranchCell } from "../../../core/agent/branch.ts";
import type { ToolResult } from "../../../core/agent/result.ts";
import { refusedCall } from "../../../core/agent/result.ts";
import type { AgentNotebook } from "../notebook.ts";

export interface ToolContext {
  readonly agent: AgentNotebook;
  readonly signal: AbortSignal;
}

/** The input has been checked against the tool's schema. */
export type Input = Readonly<Record<string, unknown>>;

export type Tool = (input: Input, context: ToolContext) => Promise<ToolResult>;

export function textIn(input: Input, key: string): string | undefined {
  const value = input[key];
  return typeof value === "string" ? value : undefined;
}

export function numberIn(input: Input, key: string): number | undefined {
  const value = input[key];
  return typeof value === "number" ? value : undefined;
}

export function listIn(input: Input, key: string): readonly string[] | undefined {
  const value = input[key];
  return Array.isArray(value) ? value.filter((each) => typeof each === "string") : undefined;
}

export function findCell(
  agent: AgentNotebook,
  input: Input,
  key = "cell",
): BranchCell | { readonly missing: ToolResult } {
  const wanted = textIn(input, key) ?? "";
  const id = agent.opened.findCell(wanted);
  const cell = agent.cells().find((each) => each.id === id);
  return cell ?? { missing: noCell(agent, wanted) };
}

export function noCell(agent: AgentNotebook, wanted: string): ToolResult {
  const ids = agent.cells().map(({ id }) => id);
  const known = ids.length === 0 ? "It has no cells yet." : `Its cells are ${ids.join(", ")}.`;
  return refusedCall(`The notebook has no cell ${JSON.stringify(wanted)}. ${known}`);
}
