/**
 * Draws the visible part of a table into reused elements. A frame changes only what differs from the frame before,
 * because a scroll paints sixty times a second.
 */
import { element } from "../shared/element.ts";

export interface PaintCell {
  /** Position in the row, counted over all columns from 0. */
  readonly column: number;
  readonly left: number;
  readonly width: number;
  readonly text: string;
  readonly className: string;
  readonly selected: boolean;
  readonly active: boolean;
}

export interface PaintHead {
  readonly column: number;
  readonly left: number;
  readonly width: number;
  readonly name: string;
  readonly dtype: string;
  readonly className: string;
}

interface CellSlot {
  readonly node: HTMLElement;
  column: number;
  left: number;
  width: number;
  text: string;
  className: string;
  selected: boolean;
  active: boolean;
}

interface RowSlot {
  readonly node: HTMLElement;
  readonly cells: CellSlot[];
  row: number;
  top: number;
}

export interface Painter {
  row(slot: number, row: number, top: number, indexColumns: number, cells: readonly PaintCell[]): void;
  /** Removes rows beyond those painted. */
  endRows(count: number): void;
  head(cells: readonly PaintHead[]): void;
}

export function createPainter(
  body: HTMLElement,
  headRow: HTMLElement,
  rowHeight: number,
  activeId: (row: number, column: number) => string,
): Painter {
  const rows: RowSlot[] = [];
  const heads: { node: HTMLElement; name: HTMLElement; type: HTMLElement; key: string }[] = [];

  function paintCell(slot: CellSlot, cell: PaintCell, row: number, moved: boolean, isIndex: boolean): void {
    const { node } = slot;
    if (slot.left !== cell.left) node.style.left = `${cell.left}px`;
    if (slot.width !== cell.width) node.style.width = `${cell.width}px`;
    if (slot.text !== cell.text) node.textContent = cell.text;
    if (slot.className !== cell.className) node.className = cell.className;
    if (slot.column !== cell.column) {
      node.setAttribute("aria-colindex", String(cell.column + 1));
      node.setAttribute("role", isIndex ? "rowheader" : "gridcell");
    }
    if (slot.selected !== cell.selected) node.setAttribute("aria-selected", String(cell.selected));
    if (cell.active ? !slot.active || moved || slot.column !== cell.column : slot.active)
      node.id = cell.active ? activeId(row, cell.column) : "";
    // The hover text belongs to the value that was here before.
    if (moved || slot.text !== cell.text || slot.column !== cell.column) node.removeAttribute("title");
    slot.left = cell.left;
    slot.width = cell.width;
    slot.text = cell.text;
    slot.className = cell.className;
    slot.column = cell.column;
    slot.selected = cell.selected;
    slot.active = cell.active;
  }

  return {
    row(index, row, top, indexColumns, cells) {
      let slot = rows[index];
      if (!slot) {
        const node = element("div", { class: "row", attributes: { role: "row" } });
        node.style.height = `${rowHeight}px`;
        node.style.lineHeight = `${rowHeight}px`;
        body.append(node);
        slot = { node, cells: [], row: -1, top: Number.NaN };
        rows[index] = slot;
      }
      const moved = slot.row !== row;
      if (moved) {
        slot.node.setAttribute("aria-rowindex", String(row + 2));
        slot.node.classList.toggle("odd", row % 2 === 1);
        slot.row = row;
      }
      if (slot.top !== top) {
        slot.node.style.transform = `translateY(${top}px)`;
        slot.top = top;
      }
      for (const [at, cell] of cells.entries()) {
        let target = slot.cells[at];
        if (!target) {
          const node = element("div");
          slot.node.append(node);
          target = {
            node,
            column: -1,
            left: Number.NaN,
            width: Number.NaN,
            text: "",
            className: "",
            selected: false,
            active: false,
          };
          slot.cells[at] = target;
        }
        paintCell(target, cell, row, moved, cell.column < indexColumns);
      }
      for (const extra of slot.cells.splice(cells.length)) extra.node.remove();
    },
    endRows(count) {
      for (const extra of rows.splice(count)) extra.node.remove();
    },
    head(cells) {
      for (const [at, cell] of cells.entries()) {
        let slot = heads[at];
        if (!slot) {
          const name = element("span", { class: "name" });
          const type = element("span", { class: "type" });
          const grip = element("span", { class: "grip", attributes: { "aria-hidden": "true" } });
          const node = element("div", { attributes: { role: "columnheader" }, children: [name, type, grip] });
          headRow.append(node);
          slot = { node, name, type, key: "" };
          heads[at] = slot;
        }
        const key = `${cell.column} ${cell.left} ${cell.width} ${cell.className}`;
        if (slot.key === key) continue;
        slot.key = key;
        slot.node.className = cell.className;
        slot.node.style.left = `${cell.left}px`;
        slot.node.style.width = `${cell.width}px`;
        slot.node.setAttribute("aria-colindex", String(cell.column + 1));
        slot.node.dataset.column = String(cell.column);
        slot.node.title = cell.dtype === "" ? cell.name : `${cell.name}: ${cell.dtype}`;
        slot.name.textContent = cell.name === "" ? "\u00a0" : cell.name;
        slot.type.textContent = cell.dtype === "" ? "\u00a0" : cell.dtype;
      }
      for (const extra of heads.splice(cells.length)) extra.node.remove();
    },
  };
}
