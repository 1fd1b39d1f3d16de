/** One open notebook: its document, its engine once something asks for it, and the statuses last derived. */
import type * as vscode from "vscode";
import { nextEnding } from "../../core/engine/ending.ts";
import type { CellStatus, RunEvent, RunRequest, RunSummary } from "../../core/engine/model.ts";
import type { CellId, Notebook, Problem } from "../../core/notebook/model.ts";
import { detailOf } from "../../core/thrown.ts";
import { folderOf } from "../document/address.ts";
import { cellIdOf } from "../document/cells.ts";
import { createNotebookReader } from "../document/notebook-reader.ts";
import { createShown, type Shown } from "../outputs/shown.ts";
import { debounce } from "./debounce.ts";
import type { OpenEngine, OpenedEngine } from "./engine.ts";

/**
 * How long typing must pause before statuses are derived again: twice what that last took, within limits. So a small notebook
 * answers each key, and a large one is not busy with statuses while somebody types.
 */
const PAUSE_MS = { least: 30, most: 200 };

export interface Session extends vscode.Disposable {
  readonly document: vscode.NotebookDocument;
  /** Absolute path of the notebook folder. */
  readonly folder: string;
  readonly shown: Shown;
  /** Opens the engine on first use and tells it the document as it is now. Starts no Python. */
  opened(): Promise<OpenedEngine>;
  cellById(id: CellId): vscode.NotebookCell | undefined;
  nameOf(id: CellId): string;
  statusOf(cell: vscode.NotebookCell): CellStatus | undefined;
  statuses(): readonly CellStatus[];
  /** What is wrong with the folder as it was read. */
  problems(): readonly Problem[];
  /** The document changed: derive statuses again after a pause. */
  touch(): void;
  /** Derive statuses now. */
  refresh(): Promise<void>;
  /** One after another: a second request waits for the first. */
  inTurn<T>(work: () => Promise<T>): Promise<T>;
  run(request: RunRequest, on: (event: RunEvent) => void, signal: AbortSignal): Promise<RunSummary>;
  readonly running: boolean;
}

export interface SessionOptions {
  readonly document: vscode.NotebookDocument;
  readonly openEngine: OpenEngine;
  /** Statuses were derived again and differ. */
  readonly onStatus: (session: Session) => void;
  /** The engine has taken in the document. */
  readonly onRefresh: (session: Session) => void;
  readonly log: vscode.LogOutputChannel;
}

export function createSession(options: SessionOptions): Session {
  const { document } = options;
  const folder = folderOf(document.uri);
  const reader = createNotebookReader(document);
  let opening: Promise<OpenedEngine> | undefined;
  let told: Notebook | undefined;
  let names: ((id: CellId) => string) | undefined;
  let statuses: readonly CellStatus[] = [];
  let byId = new Map<CellId, CellStatus>();
  let turn: Promise<unknown> = Promise.resolve();
  let waiting = 0;
  let disposed = false;
  let generation = 0;
  let tookMs = 0;
  let ending: NodeJS.Timeout | undefined;

  const opened = async (): Promise<OpenedEngine> => {
    const notebook = reader.notebook();
    if (!notebook) throw new Error("notebook.toml cannot be read; mend it as text first.");
    if (!opening) {
      told = notebook;
      opening = options.openEngine(folder, notebook);
      // The next attempt starts afresh: the cause may be mended by then.
      opening.catch(() => {
        opening = undefined;
      });
    }
    const result = await opening;
    names = result.nameOf;
    const now = reader.notebook();
    if (now && now !== told) result.engine.update(now);
    told = now ?? told;
    return result;
  };

  const show = (next: readonly CellStatus[]): void => {
    statuses = next;
    byId = new Map(next.map((status) => [status.cell, status]));
    options.onStatus(session);
  };

  const refresh = async (): Promise<void> => {
    // A document that only says why it cannot be read has no statuses.
    if (disposed || !reader.notebook()) return;
    const mine = ++generation;
    const { engine } = await opened();
    const began = performance.now();
    const next = await engine.statuses();
    tookMs = performance.now() - began;
    // A later refresh saw a later document.
    if (mine !== generation || disposed) return;
    options.onRefresh(session);
    clearTimeout(ending);
    const wait = nextEnding(next, Date.now());
    if (wait !== undefined) ending = setTimeout(refreshLater.call, wait);
    if (!sameStatuses(statuses, next)) show(next);
  };

  const pause = (): number => Math.min(PAUSE_MS.most, Math.max(PAUSE_MS.least, 2 * tookMs));
  const refreshLater = debounce(pause, () => {
    refresh().catch((error: unknown) => options.log.error(`Statuses of ${folder}: ${detailOf(error)}`));
  });

  /** What a run does to a status is shown at once; how valid the result is follows from the next refresh. */
  const activity = (event: RunEvent & { type: "queued" | "started" | "ended" }): void => {
    const touched = new Set(event.type === "queued" ? event.cells : [event.cell]);
    const next = event.type === "queued" ? "queued" : event.type === "started" ? "running" : "idle";
    show(statuses.map((status) => (touched.has(status.cell) ? { ...status, activity: next } : status)));
    if (event.type === "ended") refreshLater.call();
  };

  const session: Session = {
    document,
    folder,
    shown: createShown(),
    opened,
    cellById: (id) => document.getCells().find((cell) => cellIdOf(cell) === id),
    nameOf: (id) => names?.(id) ?? id,
    statusOf(cell) {
      const id = cellIdOf(cell);
      return id === undefined ? undefined : byId.get(id);
    },
    statuses: () => statuses,
    problems: () => reader.problems(),
    touch: () => refreshLater.call(),
    refresh,
    async inTurn(work) {
      const mine = turn.then(work);
      turn = mine.catch(() => undefined);
      waiting += 1;
      try {
        return await mine;
      } finally {
        waiting -= 1;
      }
    },
    async run(request, on, signal) {
      const { engine } = await opened();
      try {
        return await engine.run(
          request,
          (event) => {
            on(event);
            if (event.type === "queued" || event.type === "started" || event.type === "ended") activity(event);
          },
          signal,
        );
      } finally {
        await refresh();
      }
    },
    get running() {
      return waiting > 0;
    },
    dispose() {
      disposed = true;
      clearTimeout(ending);
      refreshLater.dispose();
      opening?.then((result) => result.dispose()).catch((error: unknown) => options.log.error(detailOf(error)));
    },
  };
  return session;
}

function sameStatuses(before: readonly CellStatus[], after: readonly CellStatus[]): boolean {
  return before.length === after.length && JSON.stringify(before) === JSON.stringify(after);
}
