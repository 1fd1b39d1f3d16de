/** Ruff, which formats and checks the Python side. One pinned version, so that every machine agrees. */
import { pythonTool } from "./tools.ts";

export function findRuff(): Promise<string> {
  return pythonTool("ruff", "0.17.6");
}
