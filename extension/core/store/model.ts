import type { CellError, Digest, Output } from "../outputs/model.ts";

/** Hash of everything that determines a cell's result and is known before it runs. Lower-case hex SHA-256. */
export type RecipeKey = string;

/** What a key was made of, kept so that two keys can be compared and explained. */
export interface RecipeComponents {
  readonly language: string;
  /** Normalised code. */
  readonly code: string;
  /** Sorted by name; `ref` is `value:<digest>[#part]`, `definition:<hash>`, `import:<statement>`, `path:<uri>`. */
  readonly inputs: readonly {
    readonly name: string;
    readonly ref: string;
    readonly from?: string;
    /** The value in a few words. Not part of the key. */
    readonly summary?: string;
  }[];
  readonly environment: EnvironmentIdentity;
  /** Directives that change the result, sorted: `env.NAME`, … Values of variables are hashed. */
  readonly directives: Readonly<Record<string, string>>;
}

export interface EnvironmentIdentity {
  /** "CPython 3.11.7", "none" before the environment exists. */
  readonly python: string;
  /** "linux-x86_64". */
  readonly platform: string;
  /** Sorted "name==version". */
  readonly packages: readonly string[];
}

/** Something the run was seen to depend on, beyond its key. The digest of a file too large to be hashed is "". */
export type Observation =
  | {
      readonly kind: "file";
      readonly path: string;
      readonly size: number;
      readonly mtimeNs: string;
      readonly digest: Digest;
    }
  | { readonly kind: "missing"; readonly path: string }
  /** Without `detail` the names in it; "kinds": also what each is; "states": also size, time and permissions of files. */
  | {
      readonly kind: "directory";
      readonly path: string;
      readonly digest: Digest;
      readonly detail?: "kinds" | "states";
    }
  /** The answer to a question about a file that was not opened for it: only what was asked is there. */
  | Asked
  | { readonly kind: "environ"; readonly name: string; readonly digest: Digest | null }
  | { readonly kind: "ambient"; readonly component: string; readonly digest: Digest | null }
  /** A file the cell wrote: missing or changed means stale. */
  | {
      readonly kind: "written";
      readonly path: string;
      readonly size: number;
      readonly mtimeNs: string;
      readonly digest: Digest;
    };

export interface Asked {
  readonly kind: "asked";
  readonly path: string;
  /** About a link itself, not about what it leads to. */
  readonly link?: true;
  /** "there": whatever it is; "granted" and "refused" are about `access`, a mask as `os.access` takes it. */
  readonly saw:
    | "there"
    | "file"
    | "folder"
    | "other"
    | "link"
    | "no link"
    | "missing"
    | "unreadable"
    | "granted"
    | "refused";
  readonly size?: number;
  readonly mtimeNs?: string;
  /** Permissions, on systems that have them as bits. */
  readonly mode?: number;
  readonly access?: number;
  /** Where the link leads. */
  readonly target?: string;
  /** A folder that the cell made: gone, the cell is stale. */
  readonly made?: true;
}

/** One stored value: one or more variables that share memory. */
export interface StoredValue {
  readonly digest: Digest;
  readonly bytes: number;
  readonly variables: readonly StoredVariable[];
  /** Free names that functions inside the value look up when called; inputs of whoever uses the value. */
  readonly needs: readonly string[];
  /** Hashes of definitions (see `CellRecord.definitions`) that must exist before the value is loaded. */
  readonly definitions: readonly string[];
}

export interface StoredVariable {
  readonly name: string;
  /** "pandas.DataFrame", "int". */
  readonly type: string;
  /** No operation can change it: numbers, strings, tuples of such, modules. */
  readonly immutable: boolean;
  /** One short line for hovers. */
  readonly summary: string;
  /** An input that is here only because another variable shares its memory: its content is what it was. */
  readonly unchanged: boolean;
}

/** A top-level function or class as it travels: text, executed in the consumer's namespace. */
export interface DefinitionSource {
  readonly hash: string;
  readonly name: string;
  readonly source: string;
  /** What its decorators, defaults, bases and class body need, bound only while it executes. */
  readonly early: readonly Binding[];
  /** Names its bodies look up when called. */
  readonly late: readonly string[];
  /** Names its bodies rebind with `global`. */
  readonly globals: readonly string[];
  /** Modules whose process-wide settings its bodies may change. */
  readonly ambient: readonly string[];
  /** `from __future__` features it is compiled with. */
  readonly futures: readonly string[];
  readonly cell: string;
  /** Absolute path shown in tracebacks, and the 1-based line of `source` in it. */
  readonly file: string;
  readonly line: number;
}

