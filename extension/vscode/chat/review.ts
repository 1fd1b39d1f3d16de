/** The agent's changes in an editor of their own, and what the user decides about them. */
import { randomBytes } from "node:crypto";
import * as vscode from "vscode";
import { changesOf } from "../../core/agent/branch.ts";
import { decide, type OneCell } from "../../core/agent/decide.ts";
import type { CellId } from "../../core/notebook/model.ts";
import { messageOf } from "../../core/thrown.ts";
import { type Debounced, debounce } from "../session/debounce.ts";
import type { Session } from "../session/session.ts";
import type { Sessions } from "../session/sessions.ts";
import type { Agents } from "./agents.ts";
import { COMMAND } from "./ids.ts";
import { chatTarget } from "./notebook.ts";

/** Statuses come in bursts while cells run. */
const QUIET_MS = 200;
const VIEW = "strata.review";
/** Scheme of the texts of the branch's cells. */
const BRANCH_SCHEME = "strata-branch";

export function registerReview(sessions: Sessions, agents: Agents, log: vscode.LogOutputChannel): vscode.Disposable {
  const panels = new Map<Session, vscode.WebviewPanel>();
  const drawLater = new WeakMap<Session, Debounced>();
  /** What each page shows, but for the nonce: one that would be the same is left as it is. */
  const shown = new WeakMap<vscode.WebviewPanel, string>();
  const texts = new Map<string, string>();

  const sessionOf = (argument: unknown): Session | undefined => {
    const { notebook } = (argument ?? {}) as { readonly notebook?: unknown };
    const session =
      sessions.all().find((each) => each.document.uri.toString() === notebook) ?? chatTarget(sessions)?.session;
    if (session === undefined) void vscode.window.showInformationMessage("Open the Strata notebook first.");
    return session;
  };

  const draw = async (session: Session): Promise<void> => {
    const panel = panels.get(session);
    if (panel === undefined) return;
    const [{ reviewOf }, { reviewPage }] = await Promise.all([
      import("../../host/agent/review.ts"),
      import("./review-page.ts"),
    ]);
    const { engine, read } = await session.opened();
    const review = await reviewOf(await agents.of(session), { engine, store: { content: { read } } });
    if (panels.get(session) !== panel || shown.get(panel) === reviewPage(review, "")) return;
    shown.set(panel, reviewPage(review, ""));
    panel.webview.html = reviewPage(review, randomBytes(16).toString("hex"));
  };

  const settle = async (session: Session, accept: boolean, cell?: OneCell): Promise<void> => {
    const agent = await agents.of(session);
    const decision = decide(changesOf(await agent.sync()), accept, cell);
    if (decision.kind === "look-again") {
      await draw(session);
      void vscode.window.showWarningMessage(
        `You edited “${agent.opened.nameOf(decision.cell)}” after these changes were shown, so nothing was accepted. Look at both sides now.`,
      );
      return;
    }
    const { changes, left } = decision;
    if (!accept) await agent.reject(changes);
    else {
      const problem = await agent.accept(changes);
      if (problem !== undefined) void vscode.window.showErrorMessage(problem);
    }
    if (left > 0)
      void vscode.window.showWarningMessage(
        left === 1
          ? "One change is left, as you edited the same cell. Look at both sides, and decide about it by itself."
          : `${left} changes are left, as you edited the same cells. Look at both sides, and decide about each by itself.`,
      );
    session.touch();
    await draw(session);
  };

  const openDiff = async (session: Session, cell: CellId): Promise<void> => {
    const agent = await agents.of(session);
    const change = changesOf(await agent.sync()).find((each) => each.cell.id === cell);
    if (change === undefined) return;
    const uri = (side: string, text: string): vscode.Uri => {
      const made = vscode.Uri.from({
        scheme: BRANCH_SCHEME,
        path: `/${side}/${change.cell.file}`,
        query: session.folder,
      });
      texts.set(made.toString(), text);
      return made;
    };
    const users = session.cellById(cell)?.document.uri ?? uri("none", "");
    const branch = uri("branch", change.kind === "deleted" ? "" : change.cell.source);
    await vscode.commands.executeCommand(
      "vscode.diff",
      users,
      branch,
      `${agent.opened.nameOf(cell)}: yours ↔ the agent's`,
    );
  };

  const show = async (session: Session): Promise<void> => {
    const known = panels.get(session);
    if (known !== undefined) known.reveal();
    else {
      const column = { viewColumn: vscode.ViewColumn.Active, preserveFocus: false };
      const panel = vscode.window.createWebviewPanel(VIEW, "Agent's Changes", column, {
        enableScripts: true,
        localResourceRoots: [],
      });
      panels.set(session, panel);
      const later = debounce(QUIET_MS, () => void draw(session).catch(report));
      drawLater.set(session, later);
      panel.onDidDispose(() => {
        panels.delete(session);
        later.dispose();
      });
      panel.webview.onDidReceiveMessage((message: unknown) => {
        const { action, cell, conflict } = (message ?? {}) as Readonly<Record<string, unknown>>;
        const id = typeof cell === "string" ? cell : undefined;
        const which = id === undefined ? undefined : { id, conflictShown: conflict === true };
        if (action === "accept" || action === "reject") settle(session, action === "accept", which).catch(report);
        if (action === "open" && id !== undefined) openDiff(session, id).catch(report);
      });
    }
    await draw(session);
  };

  const report = (error: unknown): void => {
    log.error(`The agent's changes: ${String(error)}`);
    void vscode.window.showErrorMessage(messageOf(error));
  };
  const command = (id: string, work: (session: Session) => Promise<void>): vscode.Disposable =>
    vscode.commands.registerCommand(id, async (argument: unknown) => {
      const session = sessionOf(argument);
      if (session !== undefined) await work(session);
    });

  return vscode.Disposable.from(
    vscode.workspace.registerTextDocumentContentProvider(BRANCH_SCHEME, {
      provideTextDocumentContent: (uri) => texts.get(uri.toString()) ?? "",
    }),
    sessions.onDidClose((session) => panels.get(session)?.dispose()),
    // An edit of the user's may make a conflict of a change, or take one away.
    sessions.onDidChangeStatus((session) => drawLater.get(session)?.call()),
    command(COMMAND.review, show),
    command(COMMAND.acceptChanges, (session) => settle(session, true)),
    command(COMMAND.rejectChanges, (session) => settle(session, false)),
  );
}
