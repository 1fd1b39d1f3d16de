/** uv, which makes each notebook's environment: the user's own if there is one, otherwise one from PyPI in .cache/tools. */
import { run } from "../process/children.ts";
import { pythonTool } from "./tools.ts";

export async function findUv(): Promise<string> {
  // A version manager's shim may be there and still refuse, so only an answer counts.
  const { ok } = await run("uv", ["--version"]);
  return ok ? "uv" : pythonTool("uv", "0.13.9");
}
