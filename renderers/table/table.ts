/** One table output: the grid, the line below it that says what it is, copying, and what is kept between renderings. */
import type { TablePayload } from "../../extension/core/outputs/model.ts";
import { copyText } from "../shared/clipboard.ts";
import { button, element } from "../shared/element.ts";
import type { View } from "../shared/outputs.ts";
import { decodePage, type Page } from "./arrow.ts";
import { createColumns } from "./columns.ts";
import { listen } from "./gestures.ts";
import { createGrid } from "./grid.ts";
import { pageRows } from "./layout.ts";
import { openMenu } from "./menu.ts";
import { createPages, type RowChannel } from "./pages.ts";
import { shapeText } from "./payload.ts";
import { isSingle, type Rectangle, rectangle, type Selection } from "./selection.ts";
import { toTsv } from "./tsv.ts";

/** Values kept in memory, and values copied at once. */
const CACHE_CELLS = 3_000_000;
const COPY_CELLS = 1_000_000;

export interface TableState {
  readonly top: number;
  readonly left: number;
  readonly selection: Selection;
  readonly widths: readonly (readonly [number, number])[];
}

export interface TableOptions {
  readonly id: string;
  readonly payload: TablePayload;
  readonly channel: RowChannel;
  readonly post: ((message: unknown) => void) | undefined;
  readonly state: TableState | undefined;
  readonly save: (state: TableState) => void;
}

