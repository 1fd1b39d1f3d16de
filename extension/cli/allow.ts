/** What an agent's client can be allowed without asking, by `strata mcp --allow`. */
import type { ToolKind } from "../core/agent/tools.ts";

export const ALLOWABLE = ["delete", "packages", "network", "accept", "all"] as const;

export type Allowable = (typeof ALLOWABLE)[number];

/** Which word allows which kind of call; kinds that are never asked about have none. */
export const ALLOWED_BY: Readonly<Partial<Record<ToolKind, Allowable>>> = {
  delete: "delete",
  package: "packages",
  run: "network",
  decide: "accept",
};
