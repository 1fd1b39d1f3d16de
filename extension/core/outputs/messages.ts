/**
 * What output renderers and the extension say to each other, through VS Code's renderer messaging.
 * That channel is JSON on one of its legs: a typed array inside a message arrives as an object of numbered keys.
 * Bytes are therefore best sent as base64 text; renderers also accept the binary forms.
 */
import type { Digest } from "./model.ts";

/** Version of every message below; a message of another version is not answered. */
export const MESSAGE_VERSION = 1;

/** MIME type of the error renderer's items; the payload is `CellError`. */
export const ERROR_MIME = "application/vnd.strata.error+json";

/** From a renderer to the extension. */
export type RendererRequest = RowsRequest | CancelRequest | RevealRequest | CopyRequest;

/** Rows `from` (included) to `to` (excluded) of a stored table. Answered with one `RowsReply` of the same `request`. */
export interface RowsRequest {
  readonly type: "rows";
  readonly version: typeof MESSAGE_VERSION;
  /** Unique within the web view; starts at a random number, so that views do not take each other's replies. */
  readonly request: number;
  readonly digest: Digest;
  readonly from: number;
  readonly to: number;
}

/** The rows are no longer wanted. A hint: it needs no answer, and an answer that comes anyway is dropped. */
export interface CancelRequest {
  readonly type: "cancel";
  readonly version: typeof MESSAGE_VERSION;
  readonly request: number;
}

/** Show a line of a cell (by id) or, without one, of a file. */
export interface RevealRequest {
  readonly type: "reveal";
  readonly version: typeof MESSAGE_VERSION;
  readonly cell?: string;
  readonly file: string;
  /** 1-based. */
  readonly line: number;
}

/** Put text on the clipboard; sent only where the browser's own clipboard refuses. */
export interface CopyRequest {
  readonly type: "copy";
  readonly version: typeof MESSAGE_VERSION;
  readonly text: string;
}

/** From the extension to the renderer that asked. */
export type RowsReply =
  | {
      readonly type: "rows";
      readonly request: number;
      readonly digest: Digest;
      readonly from: number;
      readonly to: number;
      /**
       * An Arrow IPC stream of these rows and of every column, in the payload's order; text is base64. They are whole
       * record batches, so `from` and `to` may reach further than what was asked for.
       */
      readonly bytes: Uint8Array | string;
    }
  /** A full sentence without its first words: "the stored table was deleted; run the cell again". */
  | { readonly type: "rows"; readonly request: number; readonly error: string };
