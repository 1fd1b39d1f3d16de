/** Opens the branch of the notebook that a command names. */
import { type AgentNotebook, openAgentNotebook } from "../host/agent/notebook.ts";
import { folderNotebook } from "../host/agent/users-notebook.ts";
import { complain, openOptions, type SharedOptions } from "./open.ts";

export type AgentCommandOptions = Omit<SharedOptions, "format">;

export async function openAgent(path: string, options: AgentCommandOptions): Promise<AgentNotebook | undefined> {
  const open = await openOptions(path, { ...options, format: "human", runs: true }, complain);
  if (open === undefined) return undefined;
  const users = folderNotebook(open.options.folder, Date.now);
  const made = await openAgentNotebook({ ...open.options, users, trusted: () => true });
  if ("agent" in made) return made.agent;
  complain(made.problem);
  return undefined;
}
