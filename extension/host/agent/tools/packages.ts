/** Tools that change the environment, by uv, in the notebook's own project: for real, and only once a person said yes. */
import { refusedCall, succeeded, type ToolResult } from "../../../core/agent/result.ts";
import { changeProject } from "../../environment/project.ts";
import { listIn, type Tool, type ToolContext } from "./context.ts";

export const addPackage: Tool = (input, context) => change("add", listIn(input, "packages") ?? [], context);

export const removePackage: Tool = (input, context) => change("remove", listIn(input, "packages") ?? [], context);

async function change(
  what: "add" | "remove",
  packages: readonly string[],
  { agent, signal }: ToolContext,
): Promise<ToolResult> {
  const { python, storage, onProgress } = agent.options;
  if (python !== undefined && python.trim() !== "") {
    return refusedCall(
      `The notebook runs in ${python}, which the user chose and which is not changed by Strata. Ask the user to install ${packages.join(", ")} there.`,
    );
  }
  const problem = await changeProject({ folder: agent.folder, what, packages, storage, onProgress, signal });
  if (problem !== undefined) return refusedCall(problem);
  const unready = await agent.opened.prepare(signal);
  if (unready !== undefined) return refusedCall(unready);
  return succeeded(
    `${what === "add" ? "Added" : "Removed"} ${packages.join(", ")} in pyproject.toml, uv.lock and the environment. Cells whose result depends on the environment are stale now.`,
  );
}
