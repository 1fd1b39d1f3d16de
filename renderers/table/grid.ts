/**
 * The scrolling grid: a native scroll area of the table's (possibly scaled) size, and in it a sticky pane
 * of the viewport's size into which the visible cells are drawn. Native scrolling keeps wheels, touch, the
 * scrollbar and the hand-over to the notebook at both ends as users know them.
 */
import { element } from "../shared/element.ts";
import type { Page } from "./arrow.ts";
import { type ColumnInView, headCells, type Look, rowCells } from "./cells.ts";
import type { Columns } from "./columns.ts";
import {
  afterScroll,
  clamp,
  columnAt,
  columnOffsets,
  maxTop,
  type Rows,
  reveal,
  scrollHeight,
  toScroll,
  visibleColumns,
  visibleRows,
} from "./layout.ts";
import type { Pages } from "./pages.ts";
import { createPainter } from "./painter.ts";
import { at, type Place, rectangle, type Selection } from "./selection.ts";

/** Rows shown before the grid scrolls inside itself. */
const MAX_VISIBLE_ROWS = 12;
const SCROLLBAR = 10;
/** Index columns stay in view unless they would take more than this part of it. */
const PINNED_SHARE = 0.6;
/** While the scrollbar is dragged, rows are asked for where it comes to rest this long. */
const REST_MS = 60;

export interface GridOptions {
  readonly id: string;
  readonly label: string;
  readonly rows: number;
  readonly columns: Columns;
  /** Columns from left to right as positions in `columns.list`, the index first. */
  readonly order: readonly number[];
  readonly indexColumns: number;
  readonly fontSize: number;
  readonly pages: Pages<Page>;
  readonly changed: () => void;
}

export interface GridPosition {
  readonly top: number;
  readonly left: number;
  readonly selection: Selection;
}

export interface Grid {
  /** The frame to put into the page. */
  readonly frame: HTMLElement;
  /** The focusable element with the grid role. */
  readonly node: HTMLElement;
  readonly headRow: HTMLElement;
  readonly position: GridPosition;
  /** Rows wholly or partly in view. */
  readonly visible: { readonly from: number; readonly to: number };
  /** Columns in view, index columns included, as positions from the left. */
  visibleColumns(): readonly number[];
  pageSize(): number;
  restore(position: GridPosition): void;
  select(selection: Selection): void;
  /** The cell under a point of the window; nearest when the point is outside. */
  placeAt(x: number, y: number): Place;
  isInHead(y: number): boolean;
  /** Recomputes sizes and draws: widths, rows or the surroundings changed. */
  layout(availableWidth?: number): void;
  paint(): void;
  dispose(): void;
}

