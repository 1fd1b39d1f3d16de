/** Tools that read results from the store: outputs, variables, artifacts. No Python is started and nothing unpickled. */
import { quoted, refusedCall, succeeded } from "../../../core/agent/result.ts";
import { TABLE_MIME } from "../../../core/outputs/model.ts";
import type { CellPlan } from "../../../core/plan/model.ts";
import type { StoredValue, StoredVariable } from "../../../core/store/model.ts";
import { sourceDigest } from "../digest.ts";
import type { AgentNotebook } from "../notebook.ts";
import { describeTable, outputText, quotedOutput, textOf } from "../output-text.ts";
import { findCell, numberIn, type Tool, textIn } from "./context.ts";

const OUTPUT_BUDGET = { characters: 12_000, images: 4 };
const ROWS_BUDGET = 2_500;

export const readOutput: Tool = async (input, { agent }) => {
  const cell = findCell(agent, input);
  if ("missing" in cell) return cell.missing;
  const { engine, store } = agent.opened;
  const plan = (await engine.plan()).cells.find((each) => each.cell === cell.id);
  const { head, outputs } = await engine.stored(cell.id);
  const shown = plan?.action === "reuse" ? plan.record.outputs : outputs;
  if (plan?.action !== "reuse" && head === undefined) return succeeded(`Cell ${cell.id} has not run yet.`);
  const state =
    plan?.action === "reuse"
      ? `fresh, made ${plan.record.finishedAt}`
      : `from ${head?.finishedAt}, and not what the cell would give now`;
  const offset = numberIn(input, "offset") ?? 0;
  const text = await outputText(shown, store, { ...OUTPUT_BUDGET, offset });
  if (text.total === 0 && text.images.length === 0) return succeeded(`Cell ${cell.id} (${state}) showed nothing.`);
  return succeeded(`Output of cell ${cell.id} (${state}):\n${quotedOutput(cell.id, text, offset)}`, text.images);
};

export const readVariable: Tool = async (input, { agent }) => {
  const name = textIn(input, "name") ?? "";
  const until = textIn(input, "cell");
  const plans = (await agent.opened.engine.plan()).cells;
  const limit =
    until === undefined ? plans.length - 1 : plans.findIndex((plan) => plan.cell === agent.opened.findCell(until));
  if (limit < 0 && until !== undefined)
    return (findCell(agent, input) as { missing: ReturnType<typeof refusedCall> }).missing;
  for (const plan of plans.slice(0, limit + 1).reverse()) {
    const found = produced(plan, name);
    if (found !== undefined) {
      const { variable, value } = found;
      const lines = [
        `${name} after cell ${plan.cell} “${agent.opened.nameOf(plan.cell)}”: ${variable.type}, ${variable.summary}, ${value.bytes} bytes, artifact ${value.digest.slice(0, 12)}.`,
        ...(await shownRows(agent, plans.slice(plans.indexOf(plan)), name)),
      ];
      return succeeded(lines.join("\n"));
    }
    const pending = waiting(agent, plan, name);
    if (pending !== undefined) return succeeded(pending);
  }
  const known = plans.flatMap((plan) =>
    plan.action === "reuse" ? plan.record.values.flatMap((value) => value.variables.map((each) => each.name)) : [],
  );
  return refusedCall(
    `No cell${until === undefined ? "" : ` up to ${until}`} produced a variable ${name} that is stored. Stored are: ${[...new Set(known)].join(", ") || "none"}.`,
  );
};

function produced(
  plan: CellPlan,
  name: string,
): { readonly value: StoredValue; readonly variable: StoredVariable } | undefined {
  if (plan.action !== "reuse") return undefined;
  for (const value of plan.record.values) {
    const variable = value.variables.find((each) => each.name === name && !each.unchanged);
    if (variable !== undefined) return { value, variable };
  }
  return undefined;
}

