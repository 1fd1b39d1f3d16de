/** What a prompt cell asks for, apart from its text: from its directives and `[ai]`, with what of it enters the recipe key. */
import { outputName } from "../analysis/other-language.ts";
import type { Annotations } from "../notebook/annotations-model.ts";
import { type AiSettings, aiSettings, type Choice } from "./choose.ts";
import type { JsonSchema, ModelFailure } from "./model.ts";
import { DEFAULT_MAX_TOKENS } from "./models.ts";
import type { Template } from "./template.ts";

export interface PromptSpec {
  readonly template: Template;
  readonly settings: AiSettings;
  /** `@model`. */
  readonly model: string | undefined;
  readonly choice: Choice;
  readonly system: string | undefined;
  readonly temperature: number | undefined;
  readonly maxTokens: number;
  /** The answer is JSON and becomes a dict, list or number. */
  readonly json: boolean;
  readonly schema: JsonSchema | undefined;
  /** Answers asked for until one is valid. */
  readonly attempts: number;
  /** The variable the answer becomes. */
  readonly output: string;
  readonly each: { readonly name: string; readonly table: string; readonly line: number } | undefined;
  readonly cache: Annotations["cache"];
  /** Characters of one rendered value. */
  readonly budget: number;
}

const DEFAULT_ATTEMPTS = 3;
const DEFAULT_BUDGET = 24_000;
const CHARACTERS_PER_TOKEN = 3.6;

export function promptSpec(
  template: Template,
  annotations: Annotations,
  ai: Readonly<Record<string, unknown>>,
  choose: (settings: AiSettings, model: string | undefined) => Choice | { readonly failure: ModelFailure },
): PromptSpec | { readonly failure: ModelFailure } {
  const settings = aiSettings(ai);
  const choice = choose(settings, annotations.model);
  if ("failure" in choice) return choice;
  const schema = annotations.outputSchema;
  return {
    template,
    settings,
    model: annotations.model,
    choice,
    system: annotations.system,
    temperature: annotations.temperature,
    maxTokens: annotations.maxTokens ?? settings.maxOutputTokens ?? DEFAULT_MAX_TOKENS,
    json: annotations.output === "json" || schema !== undefined,
    schema: typeof schema === "object" && schema !== null ? (schema as JsonSchema) : undefined,
    attempts: annotations.validateRetries ?? DEFAULT_ATTEMPTS,
    output: outputName(annotations.name),
    each: annotations.each,
    cache: annotations.cache,
    budget: settings.maxContextTokens === undefined ? DEFAULT_BUDGET : budgetOf(settings.maxContextTokens, template),
  };
}

/** The expressions share what the model can read, less a part for the text around them. */
function budgetOf(tokens: number, template: Template): number {
  const expressions = Math.max(1, template.segments.filter((segment) => segment.kind === "expression").length);
  return Math.max(500, Math.floor((tokens * CHARACTERS_PER_TOKEN * 0.8) / expressions));
}

/** The part of a spec that determines the answer and is not in the cell's text, for the recipe. */
export function promptDirectives(spec: PromptSpec, hash: (text: string) => string): Record<string, string> {
  const directives: Record<string, string> = {
    "prompt.model": spec.choice.model,
    "prompt.provider": providerIdentity(spec.choice),
    "prompt.variable": spec.output,
    "prompt.max_tokens": `${spec.maxTokens}`,
    "prompt.budget": `${spec.budget}`,
  };
  if (spec.temperature !== undefined) directives["prompt.temperature"] = `${spec.temperature}`;
  if (spec.system !== undefined) directives["prompt.system"] = hash(`strata.system.v1\n${spec.system}`).slice(0, 16);
  if (spec.json) directives["prompt.output"] = "json";
  if (spec.schema !== undefined) directives["prompt.schema"] = hash(JSON.stringify(spec.schema)).slice(0, 16);
  if (spec.each !== undefined) directives["prompt.each"] = `${spec.each.name} in ${spec.each.table}`;
  return directives;
}

/** Who answers: a service is the same whatever gateway leads to it, a server of one's own is its address. */
export function providerIdentity(choice: Choice): string {
  return choice.provider === "compatible" ? `compatible ${choice.baseUrl}` : choice.provider;
}
