/** Which cells are selected, and what each key does to that: the WAI-ARIA grid pattern. Pure. */
import { clamp } from "./layout.ts";

export interface Place {
  readonly row: number;
  readonly column: number;
}

/** A rectangle from where the selection began to the active cell. */
export interface Selection {
  readonly anchor: Place;
  readonly active: Place;
}

export interface Extent {
  readonly rows: number;
  readonly columns: number;
  /** Rows that PageUp and PageDown move by. */
  readonly page: number;
}

export interface Key {
  readonly key: string;
  readonly shift: boolean;
  /** Ctrl, or Command on a Mac. */
  readonly control: boolean;
}

export interface Rectangle {
  readonly top: number;
  readonly bottom: number;
  readonly left: number;
  readonly right: number;
}

/** Bounds, all included. */
export function rectangle({ anchor, active }: Selection): Rectangle {
  return {
    top: Math.min(anchor.row, active.row),
    bottom: Math.max(anchor.row, active.row),
    left: Math.min(anchor.column, active.column),
    right: Math.max(anchor.column, active.column),
  };
}

export function contains(bounds: Rectangle, row: number, column: number): boolean {
  return row >= bounds.top && row <= bounds.bottom && column >= bounds.left && column <= bounds.right;
}

export function isSingle({ anchor, active }: Selection): boolean {
  return anchor.row === active.row && anchor.column === active.column;
}

export function at(row: number, column: number): Selection {
  return { anchor: { row, column }, active: { row, column } };
}

/** The selection after a key, or undefined when the key is not the grid's and belongs to the notebook. */
export function press(selection: Selection, key: Key, extent: Extent): Selection | undefined {
  if (extent.rows === 0 || extent.columns === 0) return undefined;
  const last = { row: extent.rows - 1, column: extent.columns - 1 };
  if (key.key === "Escape") return isSingle(selection) ? undefined : at(selection.active.row, selection.active.column);
  if (key.control && key.key.toLowerCase() === "a") return { anchor: { row: 0, column: 0 }, active: last };
  if (key.key === " " && key.shift)
    return {
      anchor: { row: selection.anchor.row, column: 0 },
      active: { row: selection.active.row, column: last.column },
    };
  if (key.key === " " && key.control)
    return {
      anchor: { row: 0, column: selection.anchor.column },
      active: { row: last.row, column: selection.active.column },
    };
  const moved = move(selection.active, key, extent, last);
  if (!moved) return undefined;
  const active = { row: clamp(moved.row, 0, last.row), column: clamp(moved.column, 0, last.column) };
  return { anchor: key.shift ? selection.anchor : active, active };
}

function move({ row, column }: Place, key: Key, extent: Extent, last: Place): Place | undefined {
  switch (key.key) {
    case "ArrowUp":
      return { row: key.control ? 0 : row - 1, column };
    case "ArrowDown":
      return { row: key.control ? last.row : row + 1, column };
    case "ArrowLeft":
      return { row, column: key.control ? 0 : column - 1 };
    case "ArrowRight":
      return { row, column: key.control ? last.column : column + 1 };
    case "Home":
      return { row: key.control ? 0 : row, column: 0 };
    case "End":
      return { row: key.control ? last.row : row, column: last.column };
    case "PageUp":
      return { row: row - extent.page, column };
    case "PageDown":
      return { row: row + extent.page, column };
    default:
      return undefined;
  }
}
