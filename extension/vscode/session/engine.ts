/** The engine of one notebook folder as the editor uses it, and how it is opened: lazily, with the settings of the moment. */
import type { Engine } from "../../core/engine/model.ts";
import type { CellId, Notebook } from "../../core/notebook/model.ts";
import type { Collected } from "../../host/engine/collect.ts";
import type { KeptCells } from "../../host/engine/open.ts";
import type { RunnerMode } from "../../host/harness/runner-mode.ts";
import type { ReadContent } from "../outputs/items.ts";

export interface OpenedEngine {
  readonly engine: Engine;
  /** Bytes of the notebook's content store. */
  readonly read: ReadContent;
  /** Where the bytes of a digest are, if the store has them whole. */
  readonly tableFile: (digest: string) => Promise<string | undefined>;
  /** What a person calls a cell. */
  readonly nameOf: (cell: CellId) => string;
  /** The environment in words, for the status bar. */
  readonly environment: () => Promise<EnvironmentText>;
  /** Whether the first run has to make or change the environment, which takes a while. */
  readonly needsPreparation: () => boolean;
  /** Makes the environment now; a message when it cannot be made. */
  readonly prepare: (onLine: (line: string) => void, signal: AbortSignal) => Promise<string | undefined>;
  /** Adds to the notebook's project; a message when it could not be done. Absent where the environment is not the notebook's own. */
  readonly addPackages?: (
    packages: readonly string[],
    onLine: (line: string) => void,
    signal: AbortSignal,
  ) => Promise<string | undefined>;
  /** How cells are run and why, once that is known. */
  readonly mode: () => RunnerMode | undefined;
  /** Writes the notebook as a file for others; why not, when it cannot be written. Starts no Python. */
  readonly exportTo: (file: string, format: "script" | "ipynb") => Promise<string | undefined>;
  /** Cells that still run, or have ended, since the window in which they began was closed. */
  readonly kept: () => Promise<KeptCells>;
  readonly care: StoreCare;
  /** Ends what runs and closes the store. */
  dispose(): Promise<void>;
}

/** What can be done about the store as a whole. */
export interface StoreCare {
  readonly folder: string;
  /** Bytes; undefined where there is none. */
  readonly limit: number | undefined;
  /** Removes what no cell needs; or only says what that would be. */
  readonly collect: (dryRun: boolean) => Promise<Collected>;
  /** How many results of somebody else are trusted from now on; undefined when that failed. */
  readonly trust: () => Promise<number | undefined>;
}

export interface EnvironmentText {
  readonly label: string;
  readonly tooltip: string;
}

export type OpenEngine = (folder: string, notebook: Notebook) => Promise<OpenedEngine>;
