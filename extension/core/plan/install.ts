/** How the names that a cell takes are installed in its namespace, in which order, and how they stand in its recipe. */
import type { CellId } from "../notebook/model.ts";
import type { Binding, RecipeComponents } from "../store/model.ts";
import { type Names, NO_CELL, type Slot, slotRef } from "./slots.ts";

const INSTALL_ORDER = { import: 0, definition: 1, path: 2, value: 3 } as const;

export function installed(
  slots: ReadonlyMap<string, Slot>,
  above: Names,
): { readonly bindings: readonly Binding[]; readonly components: RecipeComponents["inputs"] } {
  const names = [...slots.keys()].sort();
  const bindings: Binding[] = [];
  const components: { name: string; ref: string; from?: CellId; summary?: string }[] = [];
  for (const name of names) {
    const slot = slots.get(name) as Slot;
    const binding = toBinding(name, slot);
    const ref = slotRef(slot);
    if (binding === undefined || ref === undefined) continue;
    bindings.push(binding);
    const summary = summaryOf(name, slot);
    components.push({
      name,
      ref,
      ...(slot.cell === NO_CELL ? {} : { from: slot.cell }),
      ...(summary === undefined ? {} : { summary }),
    });
    // Names that share memory with one that is only read come along without a say in the key: should the cell change
    // the value against all expectation, they are changed with it.
    for (const other of siblings(name, slot, above)) {
      const sibling = slots.has(other) ? undefined : above.get(other);
      const extra = sibling && toBinding(other, sibling);
      if (extra !== undefined && !bindings.some((known) => known.name === other)) bindings.push(extra);
    }
  }
  // A value whose loading may call functions of the notebook comes after what those look up.
  const needs = (name: string): boolean => {
    const slot = above.get(name);
    return slot?.kind === "value" && slot.value.needs.length > 0;
  };
  const rank = ({ kind, name }: Binding): number => INSTALL_ORDER[kind] + (kind === "value" && needs(name) ? 0.5 : 0);
  bindings.sort((a, b) => rank(a) - rank(b));
  return { bindings, components };
}

/** How a slot is installed in a child; undefined while it is not known. */
export function toBinding(name: string, slot: Slot): Binding | undefined {
  switch (slot.kind) {
    case "value":
      return { kind: "value", name, digest: slot.digest, variable: name };
    case "definition":
      return { kind: "definition", name, hash: slot.source.hash };
    case "import":
      return { kind: "import", name, statement: slot.statement };
    case "pending":
    case "blocked":
    case "unstorable":
      return undefined;
    default:
      return slot satisfies never;
  }
}

/** Other names for parts of the same stored value, as far as they still mean it. */
export function siblings(name: string, slot: Slot, above: Names): readonly string[] {
  if (slot.kind !== "value" || slot.value.variables.length < 2) return [];
  return slot.value.variables
    .map((variable) => variable.name)
    .filter((other) => {
      const sibling = other === name ? undefined : above.get(other);
      return sibling?.kind === "value" && sibling.digest === slot.digest;
    });
}

function summaryOf(name: string, slot: Slot): string | undefined {
  return slot.kind === "value" ? slot.value.variables.find((variable) => variable.name === name)?.summary : undefined;
}
