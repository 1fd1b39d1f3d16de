import type { Mount, Problem } from "./model.ts";

/** The directives in a cell's leading comment block, parsed. FORMAT section 2. */
export interface Annotations {
  readonly name?: string;
  readonly worker?: string;
  /** Seconds, > 0. */
  readonly timeout?: number;
  readonly env: Readonly<Record<string, string>>;
  readonly mounts: readonly Mount[];
  /** Cell ids that must have run before this one. */
  readonly after: readonly string[];
  readonly loop?: {
    readonly maxIter: number;
    readonly carry: string;
    readonly startFrom?: { readonly cell: string; readonly iter: number };
    readonly until?: string;
  };
  readonly sql?: { readonly connection: string; readonly write: boolean };
  readonly cache?:
    | { readonly policy: "fingerprint" | "forever" | "session" | "snapshot" | "off" }
    | { readonly policy: "ttl"; readonly seconds: number };
  readonly model?: string;
  readonly temperature?: number;
  readonly maxTokens?: number;
  readonly system?: string;
  readonly output?: "json";
  readonly outputSchema?: unknown;
  readonly validateRetries?: number;
  /** `@each row in df`: the prompt is asked once for every row of what the expression gives. */
  readonly each?: { readonly name: string; readonly table: string; readonly line: number };
  /** Directives whose key nobody knows, kept as written. */
  readonly unknown: readonly { readonly key: string; readonly value: string; readonly line: number }[];
  /** 1-based line of the first line after the block. */
  readonly bodyLine: number;
}

export interface ParsedAnnotations {
  readonly annotations: Annotations;
  /** `file` is left empty here; the caller knows it. Lines are 1-based in the cell. */
  readonly problems: readonly Problem[];
}
