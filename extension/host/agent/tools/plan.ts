/** Tools that say what would run and why: readings of the engine's plan. */
import { succeeded } from "../../../core/agent/result.ts";
import { describeReason, formatDuration } from "../../../core/plan/describe.ts";
import { componentsOf, observedText, shortRef } from "../../../core/plan/grounds.ts";
import { findCell, type Tool } from "./context.ts";

const WORDS = { reuse: "reuse", run: "run", wait: "run after others", blocked: "blocked", none: "nothing to run" };

export const showPlan: Tool = async (_input, { agent }) => {
  const { engine, nameOf } = agent.opened;
  const { cells } = await engine.plan();
  const lines = cells.map((plan) => {
    const time = plan.lastMs === undefined ? "" : ` Took ${formatDuration(plan.lastMs)} last time.`;
    return `${plan.cell} “${nameOf(plan.cell)}”: ${WORDS[plan.action]}. ${describeReason(plan.reason, nameOf)}${time}`;
  });
  const runs = cells.filter((plan) => plan.action === "run" || plan.action === "wait");
  const known = runs.flatMap((plan) => plan.lastMs ?? []);
  const estimate =
    known.length === 0 ? "" : ` About ${formatDuration(known.reduce((a, b) => a + b, 0))}, as they took last time.`;
  return succeeded([`${runs.length} of ${cells.length} cells would run.${estimate}`, ...lines].join("\n"));
};

export const explainCell: Tool = async (input, { agent }) => {
  const cell = findCell(agent, input);
  if ("missing" in cell) return cell.missing;
  const { engine, nameOf } = agent.opened;
  const plan = (await engine.plan()).cells.find((each) => each.cell === cell.id);
  if (plan === undefined) return succeeded(`Cell ${cell.id} has nothing to explain.`);
  const lines = [`Cell ${cell.id} “${nameOf(cell.id)}”: ${WORDS[plan.action]}. ${describeReason(plan.reason, nameOf)}`];
  if (plan.lastMs !== undefined) lines.push(`Took ${formatDuration(plan.lastMs)} last time.`);
  if (plan.upstream.length > 0)
    lines.push(`Builds on ${plan.upstream.map((id) => `${id} “${nameOf(id)}”`).join(", ")}.`);
  const components = componentsOf(plan);
  for (const { name, ref, from } of components?.inputs ?? []) {
    lines.push(`Input ${name} = ${shortRef(ref)}${from === undefined ? "" : ` from ${from}`}.`);
  }
  for (const [name, value] of Object.entries(components?.directives ?? {})) lines.push(`Setting ${name} = ${value}.`);
  if (components !== undefined) {
    lines.push(`Environment: ${components.environment.python}, ${components.environment.packages.length} packages.`);
  }
  if (plan.action === "reuse") {
    const { record } = plan;
    lines.push(`Result made ${record.finishedAt} under the key ${plan.key.slice(0, 12)}.`);
    for (const observation of record.observed) lines.push(`It ${observedText(observation, String)}.`);
    for (const value of record.values) {
      const names = value.variables.map((each) => `${each.name}: ${each.summary}`).join(", ");
      lines.push(`It produced ${names} (artifact ${value.digest.slice(0, 12)}, ${value.bytes} bytes).`);
    }
    if (record.sample.length > 0) lines.push(`It is one sample of many: it depends on ${record.sample.join(", ")}.`);
  }
  return succeeded(lines.join("\n"));
};
