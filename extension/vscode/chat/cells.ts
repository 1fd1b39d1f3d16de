/** The buttons on blocks of code: a new cell below the selected one, or a proposal for a cell, shown as a difference first. */
import * as vscode from "vscode";
import type { Session } from "../session/session.ts";
import type { Sessions } from "../session/sessions.ts";
import type { CodeArgument } from "./answer.ts";
import { COMMAND, PROPOSAL_SCHEME } from "./ids.ts";

export function registerCodeButtons(sessions: Sessions): vscode.Disposable {
  const proposals = new Map<string, CodeArgument>();
  let count = 0;

  const sessionOf = (argument: CodeArgument): Session | undefined => {
    const session = sessions.all().find((each) => each.document.uri.toString() === argument.notebook);
    if (session === undefined)
      void vscode.window.showInformationMessage("That notebook is not open any more. Open it and ask again.");
    return session;
  };

  const insert = async (argument: CodeArgument): Promise<void> => {
    const session = sessionOf(argument);
    if (session === undefined) return;
    const { document } = session;
    const after = argument.cell === undefined ? undefined : session.cellById(argument.cell);
    const at = after === undefined ? document.cellCount : after.index + 1;
    const markdown = /^(markdown|md)$/i.test(argument.language);
    const kind = markdown ? vscode.NotebookCellKind.Markup : vscode.NotebookCellKind.Code;
    const data = new vscode.NotebookCellData(kind, argument.code, markdown ? "markdown" : "python");
    const edit = new vscode.WorkspaceEdit();
    edit.set(document.uri, [vscode.NotebookEdit.insertCells(at, [data])]);
    await vscode.workspace.applyEdit(edit);
    const editor = vscode.window.visibleNotebookEditors.find((each) => each.notebook === document);
    if (editor === undefined) return;
    editor.selection = new vscode.NotebookRange(at, at + 1);
    editor.revealRange(editor.selection, vscode.NotebookEditorRevealType.InCenterIfOutsideViewport);
  };

  const propose = async (argument: CodeArgument): Promise<void> => {
    const cell = argument.cell === undefined ? undefined : sessionOf(argument)?.cellById(argument.cell);
    if (cell === undefined) return;
    const name = sessions.of(cell.notebook)?.nameOf(argument.cell ?? "") ?? argument.cell;
    count += 1;
    const uri = vscode.Uri.from({ scheme: PROPOSAL_SCHEME, path: `/${count}/${argument.cell}.py` });
    proposals.set(uri.toString(), argument);
    await vscode.commands.executeCommand("vscode.diff", cell.document.uri, uri, `${name}: proposed`, { preview: true });
  };

  /** The proposal whose difference is in front, or that a button of the editor's title names. */
  const current = (uri: unknown): { readonly key: string; readonly argument: CodeArgument } | undefined => {
    const input = vscode.window.tabGroups.activeTabGroup.activeTab?.input;
    const shown = input instanceof vscode.TabInputTextDiff ? input.modified : undefined;
    const key = (uri instanceof vscode.Uri && uri.scheme === PROPOSAL_SCHEME ? uri : shown)?.toString() ?? "";
    const argument = proposals.get(key);
    return argument && { key, argument };
  };

  const closeTab = async (key: string): Promise<void> => {
    proposals.delete(key);
    const tabs = vscode.window.tabGroups.all.flatMap((group) => group.tabs);
    const mine = tabs.filter(
      (tab) => tab.input instanceof vscode.TabInputTextDiff && tab.input.modified.toString() === key,
    );
    await vscode.window.tabGroups.close(mine);
  };

  const accept = async (uri: unknown): Promise<void> => {
    const proposal = current(uri);
    if (proposal === undefined) return;
    const { key, argument } = proposal;
    const cell = argument.cell === undefined ? undefined : sessionOf(argument)?.cellById(argument.cell);
    if (cell === undefined) {
      void vscode.window.showInformationMessage("The cell is not there any more. “Insert as Cell” makes a new one.");
      return;
    }
    const whole = new vscode.Range(0, 0, cell.document.lineCount, 0);
    const edit = new vscode.WorkspaceEdit();
    edit.replace(cell.document.uri, whole, argument.code);
    await vscode.workspace.applyEdit(edit);
    await closeTab(key);
  };

  return vscode.Disposable.from(
    vscode.workspace.registerTextDocumentContentProvider(PROPOSAL_SCHEME, {
      provideTextDocumentContent: (uri) => proposals.get(uri.toString())?.code ?? "",
    }),
    vscode.commands.registerCommand(COMMAND.insertCell, insert),
    vscode.commands.registerCommand(COMMAND.replaceCell, propose),
    vscode.commands.registerCommand(COMMAND.acceptProposal, accept),
    vscode.commands.registerCommand(COMMAND.rejectProposal, async (uri: unknown) => {
      const proposal = current(uri);
      if (proposal !== undefined) await closeTab(proposal.key);
    }),
  );
}
