/** The text of "Explain Cell", in Markdown: a reading of the plan and of the components that the record keeps. */

import { remarksOn } from "../../core/engine/describe-status.ts";
import { madeHow } from "../../core/engine/status.ts";
import type { CellId } from "../../core/notebook/model.ts";
import { changedComponent, rootCause } from "../../core/plan/changed.ts";
import { describeReason, formatDuration } from "../../core/plan/describe.ts";
import { componentsOf, observedText, shortRef } from "../../core/plan/grounds.ts";
import type { CellPlan, Plan } from "../../core/plan/model.ts";
import type { CellHead, CellRecord, Observation, RecipeComponents } from "../../core/store/model.ts";

export function explanation(
  id: CellId,
  plan: Plan,
  stored: { readonly head: CellHead | undefined },
  nameOf: (cell: CellId) => string,
): string {
  const cell = plan.cells.find((each) => each.cell === id);
  if (!cell) return `# ${plain(nameOf(id))}\n\nThis cell is not in the notebook any more.\n`;
  const components = componentsOf(cell) ?? stored.head?.components;
  return [
    `# ${plain(nameOf(id))}`,
    `**${verdict(cell)}** ${plain(describeReason(cell.reason, nameOf))}`,
    ...(cell.action === "reuse" ? made(cell.record) : difference(cell, plan, nameOf)),
    ...upstream(cell, nameOf),
    ...(components ? inputs(components, nameOf) : []),
    ...(cell.action === "reuse" ? observations(cell.record.observed) : []),
    ...(components ? environment(components) : []),
    ...lastRun(stored.head),
    "---\nAn input is compared by what it *is* (the digest of its value or the text of its definition), so a change above that gives the same value changes nothing here.",
  ].join("\n\n");
}

/** What there is to say of how the result came about. */
function made(record: CellRecord): string[] {
  return remarksOn(madeHow(record)).map(plain);
}

/** What is not as it was, with both values, here or in the cell above that everything waits for. */
function difference(cell: CellPlan, plan: Plan, nameOf: (cell: CellId) => string): string[] {
  const cause = rootCause(plan, cell.cell);
  const changed = changedComponent(cause?.reason ?? cell.reason);
  const value = (text: string | null): string => (text === null ? "(absent)" : `\`${code(text)}\``);
  return [
    ...(cause === undefined
      ? []
      : [`Behind it: **${plain(nameOf(cause.cell))}**. ${plain(describeReason(cause.reason, nameOf))}`]),
    ...(changed === undefined
      ? []
      : [
          `| ${plain(changed.component)} | |\n| --- | --- |\n| before | ${value(changed.before)} |\n| now | ${value(changed.after)} |`,
        ]),
  ];
}

function verdict(cell: CellPlan): string {
  switch (cell.action) {
    case "reuse":
      return "Its stored result is used.";
    case "run":
      return "It would run.";
    case "wait":
      return "It waits for cells above, and then runs or is reused.";
    case "blocked":
      return "It cannot run.";
    case "none":
      return "There is nothing to run in it.";
    default:
      return cell satisfies never;
  }
}

function upstream(cell: CellPlan, nameOf: (cell: CellId) => string): string[] {
  if (cell.upstream.length === 0) return [];
  return [`## Builds on\n\n${cell.upstream.map((other) => `- ${plain(nameOf(other))}`).join("\n")}`];
}

function inputs(components: RecipeComponents, nameOf: (cell: CellId) => string): string[] {
  if (components.inputs.length === 0) return ["## Inputs\n\nNone: it uses nothing from other cells."];
  const rows = components.inputs.map((input) => {
    const from = input.from === undefined ? "" : plain(nameOf(input.from));
    return `| \`${input.name}\` | ${from} | \`${code(input.ref)}\` |`;
  });
  return [`## Inputs\n\n| Name | From | Is |\n| --- | --- | --- |\n${rows.join("\n")}`];
}

function observations(observed: readonly Observation[]): string[] {
  if (observed.length === 0) return [];
  const lines = observed.slice(0, 50).map((each) => `- ${observedText(each, (name) => `\`${name}\``)}`);
  if (observed.length > lines.length) lines.push(`- and ${observed.length - lines.length} more`);
  return [`## Seen while it ran\n\n${lines.join("\n")}`];
}

function environment(components: RecipeComponents): string[] {
  const { python, platform, packages } = components.environment;
  const directives = Object.entries(components.directives).map(
    ([name, value]) => `- setting \`${name}\`: \`${value}\``,
  );
  return [
    `## Environment\n\n- ${plain(python)} on ${plain(platform)}\n- ${packages.length} packages${directives.length > 0 ? `\n${directives.join("\n")}` : ""}`,
  ];
}

function lastRun(head: CellHead | undefined): string[] {
  if (!head) return ["## Last run\n\nIt has not run yet."];
  const ended = { ok: "succeeded", error: "failed", interrupted: "was interrupted" }[head.status];
  const error = head.error ? `: ${plain(head.error.name)}: ${plain(head.error.message)}` : "";
  return [`## Last run\n\n${ended} after ${formatDuration(head.durationMs)}, at ${head.finishedAt}${error}`];
}

/** Between backticks, in a cell of a table. */
function code(ref: string): string {
  return shortRef(ref).replaceAll("|", "\\|").replace(/[\n`]/g, " ");
}

/** Text of the user's that must not be read as Markdown. */
function plain(text: string): string {
  return text.replace(/[\\`*_{}[\]<>#|]/g, (character) => `\\${character}`).replaceAll("\n", " ");
}
