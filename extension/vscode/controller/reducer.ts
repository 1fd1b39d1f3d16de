/**
 * One run request shown in the editor: owns the execution handle of every cell it touches, from the first
 * event to the last, so that a handle is started and ended exactly once whatever happens.
 */
import * as vscode from "vscode";
import type { Outcome, RunEvent } from "../../core/engine/model.ts";
import type { CellId } from "../../core/notebook/model.ts";
import { createFlood, type Flood } from "../../core/run/flood.ts";
import { displayItems, errorOutput, type ShowOptions, streamItem, textItem, toOutputs } from "../outputs/items.ts";
import { markFor, type Shown, withMark } from "../outputs/shown.ts";
import { askInput } from "./input.ts";

export interface RunView {
  /** Takes an event of the engine. Returns at once; what it shows is shown in order. */
  take(event: RunEvent): void;
  /** Resolves when everything is shown; ends every handle that is still open. */
  close(): Promise<void>;
}

interface RunViewOptions {
  readonly controller: vscode.NotebookController;
  readonly cellById: (id: CellId) => vscode.NotebookCell | undefined;
  readonly show: ShowOptions;
  readonly shown: Shown;
  readonly nextOrder: () => number;
  /** Each cell's number from when it last ran: VS Code forgets it when it asks for a new run. */
  readonly orders: WeakMap<vscode.NotebookCell, number>;
  /** What a cell that did not run says in place of a result; undefined leaves its old outputs alone. */
  readonly refusal: (outcome: Outcome & { status: "skipped" }) => string | undefined;
  readonly token: vscode.CancellationToken;
  readonly now: () => number;
}

interface CellView {
  readonly execution: vscode.NotebookCellExecution;
  started: boolean;
  /** Milliseconds since the epoch; undefined for what did not run. */
  startedAt: number | undefined;
  ended: boolean;
  /** The output that text is appended to, while nothing else came after it. */
  stream: { readonly name: "stdout" | "stderr"; readonly output: vscode.NotebookCellOutput } | undefined;
  readonly flood: Flood;
  /** The last lines of a flood. */
  tail: vscode.NotebookCellOutput | undefined;
  /** By their id: all that were shown by it are replaced together. */
  readonly displays: Map<string, readonly vscode.NotebookCellOutput[]>;
  /** The next output replaces everything: a new run, or `clear_output(wait=True)`. */
  clearFirst: boolean;
  /** Nothing of this run is shown yet: what is there is an earlier one's. */
  untouched: boolean;
  work: Promise<void>;
}

