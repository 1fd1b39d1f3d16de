/**
 * `strata mcp`: the notebook for any agent that speaks the Model Context Protocol, over stdin and stdout. The agent works
 * on a branch; what needs a person's yes is asked through the client, or refused with the way to allow it.
 */
import { StdioServerTransport } from "@modelcontextprotocol/sdk/server/stdio.js";
import manifest from "../../package.json" with { type: "json" };
import type { Allowable } from "./allow.ts";
import { EXIT } from "./exit.ts";
import { createMcpServer } from "./mcp-server.ts";
import { type AgentCommandOptions, openAgent } from "./open-agent.ts";

export interface McpOptions extends AgentCommandOptions {
  readonly allow: readonly Allowable[];
}

export async function mcpCommand(path: string, options: McpOptions): Promise<number> {
  const agent = await openAgent(path, options);
  if (agent === undefined) return EXIT.usage;
  const server = createMcpServer(agent, { version: manifest.version, allow: new Set(options.allow) });
  const closed = new Promise<void>((resolve) => {
    server.onclose = resolve;
    // A client ends a server by closing its input.
    process.stdin.once("end", resolve);
    for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, resolve);
  });
  await server.connect(new StdioServerTransport());
  await closed;
  await agent.close();
  await server.close();
  return EXIT.ok;
}
