/** Rows of the tables in a notebook's store, by digest. A digest names nothing outside the store. */
import type { RowsReply, RowsRequest } from "../../core/outputs/messages.ts";
import { isTableFault, pageStart } from "../../host/tables/model.ts";
import { tableCache } from "../../host/tables/table-cache.ts";
import type { Session } from "../session/session.ts";

export type RowSource = (session: Session, request: RowsRequest) => Promise<RowsReply>;

export function createRowSource(): RowSource {
  const tables = tableCache();
  return async (session, request) => {
    const failed = (error: string): RowsReply => ({ type: "rows", request: request.request, error });
    const { tableFile } = await session.opened();
    const path = await tableFile(request.digest);
    if (path === undefined) return failed("the stored table is gone or damaged; run the cell again");
    const file = await tables.open(path);
    if (isTableFault(file)) return failed(file.message);
    const page = await file.page(request.from, request.to);
    if (isTableFault(page)) return failed(page.message);
    const from = pageStart(file, request.from);
    const batches = Math.ceil((Math.min(request.to, file.rows) - from) / Math.max(1, file.batchRows));
    return {
      type: "rows",
      request: request.request,
      digest: request.digest,
      from,
      to: Math.min(file.rows, from + batches * file.batchRows),
      bytes: Buffer.from(page.buffer, page.byteOffset, page.byteLength).toString("base64"),
    };
  };
}
