/** How cells run on this machine, by forking or in processes that wait for them, and what speaks against forking. */
import type { Runner } from "../../core/run/model.ts";
import type { ProcessRunnerOptions } from "./runner.ts";

/** By forking where that is possible, in processes that wait with libraries in memory, or in new ones. */
export type Way = "fork" | "ahead" | "fresh";

export function wayOf({ fork = true, way }: RunnerOptions, env: Readonly<Record<string, string | undefined>>): Way {
  if (!fork) return "fresh";
  return way ?? (["fork", "ahead", "fresh"] as const).find((each) => each === env.STRATA_PROCESSES) ?? "fork";
}

export interface RunnerMode {
  readonly kind: "zygote" | "ahead" | "process";
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
  /** False for a new process for each cell, whatever the system. */
  readonly fork?: boolean;
  /** Default: what `STRATA_PROCESSES` says, otherwise by forking where that is possible. */
  readonly way?: Way;
}

export interface ModalRunner extends Runner {
  mode(): RunnerMode;
  /** Starts the zygote now, and resolves when it is ready or known not to be. */
  prepare(environ: Readonly<Record<string, string>>): Promise<void>;
  /** Process ids, for tests and for `strata doctor`. */
  processes(): { readonly zygote: number | undefined; readonly spares: readonly (number | undefined)[] };
}

/** Why cells are not forked at all; undefined when they may be. */
export function refusalOf({ verdicts, platform = process.platform }: RunnerOptions, way: Way): string | undefined {
  if (way !== "fork") return "Cells are not forked, as set.";
  if (platform !== "linux") return "On this system cells are not forked.";
  return verdicts?.read();
}

interface State {
  readonly warm: readonly string[];
  readonly unfit: Readonly<Record<string, string>>;
  readonly why?: string;
}

/** `warm`: of what is there to fork; without it `problem` is why there is none. */
interface Forking extends Omit<State, "warm" | "why"> {
  readonly warm: readonly string[] | undefined;
  readonly problem: string | undefined;
}

export function modeOf(refusal: string | undefined, way: Way, plain: State, forking: Forking): RunnerMode {
  return refusal === undefined ? forkingMode(forking) : processMode(refusal, way, plain);
}

function processMode(refusal: string, way: Way, { warm, unfit, why }: State): RunnerMode {
  if (way === "fresh" || why !== undefined) {
    const text = `${refusal} Each has a new process, which loads its libraries itself.`;
    return { kind: "process", why: why === undefined ? text : `${text} ${why}`, warm: [], unfit };
  }
  const text = `${refusal} Each has a process of its own, which is started ahead and has the notebook's libraries loaded.`;
  return { kind: "ahead", why: text, warm, unfit };
}

function forkingMode({ warm, unfit, problem }: Forking): RunnerMode {
  if (warm === undefined) {
    const why = problem === undefined ? "is not ready yet" : `is not there: ${problem}`;
    return { kind: "process", why: `The process that forks the cells ${why}.`, warm: [], unfit };
  }
  const why = "Each cell runs in a fork of a process that has its libraries loaded.";
  return { kind: "zygote", why, warm, unfit };
}