export function showTable(host: HTMLElement, options: TableOptions): View {
  const { payload } = options;
  const ending = new AbortController();
  const { signal } = ending;
  const indexes = payload.columns.flatMap((column, at) => (column.index ? [at] : []));
  const order = [...indexes, ...payload.columns.flatMap((column, at) => (column.index ? [] : [at]))];
  const shape = shapeText(payload);

  const root = element("div", { class: "strata strata-table" });
  host.replaceChildren(root);
  const style = getComputedStyle(root);
  const columns = createColumns(payload, textMeasure(style), new Map(options.state?.widths ?? []));
  const rowsInPage = pageRows(payload.columns.length);
  const pages = createPages<Page>({
    rows: payload.rows,
    pageRows: rowsInPage,
    limit: Math.max(8, Math.floor(CACHE_CELLS / (rowsInPage * Math.max(1, order.length)))),
    channel: options.channel,
    decode: (bytes, from, to, start) => {
      const page = decodePage(bytes, from, to, payload.columns.length, start);
      if (columns.learn(page)) queueMicrotask(() => !signal.aborted && grid.layout());
      return page;
    },
    changed: () => {
      showProblem();
      grid.paint();
    },
  });
  const grid = createGrid({
    id: options.id,
    label: `Table, ${shape}${payload.source === "" ? "" : `, ${payload.source}`}`,
    rows: payload.rows,
    columns,
    order,
    indexColumns: indexes.length,
    fontSize: Number.parseFloat(style.fontSize) || 13,
    pages,
    changed: save,
  });

  const said = element("span", { class: "said", attributes: { role: "status" } });
  const tools = element("span", {
    class: "tools",
    children: [
      button(
        "Copy",
        "Copy the selected cells, or the rows in view, with the column names",
        () => void copy(true, true),
      ),
    ],
  });
  const description = [shape, payload.source].filter((text) => text !== "").join(" · ");
  const status = element("div", { class: "status", children: [element("span", { text: description }), tools, said] });
  const notice = element("div", { class: "notice" });
  grid.frame.style.position = "relative";
  grid.frame.append(notice);
  root.append(grid.frame, status);

  listen({
    grid,
    columns,
    order,
    rows: payload.rows,
    indexColumns: indexes.length,
    fit,
    openMenu: menu,
    changed: save,
    signal,
  });
  grid.layout(root.clientWidth || 800);
  if (options.state) grid.restore(options.state);
  const resizing = new ResizeObserver(() => {
    if (root.clientWidth > 0) grid.layout(root.clientWidth);
  });
  resizing.observe(root);

  grid.node.addEventListener("pointerover", showExact, { signal });
  document.addEventListener("copy", onCopy, { signal });

  function showProblem(): void {
    if (pages.problem === undefined) {
      notice.replaceChildren();
      return;
    }
    if (notice.textContent?.includes(pages.problem)) return;
    const line = element("div", {
      attributes: { role: "alert" },
      children: [
        element("span", { text: `Rows are not available: ${pages.problem}.` }),
        button("Try Again", "Ask for the rows again", () => {
          pages.retry();
          showProblem();
          grid.paint();
        }),
      ],
    });
    notice.replaceChildren(line);
  }

  /** The exact value as a hover text, made only for the cell that is pointed at. */
  function showExact(event: Event): void {
    const cell = (event.target as HTMLElement).closest?.<HTMLElement>(".body .cell");
    if (cell?.title !== "") return;
    const row = Number(cell.parentElement?.getAttribute("aria-rowindex")) - 2;
    const column = order[Number(cell.getAttribute("aria-colindex")) - 1] ?? 0;
    const value = pages.get(row)?.value(row, column);
    if (value === undefined) return;
    const text = columns.exact(column, value);
    if (text !== cell.textContent || cell.scrollWidth > cell.clientWidth)
      cell.title = text.length > 5000 ? `${text.slice(0, 5000)}…` : text;
  }

  function fit(position: number): void {
    const column = order[position] ?? 0;
    const texts: string[] = [];
    const { from, to } = grid.visible;
    for (let row = Math.max(0, from - 200); row < Math.min(payload.rows, to + 200); row++) {
      const value = pages.get(row)?.value(row, column);
      if (value !== undefined) texts.push(columns.text(column, value));
    }
    columns.fit(column, texts);
    grid.layout();
    save();
  }

  function menu(x: number, y: number): void {
    const entries = [
      { label: "Copy", act: () => void copy(false, false) },
      { label: "Copy with Header", act: () => void copy(true, false) },
      {
        label: "Select All",
        act: () =>
          grid.select({ anchor: { row: 0, column: 0 }, active: { row: payload.rows - 1, column: order.length - 1 } }),
      },
    ];
    openMenu(entries, x, y, grid.node, signal);
  }

  function text(bounds: Rectangle, found: readonly Page[], positions: readonly number[], header: boolean): string {
    const sources = positions.map((position) => order[position] ?? 0);
    const rows: string[][] = header ? [sources.map((source) => payload.columns[source]?.name ?? "")] : [];
    for (const page of found) {
      const last = Math.min(bounds.bottom, page.from + page.rows - 1);
      for (let row = Math.max(bounds.top, page.from); row <= last; row++)
        rows.push(sources.map((source) => columns.exact(source, page.value(row, source))));
    }
    // A single cell is its value; quotes would only be in the way.
    return rows.length === 1 && rows[0]?.length === 1 ? (rows[0][0] ?? "") : toTsv(rows);
  }

  /** What a copy is about: the selection or, for the button and without one, the rows in view with their index. */
  function wanted(orVisible: boolean): { bounds: Rectangle; positions: readonly number[] } {
    const { selection } = grid.position;
    if (orVisible && isSingle(selection)) {
      const { from, to } = grid.visible;
      const positions = grid.visibleColumns();
      return {
        bounds: { top: from, bottom: to - 1, left: positions[0] ?? 0, right: positions.at(-1) ?? 0 },
        positions,
      };
    }
    const bounds = rectangle(selection);
    return { bounds, positions: Array.from({ length: bounds.right - bounds.left + 1 }, (_, at) => bounds.left + at) };
  }

  function onCopy(event: ClipboardEvent): void {
    if (document.activeElement !== grid.node || payload.rows === 0) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    const { bounds, positions } = wanted(false);
    const here: Page[] = [];
    for (let row = bounds.top; row <= bounds.bottom; row = (here.at(-1)?.from ?? 0) + rowsInPage) {
      const page = pages.get(row);
      if (!page) return void copy(false, false);
      here.push(page);
    }
    if (tooMany(bounds, positions)) return;
    event.clipboardData?.setData("text/plain", text(bounds, here, positions, false));
    say(copied(bounds, positions));
  }

  async function copy(header: boolean, orVisible: boolean): Promise<void> {
    const { bounds, positions } = wanted(orVisible);
    if (payload.rows === 0 || tooMany(bounds, positions)) return;
    try {
      const found = await pages.load(bounds.top, bounds.bottom + 1, signal);
      const done = await copyText(text(bounds, found, positions, header), options.post);
      say(done ? copied(bounds, positions) : "The clipboard is not available here.");
    } catch (error) {
      if (!signal.aborted) say(`Not copied: ${error instanceof Error ? error.message : String(error)}.`);
    }
  }

  function tooMany(bounds: Rectangle, positions: readonly number[]): boolean {
    const count = (bounds.bottom - bounds.top + 1) * positions.length;
    if (count > COPY_CELLS)
      say(
        `Not copied: ${count.toLocaleString("en-US")} cells are selected; at most ${COPY_CELLS.toLocaleString("en-US")} can be copied.`,
      );
    return count > COPY_CELLS;
  }

  function copied(bounds: Rectangle, positions: readonly number[]): string {
    const count = (bounds.bottom - bounds.top + 1) * positions.length;
    return `Copied ${count.toLocaleString("en-US")} ${count === 1 ? "cell" : "cells"}.`;
  }

  function say(message: string): void {
    said.textContent = message;
  }

  function save(): void {
    const { top, left, selection } = grid.position;
    options.save({ top, left, selection, widths: [...columns.chosen] });
  }

  return {
    dispose() {
      ending.abort();
      resizing.disconnect();
      grid.dispose();
      pages.dispose();
      root.remove();
    },
  };
}

/** Text widths without layout, in the output's own font. */
function textMeasure(style: CSSStyleDeclaration): (text: string, bold: boolean) => number {
  const canvas = document.createElement("canvas").getContext("2d");
  const family = style.fontFamily || "sans-serif";
  const size = style.fontSize || "13px";
  return (text, bold) => {
    if (!canvas) return text.length * 8;
    canvas.font = `${bold ? "600 " : ""}${size} ${family}`;
    return canvas.measureText(text).width;
  };
}
