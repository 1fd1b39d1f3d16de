/**
 * Every open notebook as an MCP server: `strata mcp` on its folder, started when it is used. Off unless it is asked for, as
 * VS Code's own agent has the same tools by registration, and would have each of them twice.
 */
import * as vscode from "vscode";
import { settings } from "../session/host.ts";
import type { Sessions } from "../session/sessions.ts";
import { MCP_PROVIDER } from "./ids.ts";
import { serversFor } from "./mcp-servers.ts";

export function registerMcpServers(context: vscode.ExtensionContext, sessions: Sessions): vscode.Disposable {
  const changed = new vscode.EventEmitter<void>();
  const cli = context.asAbsolutePath("dist/cli.cjs");
  return vscode.Disposable.from(
    changed,
    sessions.onDidOpen(() => changed.fire()),
    sessions.onDidClose(() => changed.fire()),
    vscode.workspace.onDidGrantWorkspaceTrust(() => changed.fire()),
    vscode.workspace.onDidChangeConfiguration((event) => {
      if (event.affectsConfiguration("strata.offerMcpServers")) changed.fire();
    }),
    vscode.lm.registerMcpServerDefinitionProvider(MCP_PROVIDER, {
      onDidChangeMcpServerDefinitions: changed.event,
      provideMcpServerDefinitions: () => serversFor(sessions.all(), cli, settings),
    }),
  );
}