/** The cell would define it, but has no result, or keeps it as source. */
function waiting(agent: AgentNotebook, plan: CellPlan, name: string): string | undefined {
  const analysis = agent.opened.engine.analysis(plan.cell);
  if (analysis === undefined || !analysis.defines.includes(name)) return undefined;
  const definition = analysis.definitions.find((each) => each.name === name);
  if (definition !== undefined)
    return `${name} is a ${definition.kind} defined in cell ${plan.cell}:\n${definition.source}`;
  const unstorable = plan.action === "reuse" ? plan.record.unstorable.find((each) => each.name === name) : undefined;
  if (unstorable !== undefined)
    return `${name} of cell ${plan.cell} is a ${unstorable.type} and is not stored: ${unstorable.reason}`;
  if (plan.action === "reuse") return undefined;
  return `${name} is defined by cell ${plan.cell}, which has no fresh result. Run it first.`;
}

/** Columns and a few rows, where a fresh cell displays the variable itself. */
async function shownRows(agent: AgentNotebook, plans: readonly CellPlan[], name: string): Promise<readonly string[]> {
  const displays = new RegExp(`^${name}(\\.(head|tail|sample|describe)\\(\\d*\\))?$`);
  const { store } = agent.opened;
  for (const [index, plan] of plans.entries()) {
    if (plan.action !== "reuse") continue;
    // Below the first cell another may have bound the name anew.
    if (index > 0 && produced(plan, name) !== undefined) return [];
    const source = agent.cells().find((cell) => cell.id === plan.cell)?.source ?? "";
    const last = source.trimEnd().split("\n").at(-1)?.trim() ?? "";
    const shown = displays.test(last) ? plan.record.outputs.findLast((output) => output.type === "display") : undefined;
    if (shown === undefined) continue;
    const table = shown.data.find((item) => item.mime === TABLE_MIME);
    const plain = shown.data.find((item) => item.mime === "text/plain");
    const payload = table === undefined ? undefined : await textOf(table, store);
    const rows = plain === undefined ? undefined : await textOf(plain, store);
    const cut = rows === undefined ? "" : rows.slice(0, ROWS_BUDGET);
    return [
      `Cell ${plan.cell} shows ${last}:`,
      ...(payload === undefined ? [] : [describeTable(payload)]),
      ...(cut === "" ? [] : [quoted(`rows of ${name}`, cut, sourceDigest(cut))]),
      ...(rows !== undefined && rows.length > cut.length
        ? [`${rows.length - cut.length} characters were left out.`]
        : []),
    ];
  }
  return [
    `No fresh cell displays it, so its content is not known here. A cell with “${name}” as its last line would show it.`,
  ];
}

export const explainArtifact: Tool = async (input, { agent }) => {
  const wanted = textIn(input, "digest") ?? "";
  const { engine, nameOf } = agent.opened;
  const lines: string[] = [];
  for (const plan of (await engine.plan()).cells) {
    const where = `cell ${plan.cell} “${nameOf(plan.cell)}”`;
    if (plan.action === "reuse") {
      const { record } = plan;
      for (const value of record.values) {
        if (!value.digest.startsWith(wanted)) continue;
        const names = value.variables.map((each) => `${each.name} (${each.type}, ${each.summary})`).join(", ");
        lines.push(
          `${value.digest}: ${names}, ${value.bytes} bytes, produced by ${where} at ${record.finishedAt} in ${record.durationMs.toFixed(0)} ms.`,
        );
      }
      for (const item of record.outputs.flatMap((output) => (output.type === "display" ? output.data : []))) {
        if ("digest" in item && item.digest.startsWith(wanted))
          lines.push(`${item.digest}: ${item.mime} of ${item.bytes} bytes, shown by ${where}.`);
      }
    }
    const components =
      plan.action === "reuse" ? plan.record.components : plan.action === "run" ? plan.components : undefined;
    for (const { name, ref } of components?.inputs ?? []) {
      if (ref.includes(`:${wanted}`)) lines.push(`It is the input ${name} of ${where}.`);
    }
  }
  return lines.length === 0
    ? refusedCall(`No fresh result of this notebook has a digest that begins with ${wanted}.`)
    : succeeded(lines.join("\n"));
};
