/** The line under each cell: how valid its result is and what it is doing, with the reason in the hover. */
import * as vscode from "vscode";
import type { CellStatus } from "../../core/engine/model.ts";
import { isStrata } from "../document/address.ts";
import { NOTEBOOK_TYPE } from "../names.ts";
import type { Session } from "../session/session.ts";
import type { Sessions } from "../session/sessions.ts";
import { statusText } from "./text.ts";

export function registerCellStatus(sessions: Sessions): vscode.Disposable {
  const changed = new vscode.EventEmitter<void>();
  return vscode.Disposable.from(
    changed,
    sessions.onDidChangeStatus(() => changed.fire()),
    vscode.notebooks.registerNotebookCellStatusBarItemProvider(NOTEBOOK_TYPE, {
      onDidChangeCellStatusBarItems: changed.event,
      provideCellStatusBarItems(cell) {
        if (!isStrata(cell.notebook) || cell.kind !== vscode.NotebookCellKind.Code) return [];
        const session = sessions.of(cell.notebook);
        const status = session?.statusOf(cell);
        return session && status ? items(session, status) : [];
      },
    }),
  );
}

function items(session: Session, status: CellStatus): vscode.NotebookCellStatusBarItem[] {
  const text = statusText(status, (id) => session.nameOf(id), localTime);
  if (!text) return [];
  const item = new vscode.NotebookCellStatusBarItem(text.label, vscode.NotebookCellStatusBarAlignment.Left);
  item.tooltip = text.tooltip;
  item.accessibilityInformation = { label: `${text.spoken}. ${text.tooltip}` };
  item.command = {
    title: "Explain Cell",
    command: "strata.explainCell",
    arguments: [{ notebook: session.document.uri.toString(), cell: status.cell }],
  };
  const found = [item];
  if (status.truncated && status.activity === "idle") {
    const log = new vscode.NotebookCellStatusBarItem("$(output) Full log", vscode.NotebookCellStatusBarAlignment.Left);
    log.tooltip = "The cell printed more than is shown: open all of it";
    log.accessibilityInformation = { label: "Open Full Log" };
    log.command = { title: "Open Full Log", command: "strata.openFullLog", arguments: item.command.arguments ?? [] };
    found.push(log);
  }
  if (status.sample === undefined || status.activity !== "idle") return found;
  const refresh = new vscode.NotebookCellStatusBarItem("$(refresh)", vscode.NotebookCellStatusBarAlignment.Left);
  refresh.tooltip = "Run this cell anew: its result is one sample of many";
  refresh.accessibilityInformation = { label: "Refresh Sample" };
  refresh.command = {
    title: "Refresh Sample",
    command: "strata.refreshSample",
    arguments: item.command.arguments ?? [],
  };
  return [...found, refresh];
}

/** The time of day for today's, the date with it for any other. */
function localTime(iso: string): string {
  const at = new Date(iso);
  const time = at.toLocaleTimeString(undefined, { hour: "2-digit", minute: "2-digit" });
  return at.toDateString() === new Date().toDateString() ? time : `${at.toLocaleDateString()} ${time}`;
}
