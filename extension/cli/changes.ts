/** `strata changes`: what an agent's branch would change, accepted or thrown away by its user. Starts no Python. */
import { changesOf } from "../core/agent/branch.ts";
import { callTool } from "../host/agent/call.ts";
import type { AgentNotebook } from "../host/agent/notebook.ts";
import { changeJson } from "../host/agent/tools/changes.ts";
import { EXIT } from "./exit.ts";
import { complain } from "./open.ts";
import { type AgentCommandOptions, openAgent } from "./open-agent.ts";

export interface ChangesOptions extends AgentCommandOptions {
  readonly format: "human" | "json";
  readonly accept: boolean;
  readonly reject: boolean;
  readonly overwrite: boolean;
  readonly cell: readonly string[];
}

export async function changesCommand(path: string, options: ChangesOptions): Promise<number> {
  if (options.accept && options.reject) {
    complain("--accept and --reject cannot both be meant. Name one of them, and cells with --cell for a part.");
    return EXIT.usage;
  }
  const agent = await openAgent(path, options);
  if (agent === undefined) return EXIT.usage;
  try {
    if (!options.accept && !options.reject) return await show(agent, options.format);
    const tool = options.accept ? "strata_accept_changes" : "strata_reject_changes";
    const ids = options.cell.map((wanted) => agent.opened.findCell(wanted) ?? wanted);
    const input = {
      ...(ids.length === 0 ? {} : { cells: ids }),
      ...(options.accept && options.overwrite ? { overwrite: true } : {}),
    };
    // The command itself is the user's yes.
    const outcome = await callTool(agent, tool, input, { approved: true, signal: new AbortController().signal });
    if (outcome.kind === "ask") return EXIT.failed;
    if (outcome.result.failed) complain(outcome.result.text);
    else process.stdout.write(`${outcome.result.text}\n`);
    return outcome.result.failed ? EXIT.failed : EXIT.ok;
  } finally {
    await agent.close();
  }
}

async function show(agent: AgentNotebook, format: "human" | "json"): Promise<number> {
  const changes = changesOf(await agent.sync());
  if (format === "json") {
    for (const change of changes) process.stdout.write(`${JSON.stringify(changeJson(change, agent))}\n`);
    return EXIT.ok;
  }
  const outcome = await callTool(agent, "strata_changes", {}, { approved: true, signal: new AbortController().signal });
  if (outcome.kind === "done") process.stdout.write(`${outcome.result.text}\n`);
  return EXIT.ok;
}
