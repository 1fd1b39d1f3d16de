/** The agent's branch of each open notebook: opened by the first need, closed with its document. */
import { join } from "node:path";
import * as vscode from "vscode";
import type { AgentNotebook } from "../../host/agent/notebook.ts";
import type { Models } from "../../host/ai/models.ts";
import { settings } from "../session/host.ts";
import type { Session } from "../session/session.ts";
import type { Sessions } from "../session/sessions.ts";
import { documentNotebook } from "./users.ts";

export interface Agents extends vscode.Disposable {
  of(session: Session): Promise<AgentNotebook>;
  models(): Promise<Models>;
}

export function createAgents(
  context: vscode.ExtensionContext,
  sessions: Sessions,
  models: () => Promise<Models>,
  log: vscode.LogOutputChannel,
): Agents {
  const open = new Map<Session, Promise<AgentNotebook>>();
  const dist = context.asAbsolutePath("dist");
  const agents: Agents = {
    models,
    of(session) {
      const known = open.get(session);
      if (known !== undefined) return known;
      const opening = openBranch(session);
      open.set(session, opening);
      // The next attempt starts afresh.
      opening.catch(() => open.delete(session));
      return opening;
    },
    dispose() {
      closed.dispose();
      for (const session of [...open.keys()]) void close(session);
    },
  };

  async function openBranch(session: Session): Promise<AgentNotebook> {
    const { openAgentNotebook } = await import("../../host/agent/notebook.ts");
    const { python, store } = settings(session.folder);
    const made = await openAgentNotebook({
      folder: session.folder,
      users: documentNotebook(session.document),
      trusted: () => vscode.workspace.isTrusted,
      sync: true,
      harness: join(dist, "python-harness"),
      wasm: dist,
      storage: context.globalStorageUri.fsPath,
      store: store ?? join(session.folder, ".strata", "store"),
      ...(python === undefined ? {} : { python }),
      ai: { models: await models() },
      onProgress: (line) => log.info(line),
      onProblem: (message) => log.warn(message),
    });
    if ("problem" in made) throw new Error(made.problem);
    return made.agent;
  }

  async function close(session: Session): Promise<void> {
    const opening = open.get(session);
    open.delete(session);
    const agent = await opening?.catch(() => undefined);
    await agent?.close();
  }

  const closed = sessions.onDidClose((session) => {
    close(session).catch((error: unknown) =>
      log.error(`Closing the agent's branch of ${session.folder}: ${String(error)}`),
    );
  });
  return agents;
}
