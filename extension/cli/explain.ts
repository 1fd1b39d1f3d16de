/** `strata explain`: everything one cell's result depends on, and why it would or would not run. Starts no Python. */
import { describeReason, formatDuration } from "../core/plan/describe.ts";
import type { CellPlan } from "../core/plan/model.ts";
import type { Observation } from "../core/store/model.ts";
import type { OpenNotebook } from "../host/engine/open.ts";
import { EXIT } from "./exit.ts";
import { complain, openForCommand, type SharedOptions } from "./open.ts";

export async function explainCommand(path: string, wanted: string, options: SharedOptions): Promise<number> {
  const opened = await openForCommand(path, options, () => undefined);
  if (opened === undefined) return EXIT.usage;
  try {
    const id = opened.findCell(wanted);
    if (id === undefined) {
      complain(`The notebook has no cell “${wanted}”. strata status lists its cells.`);
      return EXIT.usage;
    }
    const plan = (await opened.engine.plan()).cells.find((cell) => cell.cell === id);
    if (plan === undefined) return EXIT.usage;
    process.stdout.write(`${explanation(plan, opened).join("\n")}\n`);
    return EXIT.ok;
  } finally {
    await opened.close();
  }
}

function explanation(plan: CellPlan, opened: OpenNotebook): string[] {
  const { nameOf } = opened;
  const lines = [`${nameOf(plan.cell)} (${plan.cell})`, describeReason(plan.reason, nameOf)];
  if (plan.lastMs !== undefined) lines.push(`Last run: ${formatDuration(plan.lastMs)}.`);
  if (plan.upstream.length > 0) lines.push(`Builds on: ${plan.upstream.map(nameOf).join(", ")}.`);
  const components =
    plan.action === "reuse" ? plan.record.components : plan.action === "run" ? plan.components : undefined;
  if (components !== undefined) {
    lines.push(`Environment: ${components.environment.python}, ${components.environment.packages.length} packages.`);
    for (const input of components.inputs) {
      const from = input.from === undefined ? "" : `  (from ${nameOf(input.from)})`;
      lines.push(`  input ${input.name} = ${input.ref}${from}`);
    }
    for (const [name, value] of Object.entries(components.directives)) lines.push(`  setting ${name} = ${value}`);
  }
  if (plan.action === "reuse") {
    const { record } = plan;
    lines.push(`Record ${plan.key.slice(0, 12)}, made ${record.finishedAt}.`);
    for (const observation of record.observed) lines.push(`  depends on ${observationText(observation)}`);
    for (const value of record.values) {
      const names = value.variables.map((variable) => `${variable.name}: ${variable.summary}`).join(", ");
      lines.push(`  produced ${names}  ${value.digest.slice(0, 12)}, ${value.bytes} bytes`);
    }
    for (const sample of record.sample) lines.push(`  a sample: it used the ${sample}`);
  }
  return lines;
}

function observationText(observation: Observation): string {
  switch (observation.kind) {
    case "file":
      return `file ${observation.path}`;
    case "missing":
      return `file ${observation.path} being absent`;
    case "directory":
      return `folder ${observation.path}`;
    case "environ":
      return `environment variable ${observation.name}`;
    case "ambient":
      return `setting ${observation.component}`;
    case "written":
      return `file ${observation.path} being as it wrote it`;
    default:
      return observation satisfies never;
  }
}
