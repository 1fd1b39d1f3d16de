/**
 * What each name means at one point of the walk from the first cell to the last.
 * The walk is the script: a later binding replaces an earlier one, and nothing looks below itself.
 */
import type { CellId } from "../notebook/model.ts";
import type { Digest } from "../outputs/model.ts";
import type { DefinitionSource, StoredValue } from "../store/model.ts";

export type Slot =
  /** A stored variable of known content. */
  | {
      readonly kind: "value";
      readonly cell: CellId;
      readonly digest: Digest;
      readonly value: StoredValue;
      readonly immutable: boolean;
      /** What stands for the value in keys. It outlives a copy that was made only because a name was added. */
      readonly ref: string;
      /** Sources of the definitions that the value's pickle refers to. */
      readonly definitions: Readonly<Record<string, DefinitionSource>>;
      /** A cell that has yet to run and may change the value in place. */
      readonly doubt?: CellId;
      /** A cell that has yet to run and may keep a part of the value under another name. */
      readonly linker?: CellId;
    }
  | {
      readonly kind: "definition";
      readonly cell: CellId;
      readonly source: DefinitionSource;
      readonly table: DefinitionTable;
      /** False while something it needs to execute is a value of its own cell, which has yet to run. */
      readonly complete: boolean;
      /** Calling it could change the definition itself. */
      readonly stateful: boolean;
      readonly doubt?: CellId;
    }
  | { readonly kind: "import"; readonly cell: CellId; readonly statement: string }
  /** Known once the cell has run. `shares`: names of values that it may turn out to be a part of. */
  | { readonly kind: "pending"; readonly cell: CellId; readonly shares?: readonly string[] }
  /** Never known until the user changes something. */
  | { readonly kind: "blocked"; readonly cell: CellId; readonly failed: boolean }
  | { readonly kind: "unstorable"; readonly cell: CellId; readonly why: string };

/** A definition with all the definitions that its early bindings reach, by hash. */
export type DefinitionTable = Readonly<Record<string, DefinitionSource>>;

/** The cell of what stands above the first one. */
export const NO_CELL: CellId = "";

export type Namespace = Map<string, Slot>;

/** The names at one point, for whoever only asks what they mean. */
export interface Names extends Iterable<readonly [string, Slot]> {
  get(name: string): Slot | undefined;
  has(name: string): boolean;
}

/** The text by which a slot enters a recipe key; undefined while it is not known. */
export function slotRef(slot: Slot): string | undefined {
  switch (slot.kind) {
    case "value":
      return slot.ref;
    case "definition":
      return `definition:${slot.source.hash}`;
    case "import":
      return `import:${slot.statement}`;
    case "pending":
    case "blocked":
    case "unstorable":
      return undefined;
    default:
      return slot satisfies never;
  }
}
