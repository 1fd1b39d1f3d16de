/** "Show Store": how large it is, where the room went, what a collection would free, and what can be done about it. */
import * as vscode from "vscode";
import { counted, formatSize } from "../../core/store/amounts.ts";
import { summarise } from "../../core/store/summary.ts";
import type { Collected } from "../../host/engine/collect.ts";
import { targetNotebook } from "../commands/target.ts";
import type { StoreCare } from "../session/engine.ts";
import type { Session } from "../session/session.ts";
import type { Sessions } from "../session/sessions.ts";

type Entry = vscode.QuickPickItem & { readonly choose?: () => Promise<void> };

export function registerStoreCommand(sessions: Sessions): vscode.Disposable {
  return vscode.commands.registerCommand("strata.showStore", async (argument: unknown) => {
    const session = targetNotebook(sessions, argument);
    if (session) await show(session);
  });
}

async function show(session: Session): Promise<void> {
  const opened = await session.opened();
  const { care } = opened;
  const looked = await vscode.window.withProgress(
    { location: vscode.ProgressLocation.Window, title: "Looking at the store" },
    () => care.collect(true),
  );
  const { total, needed } = looked.collection;
  const chosen = await vscode.window.showQuickPick(entries(session, looked), {
    title: `${formatSize(total)} of ${care.limit === undefined ? "any size" : formatSize(care.limit)} in ${care.folder}`,
    placeHolder: `The cells as they are now need ${formatSize(needed)}, which always stay.`,
    matchOnDescription: true,
  });
  await chosen?.choose?.();

  function entries(of: Session, { inventory, collection, busy }: Collected): Entry[] {
    const { cells, results, foreign } = summarise(inventory);
    const separator = (label: string): Entry => ({ label, kind: vscode.QuickPickItemKind.Separator });
    const files = collection.content.length + collection.leftovers.length;
    const unneeded = counted(collection.records.length, "result");
    const answers = collection.answers.length === 0 ? "" : `, ${counted(collection.answers.length, "answer")}`;
    const free: Entry = {
      label: "$(trash) Collect Now",
      description: `frees ${formatSize(collection.freed)}`,
      detail: busy
        ? "A run is going on, so results stay; left-over files go."
        : `${unneeded}${answers} that no cell needs as it is now, and ${counted(files, "file")}.`,
      choose: () => collect(care, collection.records.length + collection.answers.length + files),
    };
    const trust: Entry = {
      label: "$(verified) Trust Results of Somebody Else…",
      description: counted(foreign, "result"),
      detail: "They are not loaded until you do, as loading one can run code.",
      choose: () => trustAll(care, of, foreign),
    };
    return [
      free,
      ...(foreign > 0 ? [trust] : []),
      {
        label: "$(settings-gear) Set the Limit…",
        choose: async () =>
          void (await vscode.commands.executeCommand("workbench.action.openSettings", "strata.storeLimit")),
      },
      {
        label: "$(folder-opened) Show the Folder",
        choose: async () => void (await vscode.commands.executeCommand("revealFileInOS", vscode.Uri.file(care.folder))),
      },
      separator(`${counted(results, "result")}, by cell`),
      ...cells.map(({ notebook, cell, results: count, bytes }): Entry => {
        const here = notebook === opened.engine.notebook.id && of.cellById(cell) !== undefined;
        const where = here
          ? of.nameOf(cell)
          : notebook === opened.engine.notebook.id
            ? `${cell} (deleted)`
            : `${cell} of another notebook`;
        return { label: where, description: `${formatSize(bytes)} in ${counted(count, "result")}` };
      }),
    ];
  }
}

async function collect(care: StoreCare, expected: number): Promise<void> {
  if (expected === 0) {
    void vscode.window.showInformationMessage(
      "There is nothing to collect: everything in the store is needed or within its limit.",
    );
    return;
  }
  const { removed } = await care.collect(false);
  const { bytes = 0, records = 0, answers = 0, files = 0 } = removed ?? {};
  const more = answers === 0 ? "" : `, ${counted(answers, "answer")}`;
  void vscode.window.showInformationMessage(
    `Freed ${formatSize(bytes)}: ${counted(records, "result")}${more} and ${counted(files, "file")}.`,
  );
}

async function trustAll(care: StoreCare, session: Session, foreign: number): Promise<void> {
  const yes = "Trust Them";
  const answer = await vscode.window.showWarningMessage(
    `Load ${counted(foreign, "result")} that somebody else made?`,
    {
      modal: true,
      detail: `Stored results are Python pickles: loading one can run any code. Do this only if you know who made ${care.folder}.`,
    },
    yes,
  );
  if (answer !== yes) return;
  const trusted = await care.trust();
  if (trusted === undefined) {
    void vscode.window.showErrorMessage(
      `The results in ${care.folder} could not be signed. Make the folder writable, and try again.`,
    );
  }
  await session.refresh();
}
