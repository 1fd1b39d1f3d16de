/** What keys and pointers do to the grid: select, drag a range, resize and fit columns. */
import type { Columns } from "./columns.ts";
import type { Grid } from "./grid.ts";
import { at, press } from "./selection.ts";

export interface GestureOptions {
  readonly grid: Grid;
  readonly columns: Columns;
  readonly order: readonly number[];
  readonly rows: number;
  readonly indexColumns: number;
  /** Widens or narrows a column (a position from the left) to what is in view. */
  readonly fit: (column: number) => void;
  readonly openMenu: (x: number, y: number) => void;
  readonly changed: () => void;
  readonly signal: AbortSignal;
}

const KEY_STEP = 10;

export function listen(options: GestureOptions): void {
  const { grid, columns, order, rows, indexColumns, signal } = options;
  const extent = () => ({ rows, columns: order.length, page: grid.pageSize() });

  grid.node.addEventListener(
    "keydown",
    (event) => {
      const { active, anchor } = grid.position.selection;
      if (event.altKey && (event.key === "ArrowLeft" || event.key === "ArrowRight")) {
        const column = order[active.column] ?? 0;
        columns.resize(column, (columns.widths[column] ?? 0) + (event.key === "ArrowRight" ? KEY_STEP : -KEY_STEP));
        grid.layout();
        options.changed();
      } else if (event.key === "ContextMenu" || (event.shiftKey && event.key === "F10")) {
        const cell = grid.node.querySelector(".body .cell.active") ?? grid.node;
        const box = cell.getBoundingClientRect();
        options.openMenu(box.left + 8, box.bottom);
      } else {
        if (event.altKey) return;
        const next = press(
          { active, anchor },
          { key: event.key, shift: event.shiftKey, control: event.ctrlKey || event.metaKey },
          extent(),
        );
        if (!next) return;
        grid.select(next);
      }
      // The notebook would move to another cell on the same keys.
      event.preventDefault();
      event.stopPropagation();
    },
    { signal },
  );

  grid.node.addEventListener(
    "pointerdown",
    (event) => {
      if (event.button !== 0) return;
      const target = event.target as HTMLElement;
      if (target.classList.contains("grip")) return resize(event, target);
      if (!grid.node.querySelector(".pane")?.contains(target) || rows === 0) return;
      const place = grid.placeAt(event.clientX, event.clientY);
      const { anchor, active } = grid.position.selection;
      if (grid.isInHead(event.clientY)) {
        grid.select({
          anchor: { row: rows - 1, column: event.shiftKey ? anchor.column : place.column },
          active: { row: grid.visible.from, column: place.column },
        });
        grid.select({
          anchor: { row: rows - 1, column: event.shiftKey ? anchor.column : place.column },
          active: { row: 0, column: place.column },
        });
        return;
      }
      const start = event.shiftKey ? anchor : place;
      if (place.column < indexColumns && order.length > indexColumns && !event.shiftKey) {
        grid.select({ anchor: { row: place.row, column: order.length - 1 }, active: place });
      } else grid.select({ anchor: start, active: place });
      drag(event, (move) => {
        const next = grid.placeAt(move.clientX, move.clientY);
        if (next.row !== active.row || next.column !== active.column)
          grid.select({ anchor: grid.position.selection.anchor, active: next });
      });
    },
    { signal },
  );

  function drag(event: PointerEvent, moved: (event: PointerEvent) => void, ended?: () => void): void {
    const ending = new AbortController();
    const listening = { signal: AbortSignal.any([signal, ending.signal]) };
    const end = () => {
      ending.abort();
      ended?.();
    };
    grid.node.setPointerCapture(event.pointerId);
    grid.node.addEventListener("pointermove", moved, listening);
    grid.node.addEventListener("pointerup", end, listening);
    grid.node.addEventListener("pointercancel", end, listening);
  }

  function resize(event: PointerEvent, grip: HTMLElement): void {
    const position = Number(grip.parentElement?.dataset.column ?? 0);
    const column = order[position] ?? 0;
    const from = event.clientX;
    const width = columns.widths[column] ?? 0;
    event.preventDefault();
    grip.classList.add("dragging");
    drag(
      event,
      (move) => {
        if (move.clientX === from && (columns.widths[column] ?? 0) === width) return;
        columns.resize(column, width + move.clientX - from);
        grid.layout();
      },
      () => {
        grip.classList.remove("dragging");
        options.changed();
      },
    );
  }

  grid.node.addEventListener(
    "dblclick",
    (event) => {
      const target = event.target as HTMLElement;
      if (!grid.isInHead(event.clientY)) return;
      // After the first click the pointer was captured by the grid, which then is the target.
      const grip = target.classList.contains("grip")
        ? target
        : document.elementsFromPoint(event.clientX, event.clientY).find((each) => each.classList.contains("grip"));
      const position = grip?.parentElement?.dataset.column;
      if (position !== undefined) options.fit(Number(position));
    },
    { signal },
  );

  grid.node.addEventListener(
    "contextmenu",
    (event) => {
      event.preventDefault();
      event.stopPropagation();
      if (rows > 0 && !grid.isInHead(event.clientY)) {
        const place = grid.placeAt(event.clientX, event.clientY);
        const cell = (event.target as HTMLElement).closest(".body .cell");
        if (cell && cell.getAttribute("aria-selected") !== "true") grid.select(at(place.row, place.column));
      }
      options.openMenu(event.clientX, event.clientY);
    },
    { signal },
  );
}
