/** Runs requests for the editor: trust, one view per request, interruption, and what may go wrong around the engine. */
import * as vscode from "vscode";
import type { Outcome, RunEvent, RunRequest, RunSummary } from "../../core/engine/model.ts";
import { describeReason, formatDuration } from "../../core/plan/describe.ts";
import { LEAVE } from "../../core/run/model.ts";
import { detailOf, messageOf } from "../../core/thrown.ts";
import { createPackageOffer } from "../environment/package-offer.ts";
import { prepareWithProgress } from "../environment/prepare.ts";
import { restricted, showOptions } from "../outputs/options.ts";
import { createKeyOffer } from "../prompts/missing-key.ts";
import type { Session } from "../session/session.ts";
import type { Association } from "./association.ts";
import { openRunView } from "./reducer.ts";

export interface Runs extends vscode.Disposable {
  /** Resolves when every cell of the request has ended and is shown. */
  run(session: Session, controller: vscode.NotebookController, request: RunRequest): Promise<void>;
  /** The same, for commands, with the controller that was registered. */
  request(session: Session, request: RunRequest): Promise<void>;
  /** What a request came to, for a moment in the status bar, where it is not in the way, and in the log. */
  say(text: string): void;
  /** Ends what runs and cancels what waits. */
  interrupt(session: Session): void;
  /** The same when the notebook closes: what has run for long goes on without it. */
  leave(session: Session): void;
  useController(controller: vscode.NotebookController, association: Association): void;
  /** The controller once it may show executions in this notebook; undefined when it may not. */
  controllerFor(document: vscode.NotebookDocument): Promise<vscode.NotebookController | undefined>;
}

const SAID_MS = 10_000;

export function createRuns(log: vscode.LogOutputChannel): Runs {
  const active = new Map<Session, Set<vscode.CancellationTokenSource>>();
  const orders = new WeakMap<Session, number>();
  const cellOrders = new WeakMap<vscode.NotebookCell, number>();
  /** Of several messages VS Code shows the newest, and then the older ones again: so there is never more than one. */
  let said: vscode.Disposable | undefined;
  const left = new WeakSet<Session>();
  let registered: { readonly controller: vscode.NotebookController; readonly association: Association } | undefined;

  const nextOrder = (session: Session): number => {
    const order = (orders.get(session) ?? 0) + 1;
    orders.set(session, order);
    return order;
  };

  const runs: Runs = {
    useController(controller, association) {
      registered = { controller, association };
    },
    async controllerFor(document) {
      return (await registered?.association.ensure(document)) ? registered?.controller : undefined;
    },
    async request(session, request) {
      const controller = await runs.controllerFor(session.document);
      if (controller) await runs.run(session, controller, request);
      else
        void vscode.window.showWarningMessage(
          "Choose Strata as the notebook's kernel, at its top right, and run again.",
        );
    },
    async run(session, controller, request) {
      if (restricted()) {
        await explainRestricted();
        return;
      }
      const cancel = new vscode.CancellationTokenSource();
      const abort = new AbortController();
      cancel.token.onCancellationRequested(() => abort.abort(left.has(session) ? LEAVE : undefined));
      const mine = active.get(session) ?? new Set();
      active.set(session, mine.add(cancel));
      const asked = new Set(request.target.kind === "cells" ? request.target.cells : []);
      const opened = await session.opened().catch((error: unknown) => {
        void reportFailure(error, log);
        return undefined;
      });
      try {
        if (!opened) return;
        await session.inTurn(async () => {
          if (abort.signal.aborted || !(await prepareWithProgress(opened, session, abort))) return;
          const view = openRunView({
            controller,
            cellById: session.cellById,
            show: showOptions(opened.read),
            shown: session.shown,
            nextOrder: () => nextOrder(session),
            orders: cellOrders,
            refusal: (outcome) => refusal(outcome, asked, session),
            token: cancel.token,
            now: Date.now,
          });
          try {
            const jobs = requestWithJobs(request, session);
            const offerKey = createKeyOffer();
            const packages = createPackageOffer(opened, () => void runs.run(session, controller, request));
            const take = (event: RunEvent): void => {
              view.take(event);
              packages.take(event);
              offerKey(event);
            };
            const summary = await session.run(jobs, take, abort.signal);
            // What goes on has not come to anything yet, and what has ended with its notebook is nobody's concern.
            if (!left.has(session)) runs.say(describeSummary(summary));
            packages.ended();
          } finally {
            await view.close();
          }
        });
      } catch (error) {
        void reportFailure(error, log);
      } finally {
        mine.delete(cancel);
        // A notebook that was closed is not to be held on to.
        if (mine.size === 0) active.delete(session);
        cancel.dispose();
      }
    },
    say(text) {
      log.info(text.replace(/^\$\(\w+\) /, ""));
      said?.dispose();
      said = vscode.window.setStatusBarMessage(text, SAID_MS);
    },
    interrupt(session) {
      for (const cancel of active.get(session) ?? []) cancel.cancel();
    },
    leave(session) {
      left.add(session);
      runs.interrupt(session);
    },
    dispose() {
      for (const session of active.keys()) runs.leave(session);
    },
  };
  return runs;
}

function describeSummary(summary: RunSummary): string {
  const parts = [`${summary.executed} ran`, `${summary.cached} reused`];
  if (summary.failed > 0) parts.push(`${summary.failed} failed`);
  if (summary.skipped > 0) parts.push(`${summary.skipped} not run`);
  const icon = summary.failed > 0 ? "error" : "check";
  return `$(${icon}) Strata: ${parts.join(" · ")} · ${formatDuration(summary.durationMs)}`;
}

function requestWithJobs(request: RunRequest, session: Session): RunRequest {
  const folder = vscode.Uri.file(session.folder);
  const jobs = vscode.workspace.getConfiguration("strata", folder).get<number>("jobs") ?? 0;
  return request.jobs === undefined && jobs > 0 ? { ...request, jobs } : request;
}

/**
 * A cell that cannot run says so where its result would be. One that only waits for another keeps
 * its old outputs, unless it was the very cell asked for: then silence would look like a fault.
 */
function refusal(
  outcome: Outcome & { status: "skipped" },
  asked: ReadonlySet<string>,
  session: Session,
): string | undefined {
  const text = `Not run. ${describeReason(outcome.reason, (id) => session.nameOf(id))}`;
  switch (outcome.reason.kind) {
    case "unsupported":
    case "syntax-error":
    case "unstorable":
    case "cycle":
    case "problem":
    case "packages-missing":
      return text;
    case "upstream-failed":
    case "upstream-blocked":
      return asked.size > 0 ? text : undefined;
    default:
      return undefined;
  }
}

async function explainRestricted(): Promise<void> {
  const manage = "Manage Workspace Trust";
  const choice = await vscode.window.showWarningMessage(
    "This workspace is in Restricted Mode, so the notebook shows its stored results but runs nothing. Trust the workspace to run it.",
    manage,
  );
  if (choice === manage) await vscode.commands.executeCommand("workbench.trust.manage");
}

async function reportFailure(error: unknown, log: vscode.LogOutputChannel): Promise<void> {
  log.error(detailOf(error));
  const show = "Show Log";
  const message = messageOf(error);
  const choice = await vscode.window.showErrorMessage(`The notebook could not be run. ${message}`, show);
  if (choice === show) log.show();
}
