/** "Show Plan": every cell with what would happen to it, why, and how long it took; choosing one reveals it. */
import * as vscode from "vscode";
import { describeReason, formatDuration } from "../../core/plan/describe.ts";
import type { CellPlan, Plan } from "../../core/plan/model.ts";
import type { Session } from "../session/session.ts";
import type { Sessions } from "../session/sessions.ts";
import { targetNotebook } from "./target.ts";

interface PlanItem extends vscode.QuickPickItem {
  readonly cell: string;
}

export function registerPlanCommand(sessions: Sessions): vscode.Disposable {
  return vscode.commands.registerCommand("strata.showPlan", async (argument: unknown) => {
    const session = targetNotebook(sessions, argument);
    if (!session) return;
    const { engine } = await session.opened();
    const plan = await engine.plan();
    const chosen = await vscode.window.showQuickPick(
      plan.cells.filter((cell) => cell.action !== "none").map((cell) => planItem(cell, session)),
      {
        title: planTitle(plan),
        placeHolder: "Choose a cell to go to it",
        matchOnDescription: true,
        matchOnDetail: true,
      },
    );
    if (chosen) reveal(session, chosen.cell);
  });
}

function planItem(cell: CellPlan, session: Session): PlanItem {
  const [icon, words] = action(cell);
  const took = cell.lastMs === undefined ? "" : ` · last took ${formatDuration(cell.lastMs)}`;
  return {
    cell: cell.cell,
    label: `$(${icon}) ${session.nameOf(cell.cell)}`,
    description: `${words}${cell.action === "reuse" ? "" : took}`,
    detail: describeReason(cell.reason, (id) => session.nameOf(id)),
  };
}

function action(cell: CellPlan): readonly [icon: string, words: string] {
  switch (cell.action) {
    case "reuse":
      return ["check", "is reused"];
    case "run":
      return ["play", "runs"];
    case "wait":
      return ["clock", "runs if what it needs changes"];
    case "blocked":
      return ["circle-slash", "is blocked"];
    case "none":
      return ["dash", "has nothing to run"];
    default:
      return cell satisfies never;
  }
}

function planTitle(plan: Plan): string {
  const count = (wanted: CellPlan["action"]): number => plan.cells.filter((cell) => cell.action === wanted).length;
  const toRun = plan.cells.filter((cell) => cell.action === "run" || cell.action === "wait");
  const known = toRun.flatMap((cell) => cell.lastMs ?? []);
  const about = known.length > 0 ? `, about ${formatDuration(known.reduce((sum, each) => sum + each, 0))}` : "";
  const parts = [`${count("reuse")} reused`, `${toRun.length} to run${about}`];
  if (count("blocked") > 0) parts.push(`${count("blocked")} blocked`);
  return `Run All would do this: ${parts.join(" · ")}`;
}

function reveal(session: Session, id: string): void {
  const cell = session.cellById(id);
  const editor = vscode.window.visibleNotebookEditors.find((each) => each.notebook === session.document);
  if (!cell || !editor) return;
  const range = new vscode.NotebookRange(cell.index, cell.index + 1);
  editor.selection = range;
  editor.revealRange(range, vscode.NotebookEditorRevealType.InCenterIfOutsideViewport);
}