export function openRunView(options: RunViewOptions): RunView {
  const views = new Map<CellId, CellView>();

  const viewOf = (id: CellId): CellView | undefined => {
    const known = views.get(id);
    if (known) return known;
    const cell = options.cellById(id);
    if (!cell || cell.kind !== vscode.NotebookCellKind.Code) return undefined;
    const view: CellView = {
      execution: options.controller.createNotebookCellExecution(cell),
      started: false,
      startedAt: undefined,
      ended: false,
      stream: undefined,
      flood: createFlood(options.now),
      tail: undefined,
      displays: new Map(),
      clearFirst: false,
      untouched: true,
      work: Promise.resolve(),
    };
    views.set(id, view);
    return view;
  };

  const start = (view: CellView): void => {
    if (view.started) return;
    view.started = true;
    const order = options.nextOrder();
    options.orders.set(view.execution.cell, order);
    view.execution.executionOrder = order;
    view.startedAt = options.now();
    view.execution.start(view.startedAt);
  };

  /** A hit has neither a duration nor a place in the order of running: the numbers tell what really ran. */
  const startUntimed = (view: CellView): void => {
    if (view.started) return;
    view.started = true;
    view.execution.executionOrder = options.orders.get(view.execution.cell);
    view.execution.start();
  };

  /** VS Code shows the same duration as the status beside it, which is that of the record. */
  const end = (view: CellView, success: boolean | undefined, durationMs?: number): void => {
    if (view.ended) return;
    view.ended = true;
    // A handle that was never started cannot be ended: it would stay pending for ever.
    startUntimed(view);
    if (view.startedAt === undefined) view.execution.end(success);
    else view.execution.end(success, durationMs === undefined ? options.now() : view.startedAt + shownMs(durationMs));
  };

  const add = async (view: CellView, output: vscode.NotebookCellOutput): Promise<void> => {
    view.untouched = false;
    if (view.clearFirst) {
      view.clearFirst = false;
      view.displays.clear();
      await view.execution.replaceOutput(output);
    } else {
      await view.execution.appendOutput(output);
    }
  };

  const apply = async (view: CellView, event: RunEvent): Promise<void> => {
    if (view.ended) return;
    switch (event.type) {
      case "queued":
        return;
      case "started":
        start(view);
        view.clearFirst = true;
        return;
      case "stream": {
        if (view.stream?.name === event.name && !view.clearFirst) {
          await view.execution.appendOutputItems(streamItem(event.name, event.text), view.stream.output);
          return;
        }
        const output = new vscode.NotebookCellOutput([streamItem(event.name, event.text)]);
        await add(view, output);
        view.stream = { name: event.name, output };
        return;
      }
      case "display": {
        const items = await displayItems(event.output.data, options.show);
        const { id } = event.output;
        const earlier = id === undefined ? [] : (view.displays.get(id) ?? []);
        if (event.update) {
          for (const output of earlier) await view.execution.replaceOutputItems(items, output);
          return;
        }
        const output = new vscode.NotebookCellOutput(items);
        view.stream = undefined;
        await add(view, output);
        // Only now: the first output of a run forgets the displays of the one before.
        if (id !== undefined) view.displays.set(id, [...(view.displays.get(id) ?? []), output]);
        return;
      }
      case "clear":
        view.stream = undefined;
        view.tail = undefined;
        if (event.wait) {
          view.clearFirst = true;
        } else {
          view.clearFirst = false;
          view.displays.clear();
          await view.execution.clearOutput();
        }
        return;
      case "input":
        // Answered beside the queue of outputs, see `take`.
        return;
      case "ended":
        await finish(view, event.outcome);
        return;
      default:
        return event satisfies never;
    }
  };

  const finish = async (view: CellView, outcome: Outcome): Promise<void> => {
    switch (outcome.status) {
      case "ok": {
        if (outcome.cached) startUntimed(view);
        else start(view);
        const mark = markFor(outcome.record);
        if (!outcome.cached) {
          if (view.untouched) await view.execution.clearOutput();
          else if (view.flood.cut)
            await view.execution.replaceOutput(await toOutputs(outcome.record.outputs, options.show));
        } else if (!options.shown.has(view.execution.cell, mark, outcome.record.outputs.length)) {
          await view.execution.replaceOutput(withMark(await toOutputs(outcome.record.outputs, options.show), mark));
        }
        options.shown.set(view.execution.cell, mark);
        end(view, true, outcome.durationMs);
        return;
      }
      case "none":
        end(view, undefined);
        return;
      case "error": {
        start(view);
        if (view.flood.cut) await view.execution.replaceOutput(await toOutputs(outcome.outputs, options.show));
        else await add(view, errorOutput(outcome.error, options.show));
        end(view, false, outcome.durationMs);
        return;
      }
      case "interrupted":
        if (view.started && view.untouched) await view.execution.clearOutput();
        if (view.started) await add(view, new vscode.NotebookCellOutput([textItem("Interrupted.", "text/plain")]));
        end(view, view.started ? false : undefined);
        return;
      case "skipped": {
        const text = options.refusal(outcome);
        if (text !== undefined) {
          startUntimed(view);
          await view.execution.replaceOutput(new vscode.NotebookCellOutput([textItem(text, "text/plain")]));
        }
        end(view, undefined);
        return;
      }
      default:
        return outcome satisfies never;
    }
  };

  const enqueue = (view: CellView, event: RunEvent): void => {
    // Judged before it waits: a flood must not fill the queue either.
    const verdict = view.flood.judge(event);
    if (verdict.kind === "show") view.work = view.work.then(() => apply(view, event));
    else if (verdict.kind === "tail")
      view.work = view.work.then(() => showTail(view, streamItem(verdict.name, verdict.text)));
  };

  const showTail = async (view: CellView, item: vscode.NotebookCellOutputItem): Promise<void> => {
    if (view.ended) return;
    if (view.tail !== undefined) {
      await view.execution.replaceOutputItems(item, view.tail);
      return;
    }
    view.tail = new vscode.NotebookCellOutput([item]);
    await add(view, view.tail);
  };

  return {
    take(event) {
      if (event.type === "queued") {
        for (const id of event.cells) viewOf(id);
        return;
      }
      const view = viewOf(event.cell);
      if (event.type === "input") {
        void askInput(event.prompt, event.password, options.token).then(event.reply);
        return;
      }
      if (view) enqueue(view, event);
    },
    async close() {
      const results = await Promise.allSettled([...views.values()].map((view) => view.work));
      for (const view of views.values()) end(view, undefined);
      const failed = results.find((result) => result.status === "rejected");
      if (failed) throw failed.reason;
    },
  };
}

/** VS Code cuts seconds off after the first decimal, where the status is rounded. */
function shownMs(durationMs: number): number {
  return durationMs < 1000 ? durationMs : Math.round(durationMs / 100) * 100;
}
