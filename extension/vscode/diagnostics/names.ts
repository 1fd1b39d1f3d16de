/** Names that a cell needs and no cell above defines. Pure: a reading of the analyses, in the order the cells run. */
import type { CellAnalysis, Use } from "../../core/analysis/model.ts";
import type { CellId } from "../../core/notebook/model.ts";

export interface NamedCell {
  readonly id: CellId;
  /** Undefined for cells that bind no Python names. */
  readonly analysis: CellAnalysis | undefined;
  /** Names that the cell has without any definition: its mounts. */
  readonly provides: readonly string[];
}

export interface MissingName {
  readonly cell: CellId;
  readonly use: Use;
  /** Where it is defined after all: too low. */
  readonly below: CellId | undefined;
  /** A name that exists above and is spelled almost the same. */
  readonly similar: string | undefined;
}

export function missingNames(cells: readonly NamedCell[], builtins: ReadonlySet<string>): MissingName[] {
  const known = new Set<string>();
  const missing: MissingName[] = [];
  for (const [index, cell] of cells.entries()) {
    const { analysis } = cell;
    for (const name of cell.provides) known.add(name);
    if (!analysis) continue;
    // A cell that does not parse would be blamed for its fragments; a star import may bring any name.
    if (!analysis.syntaxError) {
      for (const use of analysis.uses) {
        if (use.optional || known.has(use.name) || builtins.has(use.name)) continue;
        missing.push({
          cell: cell.id,
          use,
          below: cells.slice(index + 1).find((other) => other.analysis?.defines.includes(use.name))?.id,
          similar: closest(use.name, known),
        });
      }
    }
    if (analysis.dynamic.length > 0) return missing;
    for (const name of analysis.defines) known.add(name);
    for (const name of analysis.deletes) known.delete(name);
  }
  return missing;
}

/** The known name within one edit of short names, two of longer ones. */
function closest(name: string, known: ReadonlySet<string>): string | undefined {
  let best: string | undefined;
  let bestDistance = name.length > 4 ? 3 : 2;
  for (const candidate of known) {
    if (Math.abs(candidate.length - name.length) >= bestDistance) continue;
    const distance = editDistance(name.toLowerCase(), candidate.toLowerCase());
    if (distance < bestDistance && distance < name.length) {
      best = candidate;
      bestDistance = distance;
    }
  }
  return best;
}

/** Levenshtein's distance, one row at a time. */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const change = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min((row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1, change));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
