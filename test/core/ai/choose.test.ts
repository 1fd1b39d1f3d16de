/** Which provider, model, address and key: `@model`, then `[ai]`, then the key that is there. */
import assert from "node:assert/strict";
import { aiSettings, choose } from "../../../extension/core/ai/choose.ts";

const OWN = "https://api.openai.com/v1";

type Row = readonly [
  what: string,
  table: Record<string, unknown>,
  override: string | undefined,
  keys: string,
  expected: string,
];

/** Expected: provider, model, address unless it is the provider's own, and the keys that may be sent. */
const rows: readonly Row[] = [
  [
    "no key at all names the first provider",
    {},
    undefined,
    "",
    "anthropic claude-sonnet-5-5 ANTHROPIC_API_KEY,STRATA_AI_API_KEY",
  ],
  ["the key that is there", {}, undefined, "OPENAI_API_KEY", "openai gpt-5.6-terra OPENAI_API_KEY,STRATA_AI_API_KEY"],
  [
    "of two keys the first of the table",
    {},
    undefined,
    "MISTRAL_API_KEY GEMINI_API_KEY",
    "gemini gemini-3.8-flash GEMINI_API_KEY,STRATA_AI_API_KEY",
  ],
  ["only the common key", {}, undefined, "STRATA_AI_API_KEY", "openai gpt-5.6-terra OPENAI_API_KEY,STRATA_AI_API_KEY"],
  [
    "the notebook's provider before the key",
    { provider: "mistral" },
    undefined,
    "OPENAI_API_KEY",
    "mistral mistral-medium-3.5 MISTRAL_API_KEY,STRATA_AI_API_KEY",
  ],
  [
    "the notebook's model tells its provider",
    { model: "gemini-3.8-flash" },
    undefined,
    "OPENAI_API_KEY",
    "gemini gemini-3.8-flash GEMINI_API_KEY,STRATA_AI_API_KEY",
  ],
  [
    "@model before the notebook",
    { model: "gpt-4.1" },
    "claude-haiku-5-5",
    "OPENAI_API_KEY",
    "anthropic claude-haiku-5-5 ANTHROPIC_API_KEY,STRATA_AI_API_KEY",
  ],
  ["@model with its provider", {}, "openai/some-new-name", "", "openai some-new-name OPENAI_API_KEY,STRATA_AI_API_KEY"],
  [
    "a name nobody knows goes to the key's provider",
    {},
    "brand-new",
    "OPENAI_API_KEY",
    "openai brand-new OPENAI_API_KEY,STRATA_AI_API_KEY",
  ],
  [
    "a server of one's own gets no provider's key",
    { base_url: "http://localhost:11434/v1", model: "llama4" },
    undefined,
    "OPENAI_API_KEY",
    "compatible llama4 http://localhost:11434/v1 STRATA_AI_API_KEY",
  ],
  [
    "nor does one that only looks like the provider",
    { base_url: "https://api.openai.com.evil.example/v1", model: "gpt-4.1" },
    undefined,
    "OPENAI_API_KEY",
    "compatible gpt-4.1 https://api.openai.com.evil.example/v1 STRATA_AI_API_KEY",
  ],
  [
    "nor one that puts the provider before an @",
    { base_url: "https://api.openai.com@evil.example/v1", model: "gpt-4.1" },
    undefined,
    "OPENAI_API_KEY",
    "compatible gpt-4.1 https://api.openai.com@evil.example/v1 STRATA_AI_API_KEY",
  ],
  [
    "nor a named provider elsewhere",
    { provider: "anthropic", base_url: "https://proxy.example", model: "claude-opus-5-5" },
    undefined,
    "ANTHROPIC_API_KEY",
    "anthropic claude-opus-5-5 https://proxy.example STRATA_AI_API_KEY",
  ],
  [
    "nor plain http to the provider",
    { base_url: "http://api.openai.com/v1", model: "gpt-4.1" },
    undefined,
    "OPENAI_API_KEY",
    "openai gpt-4.1 http://api.openai.com/v1 STRATA_AI_API_KEY",
  ],
  [
    "the provider's own address gets its key",
    { base_url: OWN },
    undefined,
    "OPENAI_API_KEY",
    "openai gpt-5.6-terra OPENAI_API_KEY,STRATA_AI_API_KEY",
  ],
  [
    "a slash belongs to the name at one's own server",
    { base_url: "http://localhost:4000", model: "anthropic/claude" },
    undefined,
    "",
    "compatible anthropic/claude http://localhost:4000 STRATA_AI_API_KEY",
  ],
  ["a provider nobody knows", { provider: "acme" }, undefined, "", "not-configured"],
  ["an address without a model", { base_url: "http://localhost:4000" }, undefined, "", "not-configured"],
  [
    "an address with a backslash in it",
    { base_url: "https://api.openai.com\\@evil.example/v1", model: "m" },
    undefined,
    "OPENAI_API_KEY",
    "not-configured",
  ],
  ["no address", { base_url: "localhost", model: "m" }, undefined, "", "not-configured"],
  ["compatible without an address", { provider: "compatible", model: "m" }, undefined, "", "not-configured"],
  [
    "an api_key in the file is not looked at",
    { api_key: "sk-in-the-file" },
    undefined,
    "",
    "anthropic claude-sonnet-5-5 ANTHROPIC_API_KEY,STRATA_AI_API_KEY",
  ],
];

describe("choosing a provider and a model", () => {
  for (const [what, table, override, keys, expected] of rows) {
    it(what, () => {
      const around = { hasKey: (name: string) => keys.split(" ").includes(name), environ: {} };
      const choice = choose(aiSettings(table), override, around);
      const own = [
        "https://api.anthropic.com",
        OWN,
        "https://generativelanguage.googleapis.com/v1beta/openai",
        "https://api.mistral.ai/v1",
      ];
      const said =
        "failure" in choice
          ? choice.failure.kind
          : [
              choice.provider,
              choice.model,
              ...(own.includes(choice.baseUrl) ? [] : [choice.baseUrl]),
              choice.keyNames.join(","),
            ].join(" ");
      assert.equal(said, expected);
    });
  }

  it("sends a provider's requests where the user's own environment says", () => {
    const choice = choose({}, undefined, {
      hasKey: () => true,
      environ: { ANTHROPIC_BASE_URL: "https://gateway.example" },
    });
    assert.ok(!("failure" in choice) && choice.baseUrl === "https://gateway.example");
  });
});
