/** The one controller of Strata notebooks: translates VS Code's run and interrupt into requests to the engine. */
import * as vscode from "vscode";
import type { RunTarget } from "../../core/engine/model.ts";
import { isStrata } from "../document/address.ts";
import { cellIdOf } from "../document/cells.ts";
import { CELL_LANGUAGES, NOTEBOOK_TYPE } from "../names.ts";
import type { Sessions } from "../session/sessions.ts";
import { associate } from "./association.ts";
import type { Runs } from "./runs.ts";

/** Far below what a person who interrupts a cell notices. */
const CLOSING_MS = 120;

export function registerController(sessions: Sessions, runs: Runs, extension: string): vscode.Disposable {
  const controller = vscode.notebooks.createNotebookController(NOTEBOOK_TYPE, NOTEBOOK_TYPE, "Strata");
  controller.supportedLanguages = [...CELL_LANGUAGES];
  controller.supportsExecutionOrder = true;
  controller.description = "Runs what must run, reuses the rest";
  controller.executeHandler = async (cells, document) => {
    const session = sessions.of(document);
    if (session) await runs.run(session, controller, { target: targetOf(cells, document), force: false });
  };
  controller.interruptHandler = async (document) => {
    const session = sessions.of(document);
    if (!session) return;
    // What runs in a notebook or window that is being closed may be interrupted too, a moment before anybody is told.
    if (!(await closesWithin(document, CLOSING_MS))) runs.interrupt(session);
  };
  const association = associate(controller, extension);
  runs.useController(controller, association);
  const prefer = (document: vscode.NotebookDocument): void => {
    if (isStrata(document)) controller.updateNotebookAffinity(document, vscode.NotebookControllerAffinity.Preferred);
  };
  vscode.workspace.notebookDocuments.forEach(prefer);
  const closing = sessions.onDidClose((session) => runs.leave(session));
  return vscode.Disposable.from(controller, association, closing, vscode.workspace.onDidOpenNotebookDocument(prefer));
}

function closesWithin(document: vscode.NotebookDocument, ms: number): Promise<boolean> {
  return new Promise((resolve) => {
    const over = (): void => {
      clearTimeout(timer);
      listening.dispose();
      resolve(document.isClosed);
    };
    const timer = setTimeout(over, ms);
    const listening = vscode.workspace.onDidCloseNotebookDocument((closed) => closed === document && over());
    if (document.isClosed) over();
  });
}

/** Run All hands over every code cell: that is one request for the whole notebook, its Markdown included. */
function targetOf(cells: readonly vscode.NotebookCell[], document: vscode.NotebookDocument): RunTarget {
  const code = document.getCells().filter((cell) => cell.kind === vscode.NotebookCellKind.Code);
  if (cells.length > 1 && cells.length === code.length) return { kind: "all" };
  return { kind: "cells", cells: cells.flatMap((cell) => cellIdOf(cell) ?? []) };
}
