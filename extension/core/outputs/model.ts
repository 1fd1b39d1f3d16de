/** What a cell showed, in order. Stored with its record and shown again on a hit. */
export type Output =
  | {
      readonly type: "stream";
      readonly name: "stdout" | "stderr";
      /** When truncated: the head, a note of how much was left out, and the tail. */
      readonly text: string;
      readonly truncated?: boolean;
      /** All that the cell wrote to this stream, in the content store. */
      readonly log?: Digest;
    }
  | { readonly type: "display"; readonly data: readonly MimeItem[]; readonly id?: string }
  | { readonly type: "error"; readonly error: CellError };

/** One representation of a display: small text inline, everything else by digest in the content store. */
export type MimeItem =
  | { readonly mime: string; readonly text: string }
  | { readonly mime: string; readonly digest: Digest; readonly bytes: number };

/** Of the stored bytes, as 64 lower-case hex digits; docs/store.md says how. */
export type Digest = string;

export interface CellError {
  /** Exception class name, or one of the names in `SYSTEM_ERRORS`. */
  readonly name: string;
  readonly message: string;
  /** Plain text, as Python prints it, harness frames removed. */
  readonly traceback: string;
  /** Innermost last. */
  readonly frames: readonly TraceFrame[];
  /** 1-based line in the failing cell, when known. */
  readonly line?: number;
}

export interface TraceFrame {
  /** Set when the frame is in a cell's text. */
  readonly cell?: string;
  readonly file: string;
  readonly line: number;
  readonly function: string;
  readonly text?: string;
}

/** Payload of the table MIME type; the rows are in an Arrow IPC file in the content store. */
export const TABLE_MIME = "application/vnd.strata.table+json";

export interface TablePayload {
  readonly version: 1;
  /** Arrow IPC *file* (random access), record batches of at most `batchRows` rows. */
  readonly digest: Digest;
  readonly bytes: number;
  readonly rows: number;
  readonly batchRows: number;
  readonly columns: readonly TableColumn[];
  /** Where the value came from: "pandas.DataFrame", "polars.DataFrame", "pyarrow.Table", "numpy.ndarray", … */
  readonly source: string;
  /** Rows and columns of the value itself, which may be more than what the file holds. */
  readonly shape: readonly number[];
  readonly truncated: boolean;
}

export interface TableColumn {
  readonly name: string;
  /** As the library names it: "int64", "category", "datetime64[ns]". */
  readonly dtype: string;
  /** Part of the row index, shown as a header and kept in view. */
  readonly index: boolean;
}
