/** An eye under each prompt cell that previews it. VS Code's cell toolbar cannot tell the languages of cells apart; this line can. */
import * as vscode from "vscode";
import { NOTEBOOK_TYPE, PROMPT_LANGUAGE } from "../names.ts";
import type { Sessions } from "../session/sessions.ts";
import { placeOf } from "./look.ts";

export function registerPromptStatusItem(sessions: Sessions): vscode.Disposable {
  return vscode.notebooks.registerNotebookCellStatusBarItemProvider(NOTEBOOK_TYPE, {
    provideCellStatusBarItems(cell) {
      if (cell.document.languageId !== PROMPT_LANGUAGE) return undefined;
      const place = placeOf(sessions, cell.document);
      if (place === undefined) return undefined;
      const item = new vscode.NotebookCellStatusBarItem("$(eye)", vscode.NotebookCellStatusBarAlignment.Right);
      item.tooltip = "Preview Prompt: what would be sent, before anything is";
      item.accessibilityInformation = { label: "Preview Prompt", role: "button" };
      item.command = {
        title: "Preview Prompt",
        command: "strata.previewPrompt",
        arguments: [{ notebook: cell.notebook.uri.toString(), cell: place.id }],
      };
      return item;
    },
  });
}
