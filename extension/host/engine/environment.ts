/** The engine's view of a notebook's Python: its identity for keys, and a runner once it is ready. */
import type { EnvironmentPort } from "../../core/engine/ports.ts";
import { sameData } from "../../core/plan/same-data.ts";
import type { EnvironmentIdentity } from "../../core/store/model.ts";
import { type ChildEnviron, childEnviron } from "../environment/child-environ.ts";
import { createIdentifier, noEnvironment } from "../environment/identity.ts";
import { findPython, type Located, type Variables } from "../environment/locate.ts";
import { type Prepared, prepareEnvironment, type Synced } from "../environment/prepare.ts";
import { isFailed } from "../environment/problem.ts";
import { createRunner } from "../harness/forking-runner.ts";
import type { Keeping } from "../harness/keep.ts";
import type { ModalRunner, RunnerMode } from "../harness/runner-mode.ts";
import { openVerdicts } from "../harness/verdicts.ts";

export interface EnvironmentOptions {
  readonly folder: string;
  /** Interpreter or virtual environment to use instead of the notebook's own. */
  readonly python?: string;
  /** False to take the notebook's `.venv` as it is. */
  readonly sync: boolean;
  /** Absolute path of `python-harness`. */
  readonly harness: string;
  /** Absolute folder where a fetched uv is kept. */
  readonly storage: string;
  readonly contentDir: string;
  readonly tmp: string;
  readonly onProgress: (text: string) => void;
  /** How long runs outlive this process; absent: they end with it, and none is joined. */
  readonly keeping?: Keeping;
  /** False for a process of its own for each cell, whatever the system. */
  readonly fork?: boolean;
  /** Names of the modules that the notebook's cells import. */
  readonly warm?: () => readonly string[];
}

export interface HostEnvironment extends EnvironmentPort {
  /** The interpreter, once there is one. */
  python(): string | undefined;
  /** How cells are run and why, once there is an interpreter. */
  mode(): RunnerMode | undefined;
  /** Waits until it is known how cells are run; nothing to wait for before there is an interpreter. */
  warmUp(settings: Readonly<Record<string, string>>): Promise<void>;
  dispose(): Promise<void>;
}

export function createEnvironmentPort(options: EnvironmentOptions): HostEnvironment {
  const { folder, python, sync, storage, harness, contentDir, tmp, onProgress, warm, keeping } = options;
  // As they are when the notebook is opened: each look at this process's variables costs as much as a plan.
  const env: Variables = { ...process.env };
  const synced: Synced = {};
  const identifier = createIdentifier({ folder, storage });
  let located: Located | undefined;
  let variables: ((effective: Readonly<Record<string, string>>) => ChildEnviron) | undefined;
  /** A plan asks for a cell's variables once for each observation; settings are the same object from plan to plan. */
  let known = new WeakMap<object, Readonly<Record<string, string>>>();
  /** By what the settings say: the same object for all cells of the same settings. */
  let shared = new Map<string, Readonly<Record<string, string>>>();
  let current: { readonly prepared: Prepared; readonly runner: ModalRunner } | undefined;

  function locate(): Located | undefined {
    const found = findPython({ folder, python, env });
    return found === undefined || isFailed(found) ? undefined : found;
  }

  function settle(next: Located | undefined): void {
    if (next?.python === located?.python && next?.venv === located?.venv) return;
    located = next;
    variables = next && childEnviron({ base: env, located: next });
    known = new WeakMap();
    shared = new Map();
  }

  return {
    identity(): EnvironmentIdentity {
      if (located === undefined) settle(locate());
      return (located && identifier.identify(located)) ?? noEnvironment();
    },
    async prepare(signal) {
      const prepared = await prepareEnvironment({
        folder,
        python,
        sync,
        storage,
        env,
        identifier,
        synced,
        before: located,
        onProgress,
        signal,
      });
      if (isFailed(prepared)) return { problem: prepared.problem.message };
      settle(prepared);
      // What a zygote has in memory is what was installed when it started.
      if (current === undefined || !isSame(current.prepared, prepared)) {
        await current?.runner.dispose();
        const verdicts = openVerdicts(storage, JSON.stringify([prepared.python, prepared.identity]));
        const runner = createRunner({
          python: prepared.python,
          harness,
          content: contentDir,
          tmp,
          verdicts,
          fork: options.fork ?? true,
          ...(warm === undefined ? {} : { warm }),
          ...(keeping === undefined ? {} : { keeping }),
        });
        current = { prepared, runner };
      }
      return { runner: current.runner, identity: prepared.identity };
    },
    environ(settings) {
      // Before there is an interpreter nothing runs, and what is asked is only what a cell would be given.
      if (variables === undefined) return settings;
      const before = known.get(settings);
      if (before !== undefined) return before;
      const text = JSON.stringify(settings);
      const environ = shared.get(text) ?? variables(settings).environ;
      shared.set(text, environ);
      known.set(settings, environ);
      return environ;
    },
    python: () => located?.python,
    mode: () => current?.runner.mode(),
    warmUp: async (settings) => {
      await current?.runner.prepare(variables?.(settings).environ ?? settings);
    },
    async dispose() {
      await current?.runner.dispose();
    },
  };
}

/** Mostly the very same identity, which is kept until the environment's files change. */
function isSame(a: Prepared, b: Prepared): boolean {
  return a.python === b.python && sameData(a.identity, b.identity);
}
