/** What the engine needs of the outside world. The host implements these; tests implement them in memory. */

import type { PromptPort } from "../ai/prompt-port.ts";
import type { Analyzer } from "../analysis/analyzer.ts";
import type { CellId } from "../notebook/model.ts";
import type { Digest } from "../outputs/model.ts";
import type { Check, Soon } from "../plan/lookup.ts";
import type { Hash } from "../recipe/key.ts";
import type { Runner } from "../run/model.ts";
import type { CellHead, CellRecord, EnvironmentIdentity, Observation, RecipeKey } from "../store/model.ts";

export interface EnginePorts {
  /** Absolute path of the notebook's folder. */
  readonly folder: string;
  readonly hash: Hash;
  readonly analyze: Analyzer;
  readonly store: EngineStore;
  readonly environment: EnvironmentPort;
  /** Does what a run depended on still hold? `environ` is the cell's effective environment. */
  readonly check: (
    observation: Observation,
    environ: Readonly<Record<string, string>>,
    finishedAt: string,
  ) => Soon<Check>;
  /** Does the notebook's folder have a module or package of this name? Asked often: answers are remembered briefly. */
  readonly local?: (module: string) => boolean;
  /** The sources of such a module or package; of any other, nothing. */
  readonly moduleTexts?: (module: string) => readonly string[];
  /** Milliseconds, monotonic. */
  readonly clock: () => number;
  /** ISO-8601 wall-clock time. */
  readonly now: () => string;
  /** Names this host's session, for results that count in one session only. */
  readonly session: string;
  /** Text of a Python file of the notebook's folder, to see what it reads; undefined when there is none. */
  readonly moduleText?: (path: string) => Promise<string | undefined>;
  /** Absolute path of a path relative to the folder, with the platform's separators. */
  readonly resolve: (path: string) => string;
  /** Local absolute path of a mount's URI, or undefined when it is not local. */
  readonly localPath: (uri: string) => string | undefined;
  /** Cells at once when a request does not say. */
  readonly jobs: number;
  /** Absent where no language model can be asked: prompt cells say so. */
  readonly prompts?: PromptPort;
}

export interface EngineStore {
  /** Notices what other processes have written since; cheap, before every plan. */
  refresh(): Promise<void>;
  records(key: RecipeKey): Soon<readonly CellRecord[]>;
  /** Has somebody else, who is not trusted, a result under the key? */
  foreign?(key: RecipeKey): Soon<boolean>;
  head(cell: CellId): Soon<CellHead | undefined>;
  present(digest: Digest): Soon<boolean>;
  /** Reads the bytes and compares; a damaged artifact is gone afterwards. */
  verify(digest: Digest): Promise<boolean>;
  /** With `head`, also the head of the record's cell, in one step. */
  add(record: CellRecord, head?: CellHead): Promise<void>;
  setHead(cell: CellId, head: CellHead): Promise<void>;
  forget(cells?: readonly CellId[]): Promise<void>;
}

export interface Ready {
  readonly runner: Runner;
  readonly identity: EnvironmentIdentity;
}

export interface EnvironmentPort {
  /** Cheap; starts no Python. Python "none" while no environment exists. */
  identity(): EnvironmentIdentity;
  /** Makes the environment when needed, and says what it is now. Expected failures are messages. */
  prepare(signal: AbortSignal): Promise<Ready | { readonly problem: string }>;
  /** The complete environment variables of a child for these effective settings. */
  environ(settings: Readonly<Record<string, string>>): Readonly<Record<string, string>>;
}
