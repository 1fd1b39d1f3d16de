/** How cells run on this machine, by forking or by a process each, and what speaks against forking. */
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import type { Runner } from "../../core/run/model.ts";
import type { ProcessRunnerOptions } from "./runner.ts";
import type { Warmed } from "./zygote.ts";

export interface RunnerMode {
  readonly kind: "zygote" | "process";
  /** A full sentence. */
  readonly why: string;
  /** Modules in memory ahead of the cells. */
  readonly warm: readonly string[];
  /** Modules that are not, with the reason. */
  readonly unfit: Readonly<Record<string, string>>;
}

/** What was found out about forking in this environment, kept between sessions. */
export interface Verdicts {
  read(): string | undefined;
  write(reason: string): void;
}

export interface RunnerOptions extends ProcessRunnerOptions {
  /** Names of modules that the notebook's cells import; asked before each run. */
  readonly warm?: () => readonly string[];
  readonly verdicts?: Verdicts;
  /** False for a process of its own for each cell, whatever the platform. */
  readonly fork?: boolean;
}

export interface ModalRunner extends Runner {
  mode(): RunnerMode;
  /** Starts the zygote now, and resolves when it is ready or known not to be. */
  prepare(environ: Readonly<Record<string, string>>): Promise<void>;
  /** Process ids, for tests and for `strata doctor`. */
  processes(): { readonly zygote: number | undefined; readonly spares: readonly (number | undefined)[] };
}

/** Why cells are not forked at all; undefined when they may be. */
export function refusalOf({ fork = true, verdicts }: RunnerOptions): string | undefined {
  if (process.platform !== "linux") return "On this system each cell runs in a process of its own.";
  if (!fork) return "Each cell runs in a process of its own, as set.";
  return verdicts?.read();
}

/** Does the folder hold anything that an import would find in place of a library loaded ahead? */
export function shadowed(folder: string, { names, ready }: Warmed): boolean {
  try {
    for (const entry of readdirSync(folder)) {
      const dot = entry.indexOf(".");
      if (names.has(dot < 0 ? entry : entry.slice(0, dot))) return true;
    }
  } catch {
    return true;
  }
  // The one library that looks for its settings in the current folder when it is imported.
  return ready.some((name) => name.startsWith("matplotlib")) && existsSync(join(folder, "matplotlibrc"));
}
