/** The language model of another extension, as Copilot's would be: a prompt cell asks it, and so does @strata when it is picked. */
import assert from "node:assert/strict";
import * as vscode from "vscode";
import { at, closeAll, type Folder, makeFolder, openNotebook, until } from "./support.ts";

const FILES = {
  "notebook.toml": [
    'notebook_id = "foreign"',
    'name = "Foreign"',
    "cells = [",
    '  { id = "ask", file = "ask.py", language = "prompt", order = 0 },',
    '  { id = "use", file = "use.py", language = "python", order = 1 },',
    "]",
  ].join("\n"),
  "cells/ask.py": "# @name said\nWhat is {{ 6 * 7 }}?\n",
  "cells/use.py": "print(said.upper())\n",
};

describe("the language model of another extension", function () {
  this.timeout(120_000);
  let folder: Folder;
  let document: vscode.NotebookDocument;

  before(async () => {
    await vscode.workspace.getConfiguration("strata").update("python", "python3", vscode.ConfigurationTarget.Global);
    folder = await makeFolder(FILES);
    document = await openNotebook(folder);
  });
  after(async () => {
    await vscode.commands.executeCommand("foreign.offer", undefined);
    await closeAll();
    await folder.dispose();
    await vscode.workspace.getConfiguration("strata").update("python", undefined, vscode.ConfigurationTarget.Global);
  });

  const offer = (text: string | undefined): Thenable<unknown> => vscode.commands.executeCommand("foreign.offer", text);
  const seen = (): Thenable<string[][] | undefined> => vscode.commands.executeCommand("foreign.seen");
  const text = (index: number): string =>
    document
      .cellAt(index)
      .outputs.flatMap(({ items }) => items.map((item) => new TextDecoder().decode(item.data)))
      .join("\n");

  it("answers prompt cells when there is no key, and says that it did", async () => {
    await offer("Forty-**two**.");
    await until(
      "VS Code has the model",
      async () => (await vscode.lm.selectChatModels({ vendor: "foreign" })).length > 0,
    );
    await until("the cell below has the answer", async () => {
      await vscode.commands.executeCommand("notebook.execute");
      return text(1).includes("FORTY-**TWO**.");
    });
    const asked = await seen();
    assert.deepEqual(asked, [["What is 42?"]]);
    assert.match(text(0), /"provider":"vscode"/);
    await vscode.commands.executeCommand("notebook.execute");
    assert.deepEqual(await seen(), []);
  });

  it("answers @strata when it is the one that is picked, with what it is told of the notebook", async () => {
    await offer("The cell `said` holds the answer.");
    const response = await vscode.commands.executeCommand("workbench.action.chat.open", {
      query: "@strata what is said?",
      mode: "ask",
      modelSelector: { vendor: "foreign", id: "parrot" },
      blockOnResponse: true,
    });
    const asked = at((await seen()) ?? [], 0);
    assert.match(at(asked, 0), /Notebook “Foreign”, 2 cells/);
    assert.equal(asked.at(-1), "what is said?");
    assert.deepEqual((response as { metadata: object }).metadata, { changes: 0, failed: false });
  });
});
