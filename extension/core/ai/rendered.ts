/** What the child made of a prompt: its parts, as python-harness/strata_harness/template.py writes them. */

import { pythonString } from "../python/literals.ts";
import type { ImagePart, TextPart } from "./model.ts";
import { estimateTokens } from "./models.ts";
import type { Segment } from "./template.ts";

export const RENDERED_MIME = "application/vnd.strata.prompt+json";

export type RenderedPart = TextPart | ImagePart;

export interface Rendered {
  /** One prompt, or with `@each` one for every row. */
  readonly prompts: readonly (readonly RenderedPart[])[];
}

export interface RenderJob {
  /** The cell's text, for tracebacks. */
  readonly source: string;
  readonly segments: readonly Segment[];
  readonly budget: number;
  readonly each: { readonly name: string; readonly table: string; readonly line: number } | undefined;
}

/** The program that a child runs to render: our module, and what to render as one literal. */
export function renderSource(job: RenderJob): string {
  const segments = job.segments.map((segment) =>
    segment.kind === "text" ? { text: segment.text } : { expression: segment.source, line: segment.line },
  );
  const given = JSON.stringify({ source: job.source, segments, budget: job.budget, each: job.each ?? null });
  return `__import__("strata_harness.template", fromlist=["render"]).render(${pythonString(given)})`;
}

/** The program that makes the answer a variable: the value of a JSON text. */
export function storeSource(name: string, json: string): string {
  return `${name} = __import__("json").loads(${pythonString(json)})`;
}

/** The program that puts answers beside the rows they are for. */
export function tableSource(name: string, table: string, column: string, json: string): string {
  const join = `__import__("strata_harness.template_rows", fromlist=["joined"]).joined`;
  // As the last expression, so that the table is shown.
  return `${name} = ${join}(${table}, ${pythonString(column)}, ${pythonString(json)})\n${name}`;
}

export function parseRendered(text: string): Rendered | undefined {
  try {
    const value = JSON.parse(text) as { prompts?: unknown };
    if (!Array.isArray(value.prompts)) return undefined;
    const prompts = value.prompts.map((parts: unknown) => (Array.isArray(parts) ? parts.map(toPart) : []));
    return { prompts };
  } catch {
    // Not written by our harness.
    return undefined;
  }
}

function toPart(value: unknown): RenderedPart {
  const part = value as { text?: unknown; mime?: unknown; data?: unknown };
  if (typeof part.mime === "string" && typeof part.data === "string") {
    return { type: "image", mime: part.mime, data: part.data };
  }
  return { type: "text", text: typeof part.text === "string" ? part.text : "" };
}

export function promptTokens(parts: readonly RenderedPart[]): number {
  const texts = parts.reduce((sum, part) => sum + (part.type === "text" ? part.text.length : 0), 0);
  return estimateTokens(texts, parts.filter((part) => part.type === "image").length);
}