/** How a name comes into a cell's namespace. */
export type Binding =
  | { readonly kind: "value"; readonly name: string; readonly digest: Digest; readonly variable: string }
  | { readonly kind: "definition"; readonly name: string; readonly hash: string }
  | { readonly kind: "import"; readonly name: string; readonly statement: string }
  | { readonly kind: "path"; readonly name: string; readonly path: string };

/** A constructive trace: key, observations, results. Immutable. */
export interface CellRecord {
  readonly version: 1;
  readonly key: RecipeKey;
  readonly notebook: string;
  readonly cell: string;
  readonly components: RecipeComponents;
  readonly observed: readonly Observation[];
  readonly values: readonly StoredValue[];
  /** Variables the cell bound that cannot be stored, with the reason. */
  readonly unstorable: readonly { readonly name: string; readonly type: string; readonly reason: string }[];
  /** Inputs that the run was seen to have changed; their new value is among `values`. */
  readonly changed: readonly string[];
  readonly deleted: readonly string[];
  /** Ambient state after the run, for the components that changed. */
  readonly ambient: Readonly<Record<string, Digest>>;
  /** Definitions that the values refer to, by hash. */
  readonly definitions: Readonly<Record<string, DefinitionSource>>;
  /** Why the result is one sample of many: "clock", "command", "entropy", "input", "network". */
  readonly sample: readonly string[];
  /** The session that made it, where only results of one session count. */
  readonly session?: string;
  /** What came of running it again, when that was tried. */
  readonly verified?: Verification;
  readonly outputs: readonly Output[];
  readonly durationMs: number;
  /** ISO-8601. */
  readonly finishedAt: string;
}

/** A result held against another run of the same cell with the same inputs. */
export interface Verification {
  /** ISO-8601. */
  readonly at: string;
  /** What was different, in words a person knows: names of variables, "what it printed". Empty: nothing. */
  readonly differs: readonly string[];
}

/** The last attempt at a cell of a notebook, whatever its end: what the editor shows on opening. */
export interface CellHead {
  readonly version: 1;
  readonly key: RecipeKey;
  readonly components: RecipeComponents;
  readonly status: "ok" | "error" | "interrupted";
  readonly outputs: readonly Output[];
  readonly error?: CellError;
  readonly durationMs: number;
  readonly finishedAt: string;
}

/** A head and whose it is. */
export interface OwnHead {
  readonly notebook: string;
  readonly cell: string;
  readonly head: CellHead;
}

/** Immutable bytes by digest. Every read is verified; damage reads as absence. */
export interface ContentStore {
  /** Where the bytes are or would be, for the child to map. */
  path(digest: Digest): string;
  has(digest: Digest): Promise<boolean>;
  /** The same without waiting, where that takes a moment only. */
  peek?(digest: Digest): boolean;
  read(digest: Digest): Promise<Uint8Array | undefined>;
  put(bytes: Uint8Array): Promise<Digest>;
  /** True when the bytes are there and are what their digest says; costs a hash the first time, a stat afterwards. For values that the child maps by itself. */
  verify?(digest: Digest): Promise<boolean>;
}

/** Key → records, newest first. Failures of the medium are reported by `onProblem`, never thrown: a miss is always safe. */
export interface RecordIndex {
  records(key: RecipeKey): Promise<readonly CellRecord[]>;
  /** The same without waiting; undefined means ask `records`. As current as the last `refresh`. */
  peek?(key: RecipeKey): readonly CellRecord[] | undefined;
  /** Are there results under the key that were made by somebody who is not trusted? They are never among `records`. */
  foreign?(key: RecipeKey): boolean | Promise<boolean>;
  /** Notice what other processes wrote since; once per plan, a few microseconds when they wrote nothing. */
  refresh?(): Promise<void>;
  /** With `head`, both are written in one step; the head also where the record is not kept. */
  add(record: CellRecord, head?: OwnHead): Promise<void>;
  head(notebook: string, cell: string): Promise<CellHead | undefined>;
  /** The same without waiting: null when there is none, undefined means ask `head`. As current as the last `refresh`. */
  peekHead?(notebook: string, cell: string): CellHead | null | undefined;
  setHead(notebook: string, cell: string, head: CellHead): Promise<void>;
  /** Forget the records and heads of the cells named, or of the whole notebook. */
  forget(notebook: string, cells?: readonly string[]): Promise<void>;
}
