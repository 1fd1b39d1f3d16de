/** Tools that change cells, on the branch only. An edit names the digest of what was read, so nothing is changed unread. */
import type { BranchCell } from "../../../core/agent/branch.ts";
import { lineCount, replaceLines } from "../../../core/agent/lines.ts";
import { refusedCall, succeeded, type ToolResult } from "../../../core/agent/result.ts";
import type { CellLanguage } from "../../../core/notebook/model.ts";
import { newFileName, newId } from "../../../core/notebook/names.ts";
import { pathKey } from "../../../core/notebook/paths.ts";
import { sourceDigest } from "../digest.ts";
import type { AgentNotebook } from "../notebook.ts";
import { makeId } from "../users-notebook.ts";
import { findCell, type Input, noCell, numberIn, type Tool, textIn } from "./context.ts";

export const createCell: Tool = async (input, { agent }) => {
  const cells = agent.cells();
  const place = placeOf(agent, cells, input);
  if (typeof place !== "number") return place.missing;
  const source = (textIn(input, "source") ?? "").replace(/\n+$/, "");
  const language: CellLanguage = textIn(input, "language") === "markdown" ? "markdown" : "python";
  const taken = [...cells, ...agent.opened.engine.notebook.cells];
  const id = newId(
    makeId,
    JSON.stringify([agent.folder, place, source, cells.length]),
    new Set(taken.map((cell) => cell.id)),
  );
  const file = newFileName({ id, language, source }, new Set(taken.map((cell) => pathKey(cell.file))));
  const cell: BranchCell = { id, file, language, source };
  await agent.edit([...cells.slice(0, place), cell, ...cells.slice(place)]);
  return succeeded(`Created cell ${id} at place ${place + 1}, ${describe(cell)}. ${complaint(agent, id)}`.trim());
};

export const editCell: Tool = async (input, { agent }) => {
  const cell = findCell(agent, input);
  if ("missing" in cell) return cell.missing;
  const stale = differs(cell, input);
  if (stale !== undefined) return stale;
  const [from, to] = [numberIn(input, "from_line"), numberIn(input, "to_line")];
  const range = { ...(from === undefined ? {} : { from }), ...(to === undefined ? {} : { to }) };
  const edited = replaceLines(cell.source, range, textIn(input, "source") ?? "");
  if ("problem" in edited) return refusedCall(edited.problem);
  const next = { ...cell, source: edited.source };
  await agent.edit(agent.cells().map((each) => (each.id === cell.id ? next : each)));
  return succeeded(`Edited cell ${cell.id}: ${describe(next)}. ${complaint(agent, cell.id)}`.trim());
};

export const moveCell: Tool = async (input, { agent }) => {
  const cell = findCell(agent, input);
  if ("missing" in cell) return cell.missing;
  const others = agent.cells().filter((each) => each.id !== cell.id);
  const place = placeOf(agent, others, input);
  if (typeof place !== "number") return place.missing;
  await agent.edit([...others.slice(0, place), cell, ...others.slice(place)]);
  return succeeded(`Moved cell ${cell.id} to place ${place + 1}.`);
};

export const deleteCell: Tool = async (input, { agent }) => {
  const cell = findCell(agent, input);
  if ("missing" in cell) return cell.missing;
  const stale = differs(cell, input);
  if (stale !== undefined) return stale;
  await agent.edit(agent.cells().filter((each) => each.id !== cell.id));
  return succeeded(`Deleted cell ${cell.id} on the branch. The user's notebook has it until the change is accepted.`);
};

function differs(cell: BranchCell, input: Input): ToolResult | undefined {
  const now = sourceDigest(cell.source);
  if (textIn(input, "digest") === now) return undefined;
  return refusedCall(
    `Cell ${cell.id} has the digest ${now}, not ${textIn(input, "digest")}: it is not what you read. Read it again with strata_read_cell, and edit what is there now.`,
  );
}

function placeOf(
  agent: AgentNotebook,
  cells: readonly BranchCell[],
  input: Input,
): number | { readonly missing: ToolResult } {
  for (const [key, offset] of [
    ["after", 1],
    ["before", 0],
  ] as const) {
    const wanted = textIn(input, key);
    if (wanted === undefined) continue;
    const at = cells.findIndex((cell) => cell.id === agent.opened.findCell(wanted));
    return at < 0 ? { missing: noCell(agent, wanted) } : at + offset;
  }
  return cells.length;
}

function describe(cell: BranchCell): string {
  return `${lineCount(cell.source)} lines, digest ${sourceDigest(cell.source)}`;
}

function complaint(agent: AgentNotebook, id: string): string {
  const problem = agent.opened.engine.analysis(id)?.syntaxError;
  return problem === undefined ? "" : `Line ${problem.line} does not parse: ${problem.message}`;
}
