/** A prompt cell as it would be sent now, for whoever wants to see it, and what it would cost, before anything is sent. */
import { promptText } from "../ai/prompt-analysis.ts";
import { type PromptSpec, providerIdentity } from "../ai/prompt-spec.ts";
import { promptTokens, type RenderedPart } from "../ai/rendered.ts";
import { parseAnnotations } from "../notebook/annotations.ts";
import type { CellId } from "../notebook/model.ts";
import type { CellError } from "../outputs/model.ts";
import type { Reason } from "../plan/model.ts";
import type { Planned } from "../plan/plan.ts";
import type { PreparedCell } from "../plan/prepared.ts";
import { toJob } from "./job.ts";
import type { EnginePorts } from "./ports.ts";
import type { PreparedNotebook } from "./prepare.ts";
import { render } from "./prompt-cell.ts";

export type PromptPreview =
  | {
      readonly kind: "prompt";
      /** One, or with `@each` one for every row. */
      readonly prompts: readonly (readonly RenderedPart[])[];
      readonly spec: PromptSpec;
      readonly provider: string;
      /** Estimated, of all prompts together. */
      readonly tokens: number;
    }
  | { readonly kind: "error"; readonly error: CellError }
  /** What it needs from above is not there. */
  | { readonly kind: "waits"; readonly reason: Reason }
  | { readonly kind: "problem"; readonly message: string };

export async function previewPrompt(
  id: CellId,
  prepared: PreparedNotebook,
  plan: (cells: readonly PreparedCell[]) => Promise<Planned>,
  ports: EnginePorts,
  signal: AbortSignal,
  expression?: string,
): Promise<PromptPreview> {
  const cells =
    expression === undefined
      ? prepared.cells
      : prepared.cells.map((entry) => (entry.cell.id === id ? withOnly(expression, entry, ports) : entry));
  const planned = await plan(cells);
  const cell = cells.find((entry) => entry.cell.id === id);
  const found = planned.cells.find((entry) => entry.cell === id);
  const inputs = planned.inputs.get(id);
  const spec = cell?.prompt;
  const { prompts } = ports;
  if (cell === undefined || found === undefined || spec === undefined || prompts === undefined) {
    return { kind: "problem", message: cell?.problem ?? "This is no prompt cell." };
  }
  if (found.action === "none") return { kind: "problem", message: "The prompt is empty." };
  if (inputs === undefined || (found.action !== "run" && found.action !== "reuse")) {
    return { kind: "waits", reason: found.reason };
  }
  const ready = await ports.environment.prepare(signal);
  if ("problem" in ready) return { kind: "problem", message: ready.problem };
  const job = toJob(
    {
      prepared: cell,
      plan: found,
      inputs,
      own: {},
      ambient: planned.ambient.get(id) ?? {},
      environ: ports.environment.environ(prepared.environ(id)),
      timeout: prepared.timeout(id),
    },
    ports,
  );
  const rendered = await render({ spec, job, prompts, runner: ready.runner }, () => undefined, signal);
  if ("result" in rendered) {
    const { result } = rendered;
    if (result.status === "ok") return { kind: "problem", message: "The prompt could not be rendered." };
    return { kind: "error", error: result.error };
  }
  const tokens = rendered.prompts.reduce((sum, parts) => sum + promptTokens(parts), 0);
  return { kind: "prompt", prompts: rendered.prompts, spec, provider: providerIdentity(spec.choice), tokens };
}

/** One expression on its own, however the prompt around it looks while somebody types. */
function withOnly(expression: string, entry: PreparedCell, ports: EnginePorts): PreparedCell {
  if (entry.prompt === undefined) return entry;
  const source = `{{ ${expression} }}`;
  const { annotations } = parseAnnotations(source, "prompt");
  const { analysis, template } = promptText(source, annotations, ports.analyze);
  const prompt = { ...entry.prompt, each: undefined, budget: LOOK_BUDGET, template };
  return { ...entry, analysis, prompt, problem: undefined };
}

/** Characters of a value that is only looked at. */
const LOOK_BUDGET = 3000;
