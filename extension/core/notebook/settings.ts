/** What holds for a cell: annotation before its entry in notebook.toml before the notebook's default before none. */
import type { Annotations } from "./annotations-model.ts";
import type { Cell, Mount, Notebook } from "./model.ts";
import { isSecretName } from "./secrets.ts";

export interface EffectiveSettings {
  /** Undefined: here. */
  readonly worker: string | undefined;
  /** Seconds; undefined: no limit. */
  readonly timeout: number | undefined;
  readonly env: Readonly<Record<string, string>>;
  readonly mounts: readonly Mount[];
  /** Names in `env` that are secrets without a value: to be supplied at run time. */
  readonly toSupply: readonly string[];
}

export function effectiveSettings(notebook: Notebook, cell: Cell, annotations: Annotations): EffectiveSettings {
  const env = { ...notebook.env, ...cell.env, ...annotations.env };
  const mounts = new Map<string, Mount>();
  for (const mount of [...notebook.mounts, ...cell.mounts, ...annotations.mounts]) mounts.set(mount.name, mount);
  return {
    worker: annotations.worker ?? cell.worker ?? notebook.worker,
    timeout: annotations.timeout ?? cell.timeout ?? notebook.timeout,
    env,
    mounts: [...mounts.values()],
    toSupply: Object.keys(env).filter((name) => env[name] === "" && isSecretName(name)),
  };
}
