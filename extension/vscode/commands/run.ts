/** Commands that run cells: the stale ones, one with what it needs, one whatever is stored. */
import * as vscode from "vscode";
import type { Runs } from "../controller/runs.ts";
import type { Sessions } from "../session/sessions.ts";
import { targetCell, targetNotebook } from "./target.ts";

export function registerRunCommands(sessions: Sessions, runs: Runs): vscode.Disposable {
  const cellCommand = (command: string, force: boolean): vscode.Disposable =>
    vscode.commands.registerCommand(command, async (argument: unknown) => {
      const target = targetCell(sessions, argument);
      if (target) await runs.request(target.session, { target: { kind: "cells", cells: [target.id] }, force });
    });
  return vscode.Disposable.from(
    vscode.commands.registerCommand("strata.runStale", async (argument: unknown) => {
      const session = targetNotebook(sessions, argument);
      if (!session) return;
      await session.refresh();
      const stale = session.statuses().filter((status) => status.validity === "stale" || status.validity === "failed");
      if (stale.length === 0) {
        runs.say("$(check) Every cell is fresh: nothing to run");
        return;
      }
      await runs.request(session, {
        target: { kind: "cells", cells: stale.map((status) => status.cell) },
        force: false,
      });
    }),
    vscode.commands.registerCommand("strata.refreshSamples", async (argument: unknown) => {
      const session = targetNotebook(sessions, argument);
      if (!session) return;
      await session.refresh();
      const samples = session.statuses().filter((status) => status.sample !== undefined);
      if (samples.length === 0) {
        vscode.window.setStatusBarMessage("$(check) No result depends on the clock, the network or chance", 4000);
        return;
      }
      await runs.request(session, {
        target: { kind: "cells", cells: samples.map((status) => status.cell) },
        force: false,
        refresh: true,
      });
    }),
    cellCommand("strata.refreshSample", true),
    cellCommand("strata.runCell", false),
    cellCommand("strata.forceCell", true),
  );
}
