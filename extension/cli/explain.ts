/** `strata explain`: everything one cell's result depends on, and why it would or would not run. Starts no Python. */
import { remarksOn } from "../core/engine/describe-status.ts";
import { madeHow } from "../core/engine/status.ts";
import { changedComponent, rootCause } from "../core/plan/changed.ts";
import { describeReason, formatDuration } from "../core/plan/describe.ts";
import { componentsOf, observedText, shortRef } from "../core/plan/grounds.ts";
import type { CellPlan } from "../core/plan/model.ts";
import { counted } from "../core/store/amounts.ts";
import type { OpenNotebook } from "../host/engine/open.ts";
import { EXIT } from "./exit.ts";
import { complain, openForCommand, type SharedOptions } from "./open.ts";
import { unknownCell } from "./run.ts";
import { columnsOf, wrapped } from "./terminal.ts";

export async function explainCommand(path: string, wanted: string, options: SharedOptions): Promise<number> {
  const opened = await openForCommand(path, { ...options, runs: false }, () => undefined);
  if (opened === undefined) return EXIT.usage;
  try {
    const id = opened.findCell(wanted);
    const all = await opened.engine.plan();
    const plan = all.cells.find((cell) => cell.cell === id);
    if (plan === undefined) {
      complain(unknownCell(wanted, opened));
      return EXIT.usage;
    }
    const cause = rootCause(all, plan.cell);
    const text =
      options.format === "json"
        ? JSON.stringify(explained(plan, cause, opened))
        : explanation(plan, cause, opened).join("\n");
    process.stdout.write(`${text}\n`);
    return EXIT.ok;
  } finally {
    await opened.close();
  }
}

type Cause = ReturnType<typeof rootCause>;

/** The JSON object of docs/cli.md. */
function explained(plan: CellPlan, cause: Cause, opened: OpenNotebook): object {
  const components = componentsOf(plan);
  const record = plan.action === "reuse" ? plan.record : undefined;
  return {
    type: "explain",
    id: plan.cell,
    name: opened.nameOf(plan.cell),
    action: plan.action,
    reason: describeReason(plan.reason, opened.nameOf),
    changed: changedComponent(cause?.reason ?? plan.reason) ?? null,
    because: cause === undefined ? null : { cell: cause.cell, reason: describeReason(cause.reason, opened.nameOf) },
    last_ms: plan.lastMs ?? null,
    upstream: plan.upstream,
    key: "key" in plan ? plan.key : null,
    environment: components?.environment ?? null,
    inputs: components?.inputs.map(({ name, ref, from }) => ({ name, ref, from: from ?? null })) ?? [],
    settings: components?.directives ?? {},
    depends_on: record?.observed ?? [],
    produced:
      record?.values.map(({ digest, bytes, variables }) => {
        return { digest, bytes, variables: variables.map(({ name, type, summary }) => ({ name, type, summary })) };
      }) ?? [],
    sample: record?.sample ?? [],
    verified: record?.verified ?? null,
    notes: opened.engine.analysis(plan.cell)?.magics.flatMap(({ line, note }) => (note ? [{ line, note }] : [])) ?? [],
    finished_at: record?.finishedAt ?? null,
  };
}

function explanation(plan: CellPlan, cause: Cause, opened: OpenNotebook): string[] {
  const { nameOf } = opened;
  const columns = columnsOf(process.stdout);
  const lines = [
    nameOf(plan.cell) === plan.cell ? plan.cell : `${nameOf(plan.cell)} (${plan.cell})`,
    wrapped(describeReason(plan.reason, nameOf), { columns, start: 0, indent: 0 }),
  ];
  if (cause !== undefined) {
    const text = `${nameOf(cause.cell)}: ${describeReason(cause.reason, nameOf)}`;
    lines.push(wrapped(text, { columns, start: 0, indent: 2 }));
  }
  const changed = changedComponent(cause?.reason ?? plan.reason);
  if (changed !== undefined) {
    const value = (text: string | null): string =>
      text === null ? "(absent)" : wrapped(shortRef(text), { columns, start: 12, indent: 12 });
    lines.push(`  ${changed.component}`, `    before  ${value(changed.before)}`, `    now     ${value(changed.after)}`);
  }
  if (plan.lastMs !== undefined) lines.push(`Took ${formatDuration(plan.lastMs)} last time.`);
  if (plan.upstream.length > 0) lines.push(`Builds on ${plan.upstream.map(nameOf).join(", ")}.`);
  const components = componentsOf(plan);
  if (components !== undefined) {
    const { environment, inputs, directives } = components;
    lines.push(`Runs in ${environment.python} with ${counted(environment.packages.length, "package")}.`);
    for (const { name, ref, from } of inputs) {
      lines.push(`  uses ${name} = ${shortRef(ref)}${from === undefined ? "" : `  (from ${nameOf(from)})`}`);
    }
    for (const [name, value] of Object.entries(directives)) lines.push(`  setting ${name} = ${value}`);
  }
  if (plan.action === "reuse") {
    const { record } = plan;
    lines.push(`Its result ${plan.key.slice(0, 12)} was made ${record.finishedAt}.`);
    for (const observation of record.observed) lines.push(`  ${observedText(observation, String)}`);
    for (const value of record.values) {
      const names = value.variables.map((variable) => `${variable.name}: ${variable.summary}`).join(", ");
      lines.push(`  produced ${names}  (${value.digest.slice(0, 12)}, ${value.bytes} bytes)`);
    }
    for (const remark of remarksOn(madeHow(record))) lines.push(wrapped(remark, { columns, start: 0, indent: 2 }));
    if (record.verified?.differs.length === 0) lines.push(`Run again ${record.verified.at}, it came out the same.`);
  }
  return lines;
}
