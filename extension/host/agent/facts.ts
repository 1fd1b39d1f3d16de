/** The notebook as the model's context tells it: read from plan, index and store; no Python is started. */
import type { CellFacts, NotebookFacts } from "../../core/agent/context.ts";
import type { Engine } from "../../core/engine/model.ts";
import type { CellId } from "../../core/notebook/model.ts";
import { describeReason } from "../../core/plan/describe.ts";
import type { CellPlan } from "../../core/plan/model.ts";
import { sourceDigest } from "./digest.ts";
import { outputText, type ReadsContent } from "./output-text.ts";

const OUTPUT_CHARACTERS = 2_000;
const TRACEBACK_CHARACTERS = 4_000;

export async function gatherFacts(
  opened: { readonly engine: Engine; readonly store: ReadsContent; readonly nameOf: (cell: CellId) => string },
  selected?: CellId,
): Promise<NotebookFacts> {
  const { engine, nameOf, store } = opened;
  const [plan, statuses] = await Promise.all([engine.plan(), engine.statuses()]);
  const plans = new Map(plan.cells.map((cell) => [cell.cell, cell]));
  const validity = new Map(statuses.map((status) => [status.cell, status]));
  const cells = await Promise.all(
    engine.notebook.cells.map(async (cell): Promise<CellFacts> => {
      const planned = plans.get(cell.id);
      const status = validity.get(cell.id);
      const { head } = await engine.stored(cell.id);
      const shown = planned?.action === "reuse" ? planned.record.outputs : (head?.outputs ?? []);
      const failed = planned?.action !== "reuse" && head?.status === "error" ? head.error : undefined;
      const output =
        failed === undefined ? (await outputText(shown, store, { characters: OUTPUT_CHARACTERS, images: 0 })).text : "";
      const error =
        failed === undefined
          ? undefined
          : failed.traceback.slice(-TRACEBACK_CHARACTERS) || `${failed.name}: ${failed.message}`;
      return {
        id: cell.id,
        name: nameOf(cell.id),
        language: cell.language,
        source: cell.source,
        digest: sourceDigest(cell.source),
        validity: cell.language === "markdown" ? "text" : (status?.validity ?? "none"),
        reason: status === undefined || cell.language === "markdown" ? "" : describeReason(status.reason, nameOf),
        upstream: planned?.upstream ?? [],
        output,
        outputDigest: sourceDigest(error ?? output),
        ...(error === undefined ? {} : { error }),
        variables: planned === undefined ? [] : variablesOf(planned),
      };
    }),
  );
  const { python, packages } = plan.environment;
  return { name: engine.notebook.name, cells, python, packages, ...(selected === undefined ? {} : { selected }) };
}

function variablesOf(plan: CellPlan): CellFacts["variables"] {
  if (plan.action !== "reuse") return [];
  return plan.record.values.flatMap((value) =>
    value.variables
      .filter((variable) => !variable.unchanged)
      .map(({ name, type, summary }) => ({ name, type, summary, artifact: value.digest.slice(0, 12) })),
  );
}
