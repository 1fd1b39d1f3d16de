/** A cell says `%pip install …` and the environment lacks it: the notebook's project is the place, and the user decides. */
import * as vscode from "vscode";
import type { RunEvent } from "../../core/engine/model.ts";
import type { OpenedEngine } from "../session/engine.ts";

/** Asks once for all the cells of a request, when it has ended. `again` runs the request once more. */
export function createPackageOffer(
  opened: OpenedEngine,
  again: () => void,
): { take(event: RunEvent): void; ended(): void } {
  const wanted = new Set<string>();
  return {
    take(event) {
      if (event.type !== "ended" || event.outcome.status !== "skipped") return;
      const { reason } = event.outcome;
      if (reason.kind === "packages-missing") for (const name of reason.packages) wanted.add(name);
    },
    // Not awaited: the run is over, whether or not somebody looks at the question.
    ended: () => void (wanted.size > 0 && offer([...wanted], opened, again)),
  };
}

async function offer(packages: readonly string[], opened: OpenedEngine, again: () => void): Promise<void> {
  const { addPackages } = opened;
  const names = packages.join(", ");
  if (addPackages === undefined) {
    void vscode.window.showWarningMessage(
      `A cell installs ${names}, which the interpreter chosen by strata.python does not have. Install it there by yourself, or clear the setting.`,
    );
    return;
  }
  const add = "Add and Run";
  const choice = await vscode.window.showInformationMessage(
    `A cell installs ${names}, which the notebook's environment does not have. Add it to the notebook's packages, in pyproject.toml and uv.lock?`,
    add,
  );
  if (choice !== add) return;
  const problem = await vscode.window.withProgress(
    { location: vscode.ProgressLocation.Notification, title: `Adding ${names}`, cancellable: true },
    async (progress, token) => {
      const abort = new AbortController();
      const cancelled = token.onCancellationRequested(() => abort.abort());
      try {
        return await addPackages(packages, (line) => progress.report({ message: line.trim() }), abort.signal);
      } finally {
        cancelled.dispose();
      }
    },
  );
  if (problem === undefined) again();
  else void vscode.window.showErrorMessage(problem);
}
