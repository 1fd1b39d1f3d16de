/**
 * Which provider and model a request goes to: the cell's `@model`, then `[ai]` of notebook.toml, then whichever key is
 * there. A notebook may come from anybody, so a provider's key is never sent to an address that only the notebook names.
 */
import type { ModelFailure } from "./model.ts";
import {
  COMMON_KEY,
  KEYED_PROVIDERS,
  PROVIDERS,
  type ProviderId,
  type ProviderSpec,
  providerSpec,
} from "./providers.ts";

/** `[ai]` of notebook.toml, as far as it is understood. */
export interface AiSettings {
  readonly provider?: string;
  readonly baseUrl?: string;
  readonly model?: string;
  readonly maxOutputTokens?: number;
  readonly maxContextTokens?: number;
  readonly timeoutSeconds?: number;
  /** File of recorded answers, relative to the notebook: they are used before anybody is asked. */
  readonly cassette?: string;
}

export interface Choice {
  readonly provider: ProviderId;
  readonly model: string;
  readonly baseUrl: string;
  /** Names of the keys that may be sent there, the first that exists is used. */
  readonly keyNames: readonly string[];
  /** A server of one's own often needs none. */
  readonly keyRequired: boolean;
}

export interface Surroundings {
  /** Is there a key of this name? */
  readonly hasKey: (name: string) => boolean;
  /** Has the editor models of its own? Never on the command line. */
  readonly editor?: boolean;
  /** The user's own environment. */
  readonly environ: Readonly<Record<string, string | undefined>>;
}

export function aiSettings(table: Readonly<Record<string, unknown>>): AiSettings {
  const text = (key: string): string | undefined => {
    const value = table[key];
    return typeof value === "string" && value.trim() !== "" ? value.trim() : undefined;
  };
  const count = (key: string): number | undefined => {
    const value = table[key];
    return typeof value === "number" && value > 0 ? value : undefined;
  };
  const settings: Record<string, unknown> = {
    provider: text("provider"),
    baseUrl: text("base_url"),
    model: text("model"),
    maxOutputTokens: count("max_output_tokens"),
    maxContextTokens: count("max_context_tokens"),
    timeoutSeconds: count("timeout_seconds"),
    cassette: text("cassette"),
  };
  return Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== undefined));
}

export function choose(
  settings: AiSettings,
  override: string | undefined,
  around: Surroundings,
): Choice | { readonly failure: ModelFailure } {
  const wanted = override ?? settings.model;
  if (settings.provider !== undefined && providerSpec(settings.provider) === undefined) {
    const names = PROVIDERS.map((spec) => spec.id).join(", ");
    return notConfigured(`[ai] provider = "${settings.provider}" is not known. Choose one of ${names}.`);
  }
  if (settings.baseUrl !== undefined) return atAddress(settings, settings.baseUrl, wanted, around);
  const named = wanted === undefined ? undefined : splitModel(wanted);
  const spec =
    named?.spec ?? (settings.provider === undefined ? undefined : providerSpec(settings.provider)) ?? byKey(around);
  // Without a base_url only the known services remain.
  const chosen = spec === undefined || spec.id === "compatible" ? (PROVIDERS[0] as ProviderSpec) : spec;
  if (settings.provider === "compatible") {
    return notConfigured('[ai] provider = "compatible" needs a base_url: the address of the server, up to /v1.');
  }
  return toChoice(chosen, named?.model ?? chosen.defaultModel, around);
}

/** Without any key the first provider of the table is named, so that plans do not change when a key arrives for it. */
function byKey(around: Surroundings): ProviderSpec | undefined {
  const own = KEYED_PROVIDERS.find((spec) => spec.keyName !== COMMON_KEY && around.hasKey(spec.keyName));
  if (own !== undefined) return own;
  if (around.hasKey(COMMON_KEY)) return providerSpec("openai");
  return around.editor === true ? providerSpec("vscode") : undefined;
}

/** `openai/gpt-5.6-luna` names its provider, `gpt-5.6-luna` is known to be OpenAI's, and any other name tells nothing. */
function splitModel(name: string): { readonly spec: ProviderSpec | undefined; readonly model: string } {
  const slash = name.indexOf("/");
  const prefixed = slash > 0 ? providerSpec(name.slice(0, slash)) : undefined;
  if (prefixed !== undefined) return { spec: prefixed, model: name.slice(slash + 1) };
  return { spec: PROVIDERS.find((spec) => spec.models.test(name)), model: name };
}

function toChoice(spec: ProviderSpec, model: string, around: Surroundings): Choice {
  if (spec.protocol === "editor") return { provider: spec.id, model, baseUrl: "", keyNames: [], keyRequired: false };
  const elsewhere = spec.urlName === undefined ? undefined : around.environ[spec.urlName];
  return {
    provider: spec.id,
    model,
    baseUrl: elsewhere === undefined || elsewhere === "" ? spec.baseUrl : elsewhere,
    keyNames: [...new Set([spec.keyName, COMMON_KEY])],
    keyRequired: true,
  };
}

function atAddress(
  settings: AiSettings,
  baseUrl: string,
  wanted: string | undefined,
  around: Surroundings,
): Choice | { readonly failure: ModelFailure } {
  const host = hostOf(baseUrl);
  if (host === undefined) {
    return notConfigured(`[ai] base_url = "${baseUrl}" is no address. Write it as https://host/v1.`);
  }
  const home = PROVIDERS.find((spec) => spec.baseUrl !== "" && hostOf(spec.baseUrl) === host);
  const asked = settings.provider === undefined ? undefined : providerSpec(settings.provider);
  const spec = asked ?? home ?? (providerSpec("compatible") as ProviderSpec);
  const model = wanted ?? spec.defaultModel;
  if (model === "") {
    return notConfigured(`Which model to ask at ${baseUrl} is not said. Add model = "…" to [ai] in notebook.toml.`);
  }
  if (home !== undefined && home.id === spec.id && baseUrl.startsWith("https:")) {
    return { ...toChoice(spec, model, { ...around, environ: {} }), baseUrl };
  }
  return { provider: spec.id, model, baseUrl, keyNames: [COMMON_KEY], keyRequired: false };
}

/** Host and port that a client connects to, in lower case; undefined for what is no plain http or https address. */
function hostOf(url: string): string | undefined {
  // Clients skip white space and read a backslash as a slash, which would make another host of it.
  if (/[\s\\]/.test(url)) return undefined;
  return /^https?:\/\/(?:[^/?#]*@)?([^/?#@]+)/i.exec(url)?.[1]?.toLowerCase();
}

function notConfigured(message: string): { readonly failure: ModelFailure } {
  return { failure: { kind: "not-configured", message } };
}

export function keyMissing(choice: Choice): ModelFailure {
  const spec = providerSpec(choice.provider);
  const label = spec?.label ?? choice.provider;
  return {
    kind: "key-missing",
    message: `${label} needs an API key, and there is none. Set ${choice.keyNames[0]} in the environment of strata, or use “Strata: Set API Key…” in VS Code.`,
  };
}
