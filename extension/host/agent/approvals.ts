/** Which calls a person is asked about before they are made, and in which words. */
import { changesOf } from "../../core/agent/branch.ts";
import { reachesNetwork } from "../../core/agent/network.ts";
import type { Question } from "../../core/agent/result.ts";
import type { ToolSpec } from "../../core/agent/tools.ts";
import type { CellId } from "../../core/notebook/model.ts";
import type { AgentNotebook } from "./notebook.ts";
import { describeChange } from "./tools/changes.ts";
import { findCell, type Input, listIn } from "./tools/context.ts";
import { runTargets } from "./tools/run.ts";

/** Undefined when the call may be made without asking. */
export async function questionFor(agent: AgentNotebook, tool: ToolSpec, input: Input): Promise<Question | undefined> {
  switch (tool.kind) {
    case "read":
    case "edit":
      return undefined;
    case "delete": {
      const cell = findCell(agent, input);
      if ("missing" in cell) return undefined;
      const name = agent.opened.nameOf(cell.id);
      return { title: `Delete the cell “${name}”?`, detail: shorten(cell.source), yes: "Delete" };
    }
    case "package": {
      const packages = (listIn(input, "packages") ?? []).join(", ");
      const adds = tool.name === "strata_add_package";
      return {
        title: `${adds ? "Add" : "Remove"} ${packages}?`,
        detail: `${adds ? "Downloads and installs" : "Uninstalls"} ${packages} in ${agent.folder}: pyproject.toml, uv.lock and the environment change at once, also for your own cells. Installing a package can run code from it.`,
        yes: adds ? "Add" : "Remove",
      };
    }
    case "decide": {
      const wanted = listIn(input, "cells");
      const changes = changesOf(await agent.sync()).filter((each) => wanted?.includes(each.cell.id) ?? true);
      if (changes.length === 0) return undefined;
      const accepts = tool.name === "strata_accept_changes";
      return {
        title: accepts ? "Accept the agent's changes into your notebook?" : "Throw the agent's changes away?",
        detail: changes.map((each) => describeChange(each, agent)).join("\n"),
        yes: accepts ? "Accept" : "Reject",
      };
    }
    case "run":
      return await networkQuestion(agent, input);
    default:
      return tool.kind satisfies never;
  }
}

async function networkQuestion(agent: AgentNotebook, input: Input): Promise<Question | undefined> {
  const targets = await runTargets(agent, input);
  if ("missing" in targets) return undefined;
  const { engine, nameOf } = agent.opened;
  const { cells } = await engine.plan();
  const plans = new Map(cells.map((plan) => [plan.cell, plan]));
  const forced = new Set(input.force === true ? targets : []);
  const running = new Set<CellId>();
  const texts = new Set<CellId>();
  const visit = (id: CellId): void => {
    if (texts.has(id)) return;
    texts.add(id);
    const plan = plans.get(id);
    if (plan?.action === "run" || plan?.action === "wait" || forced.has(id)) running.add(id);
    // Functions come from above as text: what they would do, the calling cell does.
    for (const above of plan?.upstream ?? []) visit(above);
  };
  for (const id of targets) visit(id);
  if (running.size === 0) return undefined;
  const found = agent.cells().flatMap((cell) => {
    const analysis = engine.analysis(cell.id);
    const called = running.has(cell.id) || (texts.has(cell.id) && (analysis?.definitions.length ?? 0) > 0);
    const why = called ? reachesNetwork(cell.language, cell.source, analysis) : undefined;
    return why === undefined ? [] : [`“${nameOf(cell.id)}”: ${why}.`];
  });
  if (found.length === 0) return undefined;
  return {
    title: "Run cells that may reach the network?",
    detail: `${found.join("\n")}\nWhat they send can be seen outside this machine.`,
    yes: "Run",
  };
}

function shorten(source: string): string {
  const lines = source.split("\n");
  return lines.length <= 12 ? source : `${lines.slice(0, 12).join("\n")}\n… and ${lines.length - 12} more lines`;
}
