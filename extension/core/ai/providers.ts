/**
 * The one table of providers: how each is spoken to, which environment variables name its key and address, and which
 * model is asked when nothing says which. Model names as the providers' own packages list them on 2026-11-22.
 */

export type ProviderId = "anthropic" | "openai" | "gemini" | "mistral" | "compatible" | "vscode";

export interface ProviderSpec {
  readonly id: ProviderId;
  readonly label: string;
  /** "editor": no address and no key, VS Code itself has the models. */
  readonly protocol: "anthropic" | "openai" | "editor";
  readonly baseUrl: string;
  /** Environment variable, and name in a secret store, of the key. */
  readonly keyName: string;
  /** Environment variable with which the user sends the provider's requests elsewhere. */
  readonly urlName?: string;
  readonly defaultModel: string;
  /** Model names of this family are this provider's. */
  readonly models: RegExp;
  /** Where a person gets a key. */
  readonly keyPage: string;
  /** How the protocol's optional parts are spoken here. */
  readonly dialect?: Dialect;
  /** Requests at once. */
  readonly concurrency: number;
}

export interface Dialect {
  readonly maxTokens: "max_tokens" | "max_completion_tokens";
  /** Takes `stream_options` to be asked for token counts; the others send them unasked. */
  readonly usageOption: boolean;
}

const PLAIN: Dialect = { maxTokens: "max_tokens", usageOption: true };

export const PROVIDERS: readonly ProviderSpec[] = [
  {
    id: "anthropic",
    label: "Anthropic",
    protocol: "anthropic",
    baseUrl: "https://api.anthropic.com",
    keyName: "ANTHROPIC_API_KEY",
    urlName: "ANTHROPIC_BASE_URL",
    defaultModel: "claude-sonnet-5-5",
    models: /^claude-/,
    keyPage: "https://platform.claude.com/settings/keys",
    concurrency: 8,
  },
  {
    id: "openai",
    label: "OpenAI",
    protocol: "openai",
    baseUrl: "https://api.openai.com/v1",
    keyName: "OPENAI_API_KEY",
    urlName: "OPENAI_BASE_URL",
    defaultModel: "gpt-5.6-terra",
    models: /^(gpt-|o\d|chatgpt-)/,
    keyPage: "https://platform.openai.com/api-keys",
    dialect: { maxTokens: "max_completion_tokens", usageOption: true },
    concurrency: 8,
  },
  {
    id: "gemini",
    label: "Gemini",
    protocol: "openai",
    baseUrl: "https://generativelanguage.googleapis.com/v1beta/openai",
    keyName: "GEMINI_API_KEY",
    defaultModel: "gemini-3.8-flash",
    models: /^gemini-/,
    keyPage: "https://aistudio.google.com/apikey",
    dialect: PLAIN,
    concurrency: 8,
  },
  {
    id: "mistral",
    label: "Mistral",
    protocol: "openai",
    baseUrl: "https://api.mistral.ai/v1",
    keyName: "MISTRAL_API_KEY",
    defaultModel: "mistral-medium-3.5",
    models: /^(mistral|ministral|magistral|codestral|devstral|pixtral)-/,
    keyPage: "https://console.mistral.ai/api-keys",
    dialect: { maxTokens: "max_tokens", usageOption: false },
    concurrency: 4,
  },
  /** Anything else that speaks chat completions: Ollama, vLLM, LiteLLM, a company's gateway. */
  {
    id: "compatible",
    label: "The OpenAI-compatible endpoint",
    protocol: "openai",
    baseUrl: "",
    keyName: "STRATA_AI_API_KEY",
    defaultModel: "",
    models: /(?!)/,
    keyPage: "",
    dialect: PLAIN,
    concurrency: 4,
  },
  /** Whatever models the user has in VS Code: those of Copilot, or of another extension. */
  {
    id: "vscode",
    label: "VS Code's language model",
    protocol: "editor",
    baseUrl: "",
    keyName: "",
    defaultModel: "auto",
    models: /(?!)/,
    keyPage: "",
    concurrency: 4,
  },
];

/** Serves every provider when its own key is not there, and is the only one sent to an address that a notebook names. */
export const COMMON_KEY = "STRATA_AI_API_KEY";

/** Providers whose key a person can set. */
export const KEYED_PROVIDERS: readonly ProviderSpec[] = PROVIDERS.filter((spec) => spec.keyName !== "");

export function providerSpec(id: string): ProviderSpec | undefined {
  return PROVIDERS.find((spec) => spec.id === id);
}
