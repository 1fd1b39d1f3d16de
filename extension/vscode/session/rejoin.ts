/**
 * Cells that outlived the window in which they began: when their notebook opens again, they are shown as running, with all that they have
 * said, and their results land. Nothing is started by it: a cell whose code or inputs are others by now is left alone.
 */
import * as vscode from "vscode";
import type { Runs } from "../controller/runs.ts";
import type { Session } from "./session.ts";
import type { Sessions } from "./sessions.ts";

export function rejoinKeptRuns(sessions: Sessions, runs: Runs, log: vscode.LogOutputChannel): vscode.Disposable {
  const rejoin = async (session: Session): Promise<void> => {
    if (!vscode.workspace.isTrusted || session.problems().length > 0) return;
    const opened = await session.opened();
    // Opening a notebook brings no environment in line.
    if (opened.needsPreparation()) return;
    const { wanted, others } = await opened.kept();
    for (const cell of others) {
      log.info(
        `A run of ${session.nameOf(cell)} outlived its window; the cell or what it depends on is another by now.`,
      );
    }
    if (wanted.length === 0) return;
    log.info(`Going on with ${wanted.map((cell) => session.nameOf(cell)).join(", ")}`);
    await runs.request(session, { target: { kind: "cells", cells: wanted }, force: false, onlyJoin: true });
  };
  const soon = (session: Session): void => {
    rejoin(session).catch((error: unknown) => log.error(`Going on with runs: ${String(error)}`));
  };
  return vscode.Disposable.from(
    sessions.onDidOpen((session) => {
      // The engine is opened for the statuses anyhow; this must not be what makes the notebook appear later.
      const listener = sessions.onDidRefresh((refreshed) => {
        if (refreshed !== session) return;
        listener.dispose();
        soon(session);
      });
    }),
    vscode.workspace.onDidGrantWorkspaceTrust(() => sessions.all().forEach(soon)),
  );
}
