/** How cells are run, as a mark in the status bar with the reason behind it, once a run has found out. */
import * as vscode from "vscode";
import type { RunnerMode } from "../../host/harness/runner-mode.ts";
import { isStrata } from "../document/address.ts";
import type { Sessions } from "../session/sessions.ts";

const SHORT = {
  zygote: "cells are forked",
  ahead: "a process that waits for each cell",
  process: "a new process for each cell",
} as const satisfies Record<RunnerMode["kind"], string>;

export function registerRunnerItem(sessions: Sessions): vscode.Disposable {
  const item = vscode.window.createStatusBarItem("strata.runner", vscode.StatusBarAlignment.Right, 89);
  item.name = "Strata: How Cells Run";
  const update = async (): Promise<void> => {
    const document = vscode.window.activeNotebookEditor?.notebook;
    const session = document && isStrata(document) ? sessions.of(document) : undefined;
    const mode = (await session?.opened())?.mode();
    if (vscode.window.activeNotebookEditor?.notebook !== document) return;
    if (mode === undefined) {
      item.hide();
      return;
    }
    item.text = mode.kind === "zygote" ? "$(zap)" : "$(server-process)";
    item.tooltip = explain(mode);
    item.accessibilityInformation = {
      label: `Strata, ${SHORT[mode.kind]}. ${mode.why}`,
    };
    item.show();
  };
  const quietly = (): void => void update().catch(() => item.hide());
  return vscode.Disposable.from(
    item,
    vscode.window.onDidChangeActiveNotebookEditor(quietly),
    sessions.onDidRefresh(quietly),
  );
}

function explain({ why, warm, unfit }: RunnerMode): string {
  const lines = [why];
  if (warm.length > 0) lines.push(`In memory ahead: ${warm.join(", ")}`);
  for (const [module, reason] of Object.entries(unfit)) lines.push(`${module} is loaded by each cell: ${reason}`);
  lines.push("More: strata doctor");
  return lines.join("\n");
}
