/** What each cell of the grid's visible part says and how it looks, as the painter draws it. Pure: no DOM. */
import type { Page } from "./arrow.ts";
import type { Columns } from "./columns.ts";
import { isMissing } from "./format.ts";
import type { PaintCell, PaintHead } from "./painter.ts";
import { contains, isSingle, type Rectangle, type Selection } from "./selection.ts";

export interface ColumnInView {
  /** Position from the left, the index first. */
  readonly column: number;
  /** Position in the table's own list of columns. */
  readonly source: number;
  /** Left edge in the pane. */
  readonly left: number;
  readonly width: number;
}

/** What all cells of one frame share. */
export interface Look {
  readonly columns: Columns;
  readonly indexColumns: number;
  readonly selection: Selection;
  readonly bounds: Rectangle;
}

export function headCells(look: Look, inView: readonly ColumnInView[]): PaintHead[] {
  return inView.map(({ column, source, left, width }) => {
    const { name, dtype } = look.columns.list[source] ?? { name: "", dtype: "" };
    return { column, left, width, name, dtype, className: cellClass(look, column, source) };
  });
}

/** The cells of one row; without its page they are empty, and wait for it. */
export function rowCells(
  look: Look,
  inView: readonly ColumnInView[],
  row: number,
  page: Page | undefined,
): PaintCell[] {
  const { columns, selection, bounds } = look;
  const single = isSingle(selection);
  return inView.map(({ column, source, left, width }) => {
    const active = row === selection.active.row && column === selection.active.column;
    const selected = !single && contains(bounds, row, column);
    const value = page?.value(row, source);
    let className = cellClass(look, column, source);
    if (selected) className += " selected";
    if (active) className += " active";
    if (value !== undefined && isMissing(value)) className += " missing";
    if (!page) className += " waiting";
    const text = value === undefined ? "" : columns.text(source, value);
    return { column, left, width, text, className, selected: selected || active, active };
  });
}

function cellClass({ columns, indexColumns }: Look, column: number, source: number): string {
  let name = "cell";
  if (column < indexColumns) name += column === indexColumns - 1 ? " index last-index" : " index";
  if (columns.isRight(source)) name += " right";
  return name;
}
