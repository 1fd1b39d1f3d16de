/** "Explain Cell": a page on one cell, made when asked for: what would happen, why, and what its result is made of. */
import * as vscode from "vscode";
import type { Sessions } from "../session/sessions.ts";
import { explanation } from "./explanation.ts";
import { targetCell } from "./target.ts";

const EXPLAIN_SCHEME = "strata-explain";

export function registerExplainCommand(sessions: Sessions): vscode.Disposable {
  const pages = new Map<string, string>();
  const changed = new vscode.EventEmitter<vscode.Uri>();
  return vscode.Disposable.from(
    changed,
    vscode.workspace.registerTextDocumentContentProvider(EXPLAIN_SCHEME, {
      onDidChange: changed.event,
      provideTextDocumentContent: (uri) =>
        pages.get(uri.toString()) ?? "This page is made when you ask for it: run “Strata: Explain Cell” again.\n",
    }),
    vscode.workspace.onDidCloseTextDocument((document) => pages.delete(document.uri.toString())),
    vscode.commands.registerCommand("strata.explainCell", async (argument: unknown) => {
      const target = targetCell(sessions, argument);
      if (!target) return;
      const { session, id } = target;
      const { engine } = await session.opened();
      const name = session.nameOf(id);
      const uri = vscode.Uri.from({
        scheme: EXPLAIN_SCHEME,
        path: `/${name.replace(/[/\\?#]+/g, " ")}.md`,
        query: `${session.folder}#${id}`,
      });
      pages.set(
        uri.toString(),
        explanation(id, await engine.plan(), await engine.stored(id), (other) => session.nameOf(other)),
      );
      changed.fire(uri);
      await vscode.commands.executeCommand("markdown.showPreviewToSide", uri);
    }),
  );
}
