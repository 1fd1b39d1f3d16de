/** The table of models: prices, temperatures, dated names; and how much of a value goes into a prompt. */
import assert from "node:assert/strict";
import { costOf, estimateTokens, modelNames, modelSpec, takesTemperature } from "../../../extension/core/ai/models.ts";
import { promptSpec } from "../../../extension/core/ai/prompt-spec.ts";
import { KEYED_PROVIDERS } from "../../../extension/core/ai/providers.ts";
import { parseTemplate } from "../../../extension/core/ai/template.ts";
import { parseAnnotations } from "../../../extension/core/notebook/annotations.ts";

const usage = { input: 1_000_000, output: 100_000, cacheRead: 1_000_000, cacheWrite: 1_000_000 };

describe("the table of models", () => {
  it("prices each kind of token, and says when it does not know", () => {
    assert.equal(costOf("claude-sonnet-5-5", usage), 2 + 1 + 0.1 + 2.5);
    assert.equal(costOf("gpt-5.6-luna", usage), 0.2 + 0.12 + 0.02 + 0.2);
    assert.equal(costOf("claude-opus-4-5-20251101", usage), costOf("claude-opus-4-5", usage));
    assert.equal(costOf("gpt-4.1-2025-04-14", usage), costOf("gpt-4.1", usage));
    assert.equal(costOf("llama4", usage), undefined);
  });

  it("has every default model, so that its cost is known", () => {
    for (const { id, defaultModel } of KEYED_PROVIDERS) {
      if (defaultModel !== "") assert.notEqual(modelSpec(defaultModel), undefined, id);
    }
    assert.equal(new Set(modelNames()).size, modelNames().length);
  });

  const temperatures: readonly (readonly [string, boolean])[] = [
    ["claude-sonnet-5-5", false],
    ["claude-opus-4-7", false],
    ["claude-opus-4-6", true],
    ["claude-sonnet-4-5", true],
    ["gpt-5.6-terra", false],
    ["o3-mini", false],
    ["gpt-4.1", true],
    ["gemini-3.8-flash", true],
    ["llama4", true],
  ];
  for (const [model, takes] of temperatures) {
    it(`${model} ${takes ? "takes a temperature" : "takes none"}`, () => assert.equal(takesTemperature(model), takes));
  }

  it("estimates tokens of text and pictures", () => {
    assert.equal(estimateTokens(3600), 1000);
    assert.equal(estimateTokens(0, 2), 3200);
  });
});

describe("how much of a value goes into a prompt", () => {
  const budget = (ai: Record<string, unknown>, prompt: string): number => {
    const { annotations } = parseAnnotations(prompt, "prompt");
    const template = parseTemplate(prompt, annotations.bodyLine);
    const choice = { provider: "openai", model: "m", baseUrl: "", keyNames: [], keyRequired: false } as const;
    const spec = promptSpec(template, annotations, ai, () => choice);
    assert.ok(!("failure" in spec));
    return spec.budget;
  };

  it("is 24,000 characters, or a share of what the model can read", () => {
    assert.equal(budget({}, "{{ a }} {{ b }}"), 24_000);
    assert.equal(budget({ max_context_tokens: 10_000 }, "{{ a }} {{ b }}"), 14_400);
    assert.equal(budget({ max_context_tokens: 10_000 }, "{{ a }}"), 28_800);
    assert.equal(budget({ max_context_tokens: 10 }, "{{ a }}"), 500);
  });
});
