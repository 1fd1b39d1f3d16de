/** The sessions of all open notebooks; each lives exactly as long as its document. */
import * as vscode from "vscode";
import { folderOf, isStrata } from "../document/address.ts";
import type { OpenEngine } from "./engine.ts";
import { createSession, type Session } from "./session.ts";

export interface Sessions extends vscode.Disposable {
  of(document: vscode.NotebookDocument): Session | undefined;
  all(): readonly Session[];
  readonly onDidOpen: vscode.Event<Session>;
  readonly onDidChangeStatus: vscode.Event<Session>;
  /** The engine has taken in the document; statuses may be the same as before. */
  readonly onDidRefresh: vscode.Event<Session>;
  readonly onDidClose: vscode.Event<Session>;
}

export function createSessions(openEngine: OpenEngine, log: vscode.LogOutputChannel): Sessions {
  const sessions = new Map<string, Session>();
  const opened = new vscode.EventEmitter<Session>();
  const status = new vscode.EventEmitter<Session>();
  const refreshed = new vscode.EventEmitter<Session>();
  const closed = new vscode.EventEmitter<Session>();

  const add = (document: vscode.NotebookDocument): void => {
    const key = document.uri.toString();
    if (!isStrata(document) || sessions.has(key)) return;
    const session = createSession({
      document,
      openEngine,
      log,
      onStatus: (which) => status.fire(which),
      onRefresh: (which) => refreshed.fire(which),
    });
    sessions.set(key, session);
    log.debug(`Opened ${folderOf(document.uri)}`);
    opened.fire(session);
    session.touch();
  };

  const remove = (document: vscode.NotebookDocument): void => {
    const session = sessions.get(document.uri.toString());
    if (!session) return;
    sessions.delete(document.uri.toString());
    session.dispose();
    closed.fire(session);
  };

  const events = vscode.Disposable.from(
    vscode.workspace.onDidOpenNotebookDocument(add),
    vscode.workspace.onDidCloseNotebookDocument(remove),
    vscode.workspace.onDidChangeNotebookDocument((event) => {
      const changesPlan =
        event.contentChanges.length > 0 ||
        event.metadata !== undefined ||
        event.cellChanges.some((change) => change.document !== undefined || change.metadata !== undefined);
      if (changesPlan) sessions.get(event.notebook.uri.toString())?.touch();
    }),
    opened,
    status,
    refreshed,
    closed,
  );
  // After the listeners of the composition root are in place, so that they hear of these too.
  queueMicrotask(() => vscode.workspace.notebookDocuments.forEach(add));

  return {
    of: (document) => sessions.get(document.uri.toString()),
    all: () => [...sessions.values()],
    onDidOpen: opened.event,
    onDidChangeStatus: status.event,
    onDidRefresh: refreshed.event,
    onDidClose: closed.event,
    dispose() {
      events.dispose();
      for (const session of sessions.values()) session.dispose();
      sessions.clear();
    },
  };
}
