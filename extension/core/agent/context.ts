/**
 * What the model is told of the notebook, within a budget: the most telling first, and what was left out by name. The
 * selected cell comes first, then the last error, the map of all cells, variables, other sources near the selection.
 */
import type { CellId } from "../notebook/model.ts";
import { lineCount, numbered } from "./lines.ts";
import { quoted } from "./result.ts";

export interface CellFacts {
  readonly id: CellId;
  readonly name: string;
  readonly language: string;
  readonly source: string;
  readonly digest: string;
  /** "fresh", "stale", … and why, in a sentence. */
  readonly validity: string;
  readonly reason: string;
  /** Ids of the cells it builds on. */
  readonly upstream: readonly CellId[];
  /** Text of what it showed when it last ran; empty when nothing. */
  readonly output: string;
  /** Digest of `output`. */
  readonly outputDigest: string;
  readonly error?: string;
  readonly variables: readonly VariableFacts[];
}

export interface VariableFacts {
  readonly name: string;
  readonly type: string;
  readonly summary: string;
  readonly artifact: string;
}

export interface NotebookFacts {
  readonly name: string;
  readonly cells: readonly CellFacts[];
  readonly selected?: CellId;
  readonly python: string;
  readonly packages: readonly string[];
}

export interface Context {
  readonly text: string;
  /** What did not fit, for a person and for the model. */
  readonly leftOut: readonly string[];
}

/** A piece that is in whole, or cut to what is left, or not in. */
interface Piece {
  readonly what: string;
  readonly text: string;
  /** Of no use in part. */
  readonly whole?: boolean;
}

/** Fewer characters than this of a piece tell nothing. */
const LEAST = 200;

export function contextOf(facts: NotebookFacts, budget: number): Context {
  const parts: string[] = [];
  const leftOut: string[] = [];
  let room = budget;
  for (const piece of pieces(facts)) {
    if (piece.text.length <= room) {
      parts.push(piece.text);
      room -= piece.text.length;
    } else if (piece.whole !== true && room >= LEAST) {
      parts.push(`${piece.text.slice(0, room)}…`);
      leftOut.push(`the last ${piece.text.length - room} characters of ${piece.what}`);
      room = 0;
    } else {
      leftOut.push(piece.what);
    }
  }
  if (leftOut.length > 0) {
    const named = leftOut.slice(0, 8).join("; ");
    const more = leftOut.length > 8 ? `; and ${leftOut.length - 8} more` : "";
    parts.push(`Left out for lack of room: ${named}${more}. The tools read them.`);
  }
  return { text: parts.join("\n\n"), leftOut };
}

function pieces(facts: NotebookFacts): readonly Piece[] {
  const { cells } = facts;
  const at = cells.findIndex((cell) => cell.id === facts.selected);
  const selected = cells[at];
  const failed = cells.filter((cell) => cell.error !== undefined && cell.id !== selected?.id);
  // The nearest first; what the selection builds on counts as near.
  const others = cells
    .map((cell, index) => ({ cell, far: selected?.upstream.includes(cell.id) ? 0 : Math.abs(index - Math.max(0, at)) }))
    .filter(({ cell }) => cell.id !== selected?.id && cell.source !== "")
    .sort((a, b) => a.far - b.far)
    .map(({ cell }) => cell);
  return [
    ...(selected === undefined ? [] : cellPieces(selected, "the selected cell", true)),
    ...failed.slice(-1).flatMap((cell) => errorPieces(cell)),
    { what: "the list of cells", text: mapOf(facts) },
    { what: "the variables", text: variablesOf(cells) },
    ...others.flatMap((cell) => cellPieces(cell, `cell ${cell.id} “${cell.name}”`, false)),
    ...others.flatMap((cell) => outputPieces(cell)),
    { what: "the packages", text: `Environment: ${facts.python}. ${facts.packages.join(", ")}`, whole: true },
  ].filter((piece) => piece.text !== "");
}

function cellPieces(cell: CellFacts, what: string, full: boolean): readonly Piece[] {
  const source: Piece = {
    what,
    text: `${full ? "Selected cell" : "Cell"} ${cell.id} “${cell.name}” (${cell.language}, digest ${cell.digest}, ${cell.validity}: ${cell.reason})\n${numbered(cell.source)}`,
    whole: !full,
  };
  return full ? [source, ...errorPieces(cell), ...outputPieces(cell)] : [source];
}

function errorPieces(cell: CellFacts): readonly Piece[] {
  if (cell.error === undefined) return [];
  return [
    {
      what: `the error of ${cell.id}`,
      text: quoted(`error of ${cell.id}`, cell.error, cell.outputDigest),
      whole: false,
    },
  ];
}

function outputPieces(cell: CellFacts): readonly Piece[] {
  if (cell.output === "" || cell.error !== undefined) return [];
  return [
    {
      what: `the output of ${cell.id}`,
      text: quoted(`output of ${cell.id}`, cell.output, cell.outputDigest),
      whole: true,
    },
  ];
}

function mapOf({ name, cells }: NotebookFacts): string {
  const lines = cells.map((cell, index) => {
    const on = cell.upstream.length === 0 ? "" : ` Builds on ${cell.upstream.join(", ")}.`;
    return `${index + 1}. ${cell.id} “${cell.name}” ${cell.language}, ${lineCount(cell.source)} lines: ${cell.validity}. ${cell.reason}${on}`;
  });
  return `Notebook “${name}”, ${cells.length} cells from top to bottom:\n${lines.join("\n")}`;
}

/** Of a name bound more than once, the last. */
function variablesOf(cells: readonly CellFacts[]): string {
  const known = new Map<string, string>();
  for (const cell of cells) {
    for (const { name, type, summary, artifact } of cell.variables) {
      known.delete(name);
      known.set(name, `${name}: ${type}, ${summary} (cell ${cell.id}, artifact ${artifact})`);
    }
  }
  return known.size === 0 ? "" : `Variables, as stored:\n${[...known.values()].join("\n")}`;
}
