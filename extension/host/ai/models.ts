/**
 * From settings to a model that answers: chooses, finds the key, opens the provider behind retries and its limit.
 * Keys come from the environment or from a secret store that is handed in; they are never kept anywhere else.
 */
import { type AiSettings, type Choice, choose, keyMissing } from "../../core/ai/choose.ts";
import type { ModelFailure, ModelProvider } from "../../core/ai/model.ts";
import { COMMON_KEY, KEYED_PROVIDERS, type ProviderSpec, providerSpec } from "../../core/ai/providers.ts";
import { anthropicProvider } from "./anthropic.ts";
import { createLimit, type Limit, withLimit } from "./limit.ts";
import { openAiProvider } from "./openai.ts";
import { type RetryPolicy, sleep, withRetries } from "./retry.ts";

/** Where keys are kept: VS Code's SecretStorage; nothing for the command, which has its environment. */
export interface Secrets {
  get(name: string): Promise<string | undefined>;
}

export interface ModelsPorts {
  readonly secrets: Secrets;
  readonly environ: Readonly<Record<string, string | undefined>>;
  /** Models that the editor has: its own provider for a name, undefined when there is none of that name. */
  readonly editor?: (model: string) => Promise<ModelProvider | undefined>;
  /** Are there any? */
  readonly hasEditorModels?: () => Promise<boolean>;
  /** For tests. */
  readonly retry?: Partial<RetryPolicy>;
}

export interface Opened {
  readonly provider: ModelProvider;
  readonly choice: Choice;
}

export interface Models {
  /** Which provider and model would be asked. As of the last `refresh` or `open`; starts nothing. */
  choose(settings: AiSettings, model?: string): Choice | { readonly failure: ModelFailure };
  /** Is there a key of the provider's own? As of the last `refresh` or `open`. */
  hasKeyFor(provider: string): boolean;
  /** Looks which keys there are now. */
  refresh(): Promise<void>;
  open(settings: AiSettings, model?: string): Promise<Opened | { readonly failure: ModelFailure }>;
}

const DEFAULT_TIMEOUT_SECONDS = 120;
const KEY_NAMES: readonly string[] = KEYED_PROVIDERS.map((spec) => spec.keyName);

export function createModels(ports: ModelsPorts): Models {
  const limits = new Map<string, Limit>();
  let present = new Set(KEY_NAMES.filter((name) => (ports.environ[name] ?? "") !== ""));
  let editor = false;
  const retry: RetryPolicy = {
    attempts: 4,
    firstMs: 1000,
    longestMs: 60_000,
    sleep,
    random: Math.random,
    ...ports.retry,
  };

  async function keyOf(name: string): Promise<string | undefined> {
    const key = (await ports.secrets.get(name)) ?? ports.environ[name];
    return key === undefined || key.trim() === "" ? undefined : key.trim();
  }

  async function firstKey(names: readonly string[]): Promise<{ name: string; key: string } | undefined> {
    for (const name of names) {
      const key = await keyOf(name);
      if (key !== undefined) return { name, key };
    }
    return undefined;
  }

  function limitOf(spec: ProviderSpec, baseUrl: string): Limit {
    const known = limits.get(baseUrl) ?? createLimit(spec.concurrency);
    limits.set(baseUrl, known);
    return known;
  }

  async function openEditor(choice: Choice): Promise<Opened | { readonly failure: ModelFailure }> {
    const provider = await ports.editor?.(choice.model);
    const spec = providerSpec("vscode") as ProviderSpec;
    if (provider !== undefined) return { provider: withLimit(provider, limitOf(spec, "vscode")), choice };
    const which =
      choice.model === spec.defaultModel ? "has no language model" : `has no language model “${choice.model}”`;
    const message = `VS Code ${which}. Install and sign in to one there, or use “Strata: Set API Key…”.`;
    return { failure: { kind: "not-configured", message } };
  }

  const models: Models = {
    choose: (settings, model) =>
      choose(settings, model, { hasKey: (name) => present.has(name), environ: ports.environ, editor }),
    hasKeyFor: (provider) => present.has(providerSpec(provider)?.keyName ?? ""),
    async refresh() {
      const found = await Promise.all(KEY_NAMES.map(async (name) => ((await keyOf(name)) === undefined ? "" : name)));
      present = new Set(found.filter((name) => name !== ""));
      // Asking the editor wakes other extensions: only when it would be the one to answer.
      editor = present.size === 0 && ((await ports.hasEditorModels?.()) ?? false);
    },
    async open(settings, model) {
      await models.refresh();
      const choice = models.choose(settings, model);
      if ("failure" in choice) return choice;
      if (choice.provider === "vscode") return openEditor(choice);
      const found = await firstKey(choice.keyNames);
      if (found === undefined && choice.keyRequired) return { failure: keyMissing(choice) };
      const spec = providerSpec(choice.provider) as ProviderSpec;
      const connection = {
        spec,
        baseUrl: choice.baseUrl,
        key: found?.key,
        keyName: found?.name ?? COMMON_KEY,
        timeoutMs: (settings.timeoutSeconds ?? DEFAULT_TIMEOUT_SECONDS) * 1000,
      };
      const bare = spec.protocol === "anthropic" ? anthropicProvider(connection) : openAiProvider(connection);
      return { provider: withRetries(withLimit(bare, limitOf(spec, choice.baseUrl)), retry), choice };
    },
  };
  return models;
}
