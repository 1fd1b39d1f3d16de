/** Asks the extension for rows and matches replies to requests: one subscription for all tables of the web view. */
import type { RendererContext } from "vscode-notebook-renderer";
import { type CancelRequest, MESSAGE_VERSION, type RowsRequest } from "../../extension/core/outputs/messages.ts";
import { toBytes } from "../shared/bytes.ts";
import type { RowChannel, RowResult } from "./pages.ts";

/** An extension that does not answer for this long is taken not to be there. */
const PATIENCE_MS = 15_000;

export function createChannels(context: RendererContext<unknown>): (digest: string) => RowChannel {
  const waiting = new Map<
    number,
    { digest: string; timer: ReturnType<typeof setTimeout>; reply: (result: RowResult) => void }
  >();
  // Replies may reach every view of a notebook; a random start keeps one view from taking another's.
  let next = Math.floor(Math.random() * 2 ** 48);

  context.onDidReceiveMessage?.((message: unknown) => {
    const answer = parse(message);
    const entry = answer && waiting.get(answer.request);
    if (!entry || (answer.digest !== undefined && answer.digest !== entry.digest)) return;
    waiting.delete(answer.request);
    clearTimeout(entry.timer);
    entry.reply(answer.result);
  });

  return (digest) => ({
    request(from, to, reply) {
      if (!context.postMessage) {
        reply({ kind: "error", message: "the Strata extension is not running here" });
        return { cancel() {} };
      }
      const request = next++;
      const timer = setTimeout(() => {
        waiting.delete(request);
        reply({
          kind: "error",
          message: "the Strata extension did not answer; run the cell again or reload the window",
        });
      }, PATIENCE_MS);
      waiting.set(request, { digest, timer, reply });
      const message: RowsRequest = { type: "rows", version: MESSAGE_VERSION, request, digest, from, to };
      context.postMessage(message);
      return {
        cancel() {
          if (!waiting.delete(request)) return;
          clearTimeout(timer);
          const message: CancelRequest = { type: "cancel", version: MESSAGE_VERSION, request };
          context.postMessage?.(message);
        },
      };
    },
  });
}

function parse(message: unknown): { request: number; digest: string | undefined; result: RowResult } | undefined {
  if (typeof message !== "object" || message === null) return undefined;
  const { type, request, digest, error, bytes, from } = message as Record<string, unknown>;
  if (type !== "rows" || typeof request !== "number") return undefined;
  if (typeof error === "string") return { request, digest: undefined, result: { kind: "error", message: error } };
  const read = toBytes(bytes);
  return {
    request,
    digest: typeof digest === "string" ? digest : undefined,
    result: read
      ? { kind: "rows", bytes: read, ...(typeof from === "number" ? { start: from } : {}) }
      : { kind: "error", message: "the extension's answer has no bytes in it" },
  };
}
