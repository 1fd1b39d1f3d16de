/** The one controller of Strata notebooks: translates VS Code's run and interrupt into requests to the engine. */
import * as vscode from "vscode";
import type { RunTarget } from "../../core/engine/model.ts";
import { isStrata } from "../document/address.ts";
import { cellIdOf } from "../document/cells.ts";
import { CELL_LANGUAGES, NOTEBOOK_TYPE } from "../names.ts";
import type { Sessions } from "../session/sessions.ts";
import { associate } from "./association.ts";
import type { Runs } from "./runs.ts";

export function registerController(sessions: Sessions, runs: Runs, extension: string): vscode.Disposable {
  const controller = vscode.notebooks.createNotebookController(NOTEBOOK_TYPE, NOTEBOOK_TYPE, "Strata");
  controller.supportedLanguages = [...CELL_LANGUAGES];
  controller.supportsExecutionOrder = true;
  controller.description = "Runs what must run, reuses the rest";
  controller.executeHandler = async (cells, document) => {
    const session = sessions.of(document);
    if (session) await runs.run(session, controller, { target: targetOf(cells, document), force: false });
  };
  controller.interruptHandler = (document) => {
    const session = sessions.of(document);
    if (session) runs.interrupt(session);
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

/** Run All hands over every code cell: that is one request for the whole notebook, its Markdown included. */
function targetOf(cells: readonly vscode.NotebookCell[], document: vscode.NotebookDocument): RunTarget {
  const code = document.getCells().filter((cell) => cell.kind === vscode.NotebookCellKind.Code);
  if (cells.length > 1 && cells.length === code.length) return { kind: "all" };
  return { kind: "cells", cells: cells.flatMap((cell) => cellIdOf(cell) ?? []) };
}
