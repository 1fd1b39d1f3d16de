/** Answers renderers: rows of stored tables, frames of errors, text for the clipboard. */
import * as vscode from "vscode";
import type { RendererRequest, RowsReply } from "../../core/outputs/messages.ts";
import { isStrata } from "../document/address.ts";
import type { Session } from "../session/session.ts";
import type { Sessions } from "../session/sessions.ts";
import { parseRequest } from "./parse.ts";
import { reveal } from "./reveal.ts";
import { createRowSource } from "./rows.ts";

/** Renderers whose messaging package.json asks for. */
const RENDERERS = ["strata-table", "strata-error"] as const;

export function registerMessaging(sessions: Sessions, log: vscode.LogOutputChannel): vscode.Disposable {
  const rows = createRowSource();
  const answer = async (session: Session, request: RendererRequest): Promise<RowsReply | undefined> => {
    switch (request.type) {
      case "rows":
        return await rows(session, request);
      case "reveal":
        await reveal(session, request);
        return undefined;
      case "copy":
        await vscode.env.clipboard.writeText(request.text);
        return undefined;
      case "cancel":
        return undefined;
      default:
        return request satisfies never;
    }
  };
  const channels = RENDERERS.map((id) => {
    const messaging = vscode.notebooks.createRendererMessaging(id);
    return messaging.onDidReceiveMessage(async ({ editor, message }) => {
      const request = parseRequest(message);
      const session = isStrata(editor.notebook) ? sessions.of(editor.notebook) : undefined;
      if (!request || !session) return;
      try {
        const reply = await answer(session, request);
        if (reply) await messaging.postMessage(reply, editor);
      } catch (error) {
        log.error(`Answering "${request.type}" of ${id}: ${String(error)}`);
        if (request.type !== "rows") return;
        const failed = "the extension could not read it; “Strata: Show Log” says why";
        await messaging.postMessage(
          { type: "rows", request: request.request, error: failed } satisfies RowsReply,
          editor,
        );
      }
    });
  });
  return vscode.Disposable.from(...channels);
}
