/**
 * A notebook as the core sees it: parsed once at the edge, never wrong afterwards.
 * The folder format behind it is described in docs/format.md.
 */

export type CellId = string;

export type CellLanguage = "python" | "markdown" | "prompt" | "sql";

/** A folder or object made visible to a cell as a `pathlib.Path` variable. */
export interface Mount {
  readonly name: string;
  readonly uri: string;
  readonly mode: "ro" | "rw";
  readonly pin?: string;
  readonly options: Readonly<Record<string, unknown>>;
}

/** Somewhere else that runs cells. */
export interface WorkerSpec {
  readonly name: string;
  readonly backend: "local" | "executor";
  readonly runtimeId?: string;
  /** `url`, `transport`, `strata_url` and whatever else stands in the table. */
  readonly config: Readonly<Record<string, unknown>>;
}

export interface Connection {
  readonly name: string;
  readonly driver: string;
  readonly auth: Readonly<Record<string, string>>;
  readonly options: Readonly<Record<string, unknown>>;
  /** Every other key of the table; it belongs to the driver. */
  readonly settings: Readonly<Record<string, unknown>>;
}

export interface Cell {
  readonly id: CellId;
  /** Path relative to `cells/`, with forward slashes. */
  readonly file: string;
  readonly language: CellLanguage;
  readonly order: number;
  /**
   * The cell file's text as an editor shows it: no byte order mark, `\n` only, without the newline at the very end.
   * Empty when the file is missing.
   */
  readonly source: string;
  /** Its bytes are not UTF-8: `source` only shows them, the cell never runs, and its file is never written. */
  readonly unreadable?: true;
  readonly worker?: string;
  /** Seconds. */
  readonly timeout?: number;
  readonly env: Readonly<Record<string, string>>;
  readonly mounts: readonly Mount[];
}

export interface Notebook {
  /** Never empty. */
  readonly id: string;
  readonly name: string;
  readonly owner?: string;
  /** ISO-8601, whichever TOML form it was written in. */
  readonly createdAt?: string;
  readonly updatedAt?: string;
  /** Sorted by `order`, ties in file order. */
  readonly cells: readonly Cell[];
  readonly worker?: string;
  /** Seconds. */
  readonly timeout?: number;
  readonly env: Readonly<Record<string, string>>;
  readonly workers: readonly WorkerSpec[];
  readonly mounts: readonly Mount[];
  readonly connections: readonly Connection[];
  readonly ai: Readonly<Record<string, unknown>>;
  readonly secretManager: Readonly<Record<string, unknown>>;
}

/** Something about a notebook that its user should mend. Never thrown. */
export interface Problem {
  /** Stable, kebab-case; tests and translations go by it. */
  readonly code: string;
  readonly severity: "error" | "warning";
  /** Path relative to the notebook folder. */
  readonly file: string;
  /** 1-based. */
  readonly line?: number;
  /** What is wrong, where, and what to do, in full sentences. */
  readonly message: string;
  readonly cell?: CellId;
}
