/** What VS Code and other extensions get of us: models that answer, and tools that work on the branch. */
import assert from "node:assert/strict";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js";
import * as vscode from "vscode";
import { TOOLS } from "../../../extension/core/agent/tools.ts";
import { serversFor } from "../../../extension/vscode/chat/mcp-servers.ts";
import { type StandIn, startStandIn } from "../../ai/stand-in.ts";
import { edit, type Folder, makeFolder, openNotebook, THREE_CELLS, until } from "./support.ts";

describe("language models and tools for VS Code", () => {
  let folder: Folder;
  let document: vscode.NotebookDocument;
  let model: StandIn;

  before(async () => {
    model = await startStandIn("anthropic", [
      { kind: "tool", name: "look", input: { at: "x" }, text: "I look." },
      { kind: "text", text: "It is 20." },
    ]);
    const ai = `[ai]\nprovider = "anthropic"\nbase_url = "${model.url}"\nmodel = "claude-sonnet-5-5"\n`;
    folder = await makeFolder({ ...THREE_CELLS, "notebook.toml": `${THREE_CELLS["notebook.toml"]}\n${ai}` });
    document = await openNotebook(folder);
  });
  after(async () => {
    await vscode.commands.executeCommand("workbench.action.closeAllEditors");
    await model.close();
    await folder.dispose();
  });

  async function call(name: string, input: object): Promise<string> {
    const result = await vscode.lm.invokeTool(name, { input, toolInvocationToken: undefined });
    return result.content.map((part) => (part instanceof vscode.LanguageModelTextPart ? part.value : "")).join("");
  }

  it("the notebook's model is one of VS Code's, and streams text and tool calls", async () => {
    // VS Code asks for models again a moment after another notebook is in front.
    const chosen = await until("the notebook's model is offered", async () => {
      const models = await vscode.lm.selectChatModels({ vendor: "strata" });
      return models.find((each) => each.name === "Strata (claude-sonnet-5-5)");
    });
    const tools = [
      { name: "look", description: "Looks.", inputSchema: { type: "object", properties: { at: { type: "string" } } } },
    ];
    const asked = [vscode.LanguageModelChatMessage.User("What is x?")];
    const response = await chosen.sendRequest(asked, { tools });
    const parts: unknown[] = [];
    for await (const part of response.stream) parts.push(part);
    const text = parts.map((part) => (part instanceof vscode.LanguageModelTextPart ? part.value : "")).join("");
    const called = parts.find((part) => part instanceof vscode.LanguageModelToolCallPart);
    assert.equal(text, "I look.");
    assert.deepEqual([called?.name, called?.input], ["look", { at: "x" }]);
    assert.equal(model.seen[0]?.body.tools[0].name, "look");
  });

  it("has every tool, and they work on the branch of the notebook in front", async () => {
    const names = vscode.lm.tools.map((tool) => tool.name);
    assert.deepEqual(
      TOOLS.map((tool) => tool.name).filter((name) => !names.includes(name)),
      [],
    );
    assert.match(await call("strata_read_notebook", {}), /“Three cells”.*3 cells:\n1\. intro/);
    const created = await call("strata_create_cell", { source: "# @name Twice\ntwice = 2 * x\ntwice", after: "load" });
    assert.match(created, /Created cell \w+ at place 3.*absent → stale/s);
    assert.match(await call("strata_changes", {}), /created: \w+ “Twice”/);
    assert.equal(document.cellCount, 3);
    assert.equal(document.isDirty, false);
  });

  it("puts a block of code below the selected cell, in the language that it is in", async () => {
    const argument = { notebook: document.uri.toString(), cell: "load" };
    const insert = (code: string, language: string): Thenable<unknown> =>
      vscode.commands.executeCommand("strata.insertCell", { ...argument, code, language });
    await insert("y = x * 3", "python");
    await insert("## Note", "markdown");
    assert.deepEqual(
      document.getCells().map((cell) => [cell.document.languageId, cell.document.getText()]),
      [
        ["markdown", "# Title"],
        ["python", "x = 20"],
        ["markdown", "## Note"],
        ["python", "y = x * 3"],
        ["python", "x + 1"],
      ],
    );
    await edit(document, vscode.NotebookEdit.deleteCells(new vscode.NotebookRange(2, 4)));
    assert.equal(document.cellCount, 3);
  });

  it("offers an open notebook as an MCP server once that is asked for, which any client can start", async () => {
    const extension = vscode.extensions.getExtension("strata-notebook.strata-notebook");
    const cli = `${extension?.extensionPath}/dist/cli.cjs`;
    const open = [{ folder: folder.path }];
    const settings = () => ({ python: undefined, store: undefined });
    assert.deepEqual(serversFor(open, cli, settings), []);
    const configuration = vscode.workspace.getConfiguration("strata");
    await configuration.update("offerMcpServers", true, vscode.ConfigurationTarget.Global);
    const client = new Client({ name: "test", version: "1" });
    try {
      const [server] = serversFor(open, cli, settings);
      assert.ok(server instanceof vscode.McpStdioServerDefinition);
      const { command, args } = server;
      const env = Object.fromEntries(Object.entries(process.env).map(([name, value]) => [name, value ?? ""]));
      await client.connect(new StdioClientTransport({ command, args, env: { ...env, ELECTRON_RUN_AS_NODE: "1" } }));
      const { tools } = await client.listTools();
      assert.deepEqual(
        TOOLS.map(({ name }) => name).filter((name) => !tools.some((tool) => tool.name === name)),
        [],
      );
    } finally {
      await client.close();
      await configuration.update("offerMcpServers", undefined, vscode.ConfigurationTarget.Global);
    }
  });

  it("accepts into the document as one edit, which one undo takes back", async () => {
    await vscode.commands.executeCommand("strata.acceptChanges", { notebook: document.uri.toString() });
    assert.equal(document.cellCount, 4);
    assert.match(document.cellAt(2).document.getText(), /twice = 2 \* x/);
    // The same edit that gives the cell its place gives it its id and file.
    assert.equal(document.cellAt(2).metadata.strata.file, "twice.py");
    await vscode.commands.executeCommand("undo");
    assert.equal(document.cellCount, 3);
    assert.match(await call("strata_changes", {}), /changes nothing/);
    await vscode.commands.executeCommand("workbench.action.files.revert");
  });
});
