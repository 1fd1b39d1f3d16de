/**
 * Keeps what a cell shows true to its status. A cell that is fresh shows the outputs of the very record that makes it
 * fresh, also after an edit was taken back; a cell whose outputs did not come with the document (a restored backup)
 * gets what was last shown. Nothing runs for this, and the document does not become dirty.
 */
import * as vscode from "vscode";
import type { Output } from "../../core/outputs/model.ts";
import type { Session } from "../session/session.ts";
import type { Sessions } from "../session/sessions.ts";
import { toOutputs } from "./items.ts";
import { showOptions } from "./options.ts";
import { markFor, withMark } from "./shown.ts";

interface Wanted {
  readonly cell: vscode.NotebookCell;
  readonly mark: string;
  readonly outputs: readonly Output[];
  readonly succeeded: boolean;
}

export function registerOutputSync(
  sessions: Sessions,
  controllerFor: (document: vscode.NotebookDocument) => Promise<vscode.NotebookController | undefined>,
  log: vscode.LogOutputChannel,
): vscode.Disposable {
  /** Sessions being synchronised; true when statuses changed again meanwhile. */
  const busy = new Map<Session, boolean>();
  const sync = async (session: Session): Promise<void> => {
    if (session.running && !busy.has(session)) return;
    if (busy.has(session)) {
      busy.set(session, true);
      return;
    }
    busy.set(session, false);
    try {
      await session.inTurn(async () => {
        const wanted = await differences(session);
        if (wanted.length === 0) return;
        const controller = await controllerFor(session.document);
        if (controller) for (const each of wanted) await show(controller, session, each);
      });
    } catch (error) {
      log.error(`Stored outputs of ${session.folder}: ${String(error)}`);
    } finally {
      const again = busy.get(session);
      busy.delete(session);
      if (again) void sync(session);
    }
  };
  return vscode.Disposable.from(
    sessions.onDidChangeStatus((session) => void sync(session)),
    // What became fresh behind another tab (an agent's changes were accepted) can be shown only now.
    vscode.window.onDidChangeVisibleNotebookEditors((editors) => {
      for (const { notebook } of editors) {
        const session = sessions.of(notebook);
        if (session) void sync(session);
      }
    }),
  );
}

async function differences(session: Session): Promise<Wanted[]> {
  const candidates = session.statuses().filter((status) => {
    const cell = session.cellById(status.cell);
    return cell && status.activity === "idle" && (status.validity === "fresh" || cell.outputs.length === 0);
  });
  if (candidates.length === 0) return [];
  const { engine } = await session.opened();
  const plan = new Map((await engine.plan()).cells.map((cell) => [cell.cell, cell]));
  const wanted: Wanted[] = [];
  for (const { cell: id } of candidates) {
    const cell = session.cellById(id);
    const planned = plan.get(id);
    if (!cell || cell.kind !== vscode.NotebookCellKind.Code || !planned) continue;
    const result =
      planned.action === "reuse" ? { ...planned.record, status: "ok" as const } : (await engine.stored(id)).head;
    if (!result) continue;
    const mark = markFor(result);
    if (!session.shown.has(cell, mark, result.outputs.length) && !session.shown.dismissed(cell, mark)) {
      wanted.push({ cell, mark, outputs: result.outputs, succeeded: result.status === "ok" });
    }
  }
  return wanted;
}

async function show(controller: vscode.NotebookController, session: Session, wanted: Wanted): Promise<void> {
  const { read } = await session.opened();
  const outputs = withMark(await toOutputs(wanted.outputs, showOptions(read)), wanted.mark);
  // The cell may have been deleted while the bytes were read.
  if (session.document.isClosed || session.document.getCells().every((cell) => cell !== wanted.cell)) return;
  const execution = controller.createNotebookCellExecution(wanted.cell);
  execution.start();
  await execution.replaceOutput(outputs);
  execution.end(wanted.succeeded);
  session.shown.set(wanted.cell, wanted.mark);
}
