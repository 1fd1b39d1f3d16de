/**
 * What a result rests on may change while its notebook is open: a data file, a module, a result that the command line has stored. Statuses
 * are derived again then, so that nothing is shown as fresh that is not.
 */
import { relative, sep } from "node:path";
import * as vscode from "vscode";
import type { Session } from "./session.ts";
import type { Sessions } from "./sessions.ts";

/** At most so often: a file may be written to all the time. */
const EVERY_MS = 300;
/** Folders with many files of which no cell is. */
const LEFT_OUT = new Set([".git", "node_modules", "__pycache__"]);

export function watchChangesOutside(sessions: Sessions): vscode.Disposable {
  const watchers = new Map<Session, vscode.Disposable>();
  const unwatch = (session: Session): void => {
    watchers.get(session)?.dispose();
    watchers.delete(session);
  };
  return vscode.Disposable.from(
    sessions.onDidOpen((session) => watchers.set(session, watch(session))),
    sessions.onDidClose(unwatch),
    // Files elsewhere, and file systems that report nothing: the user comes back from where they were changed.
    vscode.window.onDidChangeWindowState(({ focused }) => {
      if (focused) for (const session of sessions.all()) session.touch();
    }),
    { dispose: () => [...watchers.keys()].forEach(unwatch) },
  );
}

function watch(session: Session): vscode.Disposable {
  let soon: NodeJS.Timeout | undefined;
  const changed = (uri: vscode.Uri): void => {
    if (soon !== undefined || !matters(relative(session.folder, uri.fsPath))) return;
    soon = setTimeout(() => {
      soon = undefined;
      session.touch();
    }, EVERY_MS);
  };
  const folder = vscode.Uri.file(session.folder);
  // VS Code watches all of a workspace already. Elsewhere a whole tree, with an environment in it, is too much to watch for this.
  const pattern = vscode.workspace.getWorkspaceFolder(folder) === undefined ? "*" : "**/*";
  const watcher = vscode.workspace.createFileSystemWatcher(new vscode.RelativePattern(folder, pattern));
  return vscode.Disposable.from(
    watcher,
    watcher.onDidChange(changed),
    watcher.onDidCreate(changed),
    watcher.onDidDelete(changed),
    vscode.workspace.onDidSaveTextDocument((document) => changed(document.uri)),
    { dispose: () => clearTimeout(soon) },
  );
}

/** `path`: of a file, relative to the notebook's folder. */
function matters(path: string): boolean {
  const parts = path.split(sep);
  if (parts[0] === ".strata") return parts[1] === "store" && parts.at(-1)?.startsWith("index") === true;
  // Of an environment, which packages are in it.
  if (parts[0] === ".venv") return parts.some((part) => part.endsWith(".dist-info"));
  return parts[0] !== ".." && !parts.some((part) => LEFT_OUT.has(part));
}
