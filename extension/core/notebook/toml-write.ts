/** TOML text for new values. Nothing that exists is ever rewritten through here, only what is added. */
import type { Cell } from "./model.ts";
import { withoutSecrets } from "./secrets.ts";

export type CellSettings = Partial<Pick<Cell, "worker" | "timeout" | "env" | "mounts">>;

function tomlKey(key: string): string {
  return /^[A-Za-z0-9_-]+$/.test(key) ? key : tomlString(key);
}

export function tomlString(text: string): string {
  // JSON's escapes are TOML's, but JSON leaves DEL alone, and TOML has no lone surrogates.
  return JSON.stringify(text.replace(/\p{Surrogate}/gu, "\uFFFD")).replaceAll("\u007F", "\\u007F");
}

function tomlValue(value: unknown): string {
  if (typeof value === "string") return tomlString(value);
  if (typeof value === "number") return tomlNumber(value, false);
  if (typeof value === "boolean") return String(value);
  if (Array.isArray(value)) return `[${value.map(tomlValue).join(", ")}]`;
  if (typeof value === "object" && value !== null) {
    const pairs = Object.entries(value).map(([key, item]) => `${tomlKey(key)} = ${tomlValue(item)}`);
    return pairs.length === 0 ? "{}" : `{ ${pairs.join(", ")} }`;
  }
  return '""';
}

export function tomlNumber(value: number, asFloat: boolean): string {
  if (Number.isNaN(value)) return "nan";
  if (!Number.isFinite(value)) return value > 0 ? "inf" : "-inf";
  const text = Object.is(value, -0) ? "0" : String(value);
  return asFloat && /^-?\d+$/.test(text) ? `${text}.0` : text;
}

/** A cell's own settings as key and value text; secrets keep their key alone. */
export function settingPairs(settings: CellSettings): readonly (readonly [key: string, value: string])[] {
  const pairs: [string, string][] = [];
  if (settings.worker !== undefined) pairs.push(["worker", tomlString(settings.worker)]);
  if (settings.timeout !== undefined) pairs.push(["timeout", tomlNumber(settings.timeout, false)]);
  if (Object.keys(settings.env ?? {}).length > 0) pairs.push(["env", tomlValue(withoutSecrets(settings.env ?? {}))]);
  if ((settings.mounts ?? []).length > 0) {
    pairs.push([
      "mounts",
      tomlValue(
        (settings.mounts ?? []).map(({ options, ...mount }) => {
          return Object.keys(options).length === 0 ? mount : { ...mount, options };
        }),
      ),
    ]);
  }
  return pairs;
}
