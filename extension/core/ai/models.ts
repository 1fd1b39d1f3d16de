/**
 * The one table of models: prices in US dollars per million tokens as published in November 2026, how long an answer
 * may be, and whether a temperature is taken. A model that is not here works; its cost is shown as unknown.
 */
import type { Usage } from "./model.ts";

export interface ModelSpec {
  readonly name: string;
  readonly input: number;
  readonly output: number;
  readonly cacheRead: number;
  /** Undefined: writing a cache costs what input costs. */
  readonly cacheWrite?: number;
}

const MODELS: readonly ModelSpec[] = [
  { name: "claude-fable-5-1", input: 10, output: 50, cacheRead: 1, cacheWrite: 12.5 },
  { name: "claude-opus-5-5", input: 4, output: 20, cacheRead: 0.4, cacheWrite: 5 },
  { name: "claude-opus-5", input: 5, output: 25, cacheRead: 0.5, cacheWrite: 6.25 },
  { name: "claude-opus-4-8", input: 5, output: 25, cacheRead: 0.5, cacheWrite: 6.25 },
  { name: "claude-opus-4-7", input: 5, output: 25, cacheRead: 0.5, cacheWrite: 6.25 },
  { name: "claude-opus-4-6", input: 5, output: 25, cacheRead: 0.5, cacheWrite: 6.25 },
  { name: "claude-opus-4-5", input: 5, output: 25, cacheRead: 0.5, cacheWrite: 6.25 },
  { name: "claude-sonnet-5-5", input: 2, output: 10, cacheRead: 0.1, cacheWrite: 2.5 },
  { name: "claude-sonnet-5", input: 2, output: 10, cacheRead: 0.2, cacheWrite: 2.5 },
  { name: "claude-sonnet-4-5", input: 3, output: 15, cacheRead: 0.3, cacheWrite: 3.75 },
  { name: "claude-haiku-5-5", input: 0.1, output: 0.5, cacheRead: 0.01, cacheWrite: 0.125 },
  { name: "gpt-5.6-sol", input: 5, output: 30, cacheRead: 0.5 },
  { name: "gpt-5.6-terra", input: 2, output: 12, cacheRead: 0.2 },
  { name: "gpt-5.6-luna", input: 0.2, output: 1.2, cacheRead: 0.02 },
  { name: "gpt-5.4-mini", input: 0.75, output: 4.5, cacheRead: 0.075 },
  { name: "gpt-4.1", input: 2, output: 8, cacheRead: 0.5 },
  { name: "gemini-3.8-flash", input: 0.75, output: 3.75, cacheRead: 0.075 },
  { name: "mistral-medium-3.5", input: 1.5, output: 7.5, cacheRead: 1.5 },
];

/** A dated name is its undated model: `claude-opus-4-5-20251101`, `gpt-4.1-2025-04-14`. */
export function modelSpec(name: string): ModelSpec | undefined {
  const undated = name.replace(/-(\d{8}|\d{4}-\d{2}-\d{2})$/, "");
  return MODELS.find((spec) => spec.name === undated);
}

/** US dollars, or undefined when the model's price is not known. */
export function costOf(model: string, usage: Usage): number | undefined {
  const spec = modelSpec(model);
  if (spec === undefined) return undefined;
  const sum =
    usage.input * spec.input +
    usage.output * spec.output +
    usage.cacheRead * spec.cacheRead +
    usage.cacheWrite * (spec.cacheWrite ?? spec.input);
  return sum / 1e6;
}

export const DEFAULT_MAX_TOKENS = 16_000;

/** Models that reason before they answer refuse a temperature: Claude since Opus 4.7, and OpenAI's o and GPT-5 lines. */
const WITHOUT_TEMPERATURE = /^(claude-(opus-4-[78]|mythos|fable|(opus|sonnet|haiku)-[5-9])|o\d|gpt-([5-9]))/;

export function takesTemperature(model: string): boolean {
  return !WITHOUT_TEMPERATURE.test(model);
}

/** Characters a token has on average in English prose and tables; for estimates before anything is sent. */
const CHARACTERS_PER_TOKEN = 3.6;
/** What a picture of ordinary size costs. */
const TOKENS_PER_IMAGE = 1_600;

export function estimateTokens(characters: number, images = 0): number {
  return Math.ceil(characters / CHARACTERS_PER_TOKEN) + images * TOKENS_PER_IMAGE;
}

export function modelNames(): readonly string[] {
  return MODELS.map((spec) => spec.name);
}
