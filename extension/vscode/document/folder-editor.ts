/**
 * Double-click on notebook.toml: the notebook opens in its place. What is not a notebook, or cannot be
 * read, opens as the text it is, with the reason.
 */
import { dirname } from "node:path";
import * as vscode from "vscode";
import { FOLDER_EDITOR } from "../names.ts";
import type { OpenNotebook } from "./open.ts";

export function registerFolderEditor(open: OpenNotebook): vscode.Disposable {
  return vscode.window.registerCustomEditorProvider(FOLDER_EDITOR, {
    openCustomDocument: (uri) => ({ uri, dispose: () => undefined }),
    async resolveCustomEditor(document, panel) {
      const uri = document.uri;
      // A side of a comparison, or a file of another revision: there the text is what matters.
      if (uri.scheme !== "file" || !standsAlone(uri)) {
        panel.webview.html = asText(uri);
        return;
      }
      const column = panel.viewColumn ?? vscode.ViewColumn.Active;
      const result = await open.folder(dirname(uri.fsPath), { viewColumn: column, preview: !pinned(uri) });
      if (!result.opened) {
        await vscode.commands.executeCommand("vscode.openWith", uri, "default", column);
        void open.explain(result.why, dirname(uri.fsPath));
      }
      panel.dispose();
    },
  } satisfies vscode.CustomReadonlyEditorProvider);
}

function tabsOf(uri: vscode.Uri): readonly vscode.Tab[] {
  return vscode.window.tabGroups.all
    .flatMap((group) => group.tabs)
    .filter((tab) => tab.input instanceof vscode.TabInputCustom && tab.input.uri.toString() === uri.toString());
}

function standsAlone(uri: vscode.Uri): boolean {
  return tabsOf(uri).length > 0;
}

function pinned(uri: vscode.Uri): boolean {
  return tabsOf(uri).some((tab) => !tab.isPreview);
}

function asText(uri: vscode.Uri): string {
  const name = uri.path.split("/").pop() ?? "this file";
  const safe = name.replace(/[&<>]/g, (character) => `&#${character.charCodeAt(0)};`);
  return `<!doctype html><p style="font-family: var(--vscode-font-family); color: var(--vscode-foreground)">
    Use “Reopen Editor With… Text Editor” to see ${safe} here.</p>`;
}
