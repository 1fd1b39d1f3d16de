/** Variables that a prompt may refer to: those of the cells above, with their types where a result is stored. */
import type { CellId } from "../../core/notebook/model.ts";
import type { Place } from "./look.ts";

export interface Variable {
  readonly name: string;
  /** "" while it is not known. */
  readonly type: string;
  readonly summary: string;
  /** What a person calls its cell. */
  readonly cell: string;
}

export async function variablesAbove(place: Place): Promise<readonly Variable[]> {
  const { engine, nameOf } = await place.session.opened();
  const plan = await engine.plan();
  const found = new Map<string, Variable>();
  for (const { id, language } of engine.notebook.cells) {
    if (id === place.id) break;
    if (language === "markdown") continue;
    const analysis = engine.analysis(id);
    for (const name of analysis?.defines ?? []) {
      if (!name.startsWith("_")) found.set(name, { name, type: "", summary: "", cell: nameOf(id) });
    }
    const known = plan.cells.find((cell) => cell.cell === id);
    if (known?.action === "reuse")
      take(
        known.record.values.flatMap((value) => value.variables),
        id,
        found,
        nameOf,
      );
  }
  return [...found.values()];
}

function take(
  variables: readonly { readonly name: string; readonly type: string; readonly summary: string }[],
  cell: CellId,
  found: Map<string, Variable>,
  nameOf: (cell: CellId) => string,
): void {
  for (const { name, type, summary } of variables) {
    if (!name.startsWith("_")) found.set(name, { name, type, summary, cell: nameOf(cell) });
  }
}
