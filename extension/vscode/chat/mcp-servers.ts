/** The MCP servers that are offered: `strata mcp` on the folder of each open notebook for which that is asked. */
import * as vscode from "vscode";

export interface ServerSettings {
  readonly python: string | undefined;
  readonly store: string | undefined;
}

export function serversFor(
  open: readonly { readonly folder: string }[],
  cli: string,
  settings: (folder: string) => ServerSettings,
): vscode.McpServerDefinition[] {
  if (!vscode.workspace.isTrusted) return [];
  const offered = open.filter(({ folder }) => isOffered(folder));
  return offered.map(({ folder }) => {
    const { python, store } = settings(folder);
    const args = [
      cli,
      "mcp",
      folder,
      ...(python === undefined ? [] : ["--python", python]),
      ...(store === undefined ? [] : ["--store", store]),
    ];
    const env = { ELECTRON_RUN_AS_NODE: "1" };
    return new vscode.McpStdioServerDefinition(`Strata: ${folder}`, process.execPath, args, env);
  });
}

function isOffered(folder: string): boolean {
  return vscode.workspace.getConfiguration("strata", vscode.Uri.file(folder)).get<boolean>("offerMcpServers") === true;
}
