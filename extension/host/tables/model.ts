/** What reading a table's Arrow file can answer. */

/** A table whose rows can be read a page at a time. It holds no open file. */
export interface TableFile {
  readonly path: string;
  readonly rows: number;
  /** Rows of every record batch but the last, which may have fewer. */
  readonly batchRows: number;
  /**
   * An Arrow IPC stream of the whole record batches that hold the rows `from` (inclusive) to `to` (exclusive). Its first
   * row is row `pageStart(file, from)` of the table. Rows outside the table are left out.
   */
  page(from: number, to: number): Promise<Uint8Array | TableFault>;
}

/** Why a table cannot be read; `message` can be shown as it is. */
export interface TableFault {
  readonly kind: "table-missing" | "table-damaged" | "table-unreadable";
  readonly path: string;
  readonly message: string;
}

/** Where a page that was asked for from row `from` begins. */
export function pageStart(file: Pick<TableFile, "batchRows">, from: number): number {
  return file.batchRows === 0 ? 0 : Math.floor(Math.max(0, from) / file.batchRows) * file.batchRows;
}

export function isTableFault(value: object): value is TableFault {
  return "kind" in value;
}
