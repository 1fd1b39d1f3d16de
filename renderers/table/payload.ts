/** Reads the table MIME type's payload at the edge, into a type that cannot be wrong. */
import type { TableColumn, TablePayload } from "../../extension/core/outputs/model.ts";

/** Throws with a sentence when the payload is not one this renderer knows. */
export function parsePayload(value: unknown): TablePayload {
  if (typeof value !== "object" || value === null) throw new Error("it is not a JSON object");
  const { version, digest, bytes, rows, batchRows, columns, source, shape, truncated } = value as Record<
    string,
    unknown
  >;
  if (version !== 1)
    throw new Error(`it has version ${String(version)}, and this Strata reads version 1; update the extension`);
  if (typeof digest !== "string" || digest === "") throw new Error("it names no stored rows");
  if (typeof rows !== "number" || !Number.isSafeInteger(rows) || rows < 0)
    throw new Error("its number of rows is missing");
  if (!Array.isArray(columns)) throw new Error("its columns are missing");
  return {
    version,
    digest,
    bytes: typeof bytes === "number" ? bytes : 0,
    rows,
    batchRows: typeof batchRows === "number" ? batchRows : rows,
    columns: columns.map(parseColumn),
    source: typeof source === "string" ? source : "",
    shape: Array.isArray(shape)
      ? shape.filter((each): each is number => typeof each === "number")
      : [rows, columns.length],
    truncated: truncated === true,
  };
}

function parseColumn(value: unknown): TableColumn {
  const { name, dtype, index } = (typeof value === "object" && value !== null ? value : {}) as Record<string, unknown>;
  return { name: String(name ?? ""), dtype: typeof dtype === "string" ? dtype : "", index: index === true };
}

/** "1,000,000 rows × 10 columns", and what part of that is here when it is not all. */
export function shapeText(payload: TablePayload): string {
  const count = (value: number, noun: string) => `${value.toLocaleString("en-US")} ${noun}${value === 1 ? "" : "s"}`;
  const data = payload.columns.filter((column) => !column.index).length;
  const [first, second] = payload.shape;
  const whole =
    payload.shape.length === 2 && first !== undefined && second !== undefined
      ? `${count(first, "row")} × ${count(second, "column")}`
      : payload.shape.length === 1 && first !== undefined
        ? count(first, payload.source.startsWith("numpy") ? "value" : "row")
        : payload.shape.length === 0
          ? count(payload.rows, "row")
          : payload.shape.map((each) => each.toLocaleString("en-US")).join(" × ");
  if (!payload.truncated) return whole;
  const parts = [];
  if (first === undefined || payload.rows < first) parts.push(count(payload.rows, "row"));
  if (second !== undefined && data < second) parts.push(count(data, "column"));
  return parts.length === 0 ? `${whole}, shown in part` : `${whole}, the first ${parts.join(" and ")} shown`;
}