export function createGrid(options: GridOptions): Grid {
  const { columns, order, pages, rows: rowCount } = options;
  const rowHeight = Math.max(20, Math.round(options.fontSize * 1.7));
  const headHeight = Math.round(options.fontSize * 2.6) + 7;

  const headRow = element("div", { class: "row", attributes: { role: "row", "aria-rowindex": "1" } });
  headRow.style.height = `${headHeight - 1}px`;
  const head = element("div", { class: "head", attributes: { role: "rowgroup" }, children: [headRow] });
  head.style.height = `${headHeight}px`;
  const body = element("div", { class: "body", attributes: { role: "rowgroup" } });
  body.style.top = `${headHeight}px`;
  const pane = element("div", { class: "pane", attributes: { role: "presentation" }, children: [head, body] });
  const spacer = element("div", { attributes: { role: "presentation" }, children: [pane] });
  const node = element("div", {
    class: "grid",
    attributes: {
      role: "grid",
      tabindex: "0",
      "aria-label": options.label,
      "aria-rowcount": String(rowCount + 1),
      "aria-colcount": String(order.length),
      "aria-multiselectable": "true",
      "aria-readonly": "true",
    },
    children: [spacer],
  });
  const frame = element("div", { class: "frame", children: [node] });
  const cellId = (row: number, column: number) => `${options.id}-r${row}c${column}`;
  const painter = createPainter(body, headRow, rowHeight, cellId);

  let offsets: Float64Array = new Float64Array(1);
  let pinned = 0;
  let pinnedWidth = 0;
  let available = 800;
  let viewWidth = 0;
  let rows: Rows = { count: rowCount, height: rowHeight, viewport: 0 };
  let top = 0;
  let scrollBefore = 0;
  let selection: Selection = at(0, Math.min(options.indexColumns, Math.max(0, order.length - 1)));
  let lastWanted = 0;
  let restTimer: ReturnType<typeof setTimeout> | undefined;

  function layout(availableWidth?: number): void {
    if (availableWidth !== undefined) available = availableWidth;
    offsets = columnOffsets(order.map((column) => columns.widths[column] ?? 0));
    const total = offsets[order.length] ?? 0;
    const shown = Math.max(1, Math.min(rowCount, MAX_VISIBLE_ROWS));
    const overflowsDown = rowCount > MAX_VISIBLE_ROWS;
    const width = Math.min(available - 2, total + (overflowsDown ? SCROLLBAR : 0));
    const overflowsRight = total + (overflowsDown ? SCROLLBAR : 0) > available - 2;
    node.style.width = `${width}px`;
    node.style.height = `${headHeight + shown * rowHeight + (overflowsRight ? SCROLLBAR : 0)}px`;
    spacer.style.width = `${total}px`;
    const indexWidth = offsets[options.indexColumns] ?? 0;
    viewWidth = width - (overflowsDown ? SCROLLBAR : 0);
    pinned = indexWidth <= viewWidth * PINNED_SHARE ? options.indexColumns : 0;
    pinnedWidth = offsets[pinned] ?? 0;
    rows = { count: rowCount, height: rowHeight, viewport: shown * rowHeight };
    spacer.style.height = `${headHeight + Math.max(scrollHeight(rows), rows.viewport)}px`;
    pane.style.width = `${viewWidth}px`;
    pane.style.height = `${headHeight + rows.viewport}px`;
    setTop(clamp(top, 0, maxTop(rows)));
  }

  function setTop(next: number): void {
    top = clamp(next, 0, maxTop(rows));
    scrollBefore = toScroll(rows, top);
    if (Math.abs(node.scrollTop - scrollBefore) >= 1) node.scrollTop = scrollBefore;
    scrollBefore = node.scrollTop;
    paint();
  }

  function left(): number {
    return node.scrollLeft;
  }

  /** The columns in view, the pinned ones first. */
  function columnsInView(): ColumnInView[] {
    const inView: ColumnInView[] = [];
    const push = (column: number, shift: number) => {
      const start = offsets[column] ?? 0;
      inView.push({
        column,
        source: order[column] ?? 0,
        left: start - shift,
        width: (offsets[column + 1] ?? start) - start,
      });
    };
    for (let column = 0; column < pinned; column++) push(column, 0);
    const { from, to } = visibleColumns(offsets, left() + pinnedWidth, viewWidth - pinnedWidth);
    for (let column = Math.max(from, pinned); column < to; column++) push(column, left());
    return inView;
  }

  function paint(): void {
    const visible = visibleRows(rows, top);
    const look: Look = { columns, indexColumns: options.indexColumns, selection, bounds: rectangle(selection) };
    const inView = columnsInView();
    painter.head(headCells(look, inView));
    let slot = 0;
    for (let row = visible.from; row < visible.to; row++) {
      const cells = rowCells(look, inView, row, pages.get(row));
      painter.row(slot++, row, row * rowHeight - top, options.indexColumns, cells);
    }
    painter.endRows(slot);
    const { active } = selection;
    const drawn = active.row >= visible.from && active.row < visible.to;
    if (drawn && inView.some(({ column }) => column === active.column))
      node.setAttribute("aria-activedescendant", cellId(active.row, active.column));
    else node.removeAttribute("aria-activedescendant");
    fetchVisible(visible.from, visible.to);
  }

  function fetchVisible(from: number, to: number): void {
    clearTimeout(restTimer);
    const far = Math.abs(from - lastWanted) > MAX_VISIBLE_ROWS * 10;
    lastWanted = from;
    if (far) restTimer = setTimeout(() => pages.want(from, to), REST_MS);
    else pages.want(from, to);
  }

  const listening = new AbortController();
  node.addEventListener(
    "scroll",
    () => {
      const now = node.scrollTop;
      if (now !== scrollBefore) {
        top = afterScroll(rows, top, scrollBefore, now);
        scrollBefore = now;
        // At an end of the scaled bar but not of the table, the wheel would already scroll the notebook.
        const atEnd = now <= 0 || now >= scrollHeight(rows) - rows.viewport;
        if (atEnd && top > 0 && top < maxTop(rows)) setTop(top);
      }
      paint();
      options.changed();
    },
    { signal: listening.signal, passive: true },
  );
  node.addEventListener(
    "scrollend",
    () => {
      if (Math.abs(node.scrollTop - toScroll(rows, top)) >= 1) setTop(top);
    },
    { signal: listening.signal },
  );

  return {
    frame,
    node,
    headRow,
    get position() {
      return { top, left: left(), selection };
    },
    get visible() {
      return visibleRows(rows, top);
    },
    visibleColumns: () => columnsInView().map(({ column }) => column),
    pageSize: () => Math.max(1, Math.floor(rows.viewport / rowHeight) - 1),
    restore(position) {
      selection = position.selection;
      setTop(position.top);
      node.scrollLeft = position.left;
      paint();
    },
    select(next) {
      selection = next;
      const { row, column } = next.active;
      top = reveal(top, rows.viewport, row * rowHeight, (row + 1) * rowHeight);
      if (column >= pinned) {
        const start = (offsets[column] ?? 0) - pinnedWidth;
        const end = (offsets[column + 1] ?? 0) - pinnedWidth;
        const target = reveal(left(), viewWidth - pinnedWidth, start, end);
        if (target !== left()) node.scrollLeft = target;
      }
      setTop(top);
      options.changed();
    },
    placeAt(x, y) {
      const box = node.getBoundingClientRect();
      const inPane = x - box.left - node.clientLeft;
      const column = inPane < pinnedWidth ? columnAt(offsets, inPane) : columnAt(offsets, inPane + left());
      const row = Math.floor((y - box.top - headHeight + top) / rowHeight);
      return { row: clamp(row, 0, Math.max(0, rowCount - 1)), column: clamp(column, 0, Math.max(0, order.length - 1)) };
    },
    isInHead: (y) => y - node.getBoundingClientRect().top < headHeight,
    layout,
    paint,
    dispose() {
      listening.abort();
      clearTimeout(restTimer);
    },
  };
}
