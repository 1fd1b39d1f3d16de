/** A message from an output frame → a request that cannot be wrong, or nothing. Outputs are not trusted to be ours. */
import { isDigest, isFields } from "../../core/json/fields.ts";
import { MESSAGE_VERSION, type RendererRequest } from "../../core/outputs/messages.ts";

export function parseRequest(message: unknown): RendererRequest | undefined {
  if (!isFields(message) || message.version !== MESSAGE_VERSION) return undefined;
  const version = MESSAGE_VERSION;
  switch (message.type) {
    case "rows": {
      const { request, digest, from, to } = message;
      if (!isDigest(digest) || !isCount(request) || !isCount(from) || !isCount(to) || to < from) return undefined;
      return { type: "rows", version, request, digest, from, to };
    }
    case "cancel":
      return isCount(message.request) ? { type: "cancel", version, request: message.request } : undefined;
    case "reveal": {
      const { cell, file, line } = message;
      if (typeof file !== "string" || !isCount(line)) return undefined;
      return { type: "reveal", version, file, line, ...(typeof cell === "string" ? { cell } : {}) };
    }
    case "copy":
      return typeof message.text === "string" ? { type: "copy", version, text: message.text } : undefined;
    default:
      return undefined;
  }
}

function isCount(value: unknown): value is number {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
}
