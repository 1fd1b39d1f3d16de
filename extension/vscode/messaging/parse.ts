/** A message from an output frame → a request that cannot be wrong, or nothing. Outputs are not trusted to be ours. */
import { MESSAGE_VERSION, type RendererRequest } from "../../core/outputs/messages.ts";

const digest = /^[0-9a-f]{64}$/;

export function parseRequest(message: unknown): RendererRequest | undefined {
  if (typeof message !== "object" || message === null) return undefined;
  const record = message as Record<string, unknown>;
  if (record.version !== MESSAGE_VERSION) return undefined;
  const version = MESSAGE_VERSION;
  switch (record.type) {
    case "rows": {
      const { request, from, to } = record;
      const wanted = record.digest;
      if (typeof wanted !== "string" || !digest.test(wanted)) return undefined;
      if (!isCount(request) || !isCount(from) || !isCount(to) || to < from) return undefined;
      return { type: "rows", version, request, digest: wanted, from, to };
    }
    case "cancel":
      return isCount(record.request) ? { type: "cancel", version, request: record.request } : undefined;
    case "reveal": {
      const { cell, file, line } = record;
      if (typeof file !== "string" || !isCount(line)) return undefined;
      return { type: "reveal", version, file, line, ...(typeof cell === "string" ? { cell } : {}) };
    }
    case "copy":
      return typeof record.text === "string" ? { type: "copy", version, text: record.text } : undefined;
    default:
      return undefined;
  }
}

function isCount(value: unknown): value is number {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
}
