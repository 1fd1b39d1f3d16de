/** Prompt cells in a real VS Code, against a server that speaks the provider's protocol: answers, completion, hovers, problems, preview. */
import assert from "node:assert/strict";
import * as vscode from "vscode";
import { type StandIn, startStandIn } from "../../ai/stand-in.ts";
import { at, closeAll, type Folder, makeFolder, openNotebook, until } from "./support.ts";

const KEY = "sk-in-host-c0ffee";
const PROMPT = "# @name answer\nHello {{ people[0] }}, {{ nobody }}.\n";
const FILES = {
  "notebook.toml": [
    'notebook_id = "prompts"',
    'name = "Prompts"',
    "cells = [",
    '  { id = "data", file = "data.py", language = "python", order = 0 },',
    '  { id = "ask", file = "ask.py", language = "prompt", order = 1 },',
    '  { id = "use", file = "use.py", language = "python", order = 2 },',
    "]",
  ].join("\n"),
  "cells/data.py": 'people = ["Ada"]\nplace = {"town": "London", "since": 1815}\n',
  "cells/ask.py": PROMPT.replace(", {{ nobody }}", ""),
  "cells/use.py": "print(answer.upper())\n",
};

describe("prompt cells", function () {
  this.timeout(120_000);
  let server: StandIn;
  let folder: Folder;
  let document: vscode.NotebookDocument;

  before(async () => {
    server = await startStandIn("anthropic", [{ kind: "text", text: "Dear **Ada**." }]);
    await vscode.workspace.getConfiguration("strata").update("python", "python3", vscode.ConfigurationTarget.Global);
    folder = await makeFolder(FILES);
    document = await openNotebook(folder);
  });

  after(async () => {
    delete process.env.ANTHROPIC_API_KEY;
    delete process.env.ANTHROPIC_BASE_URL;
    await closeAll();
    await folder.dispose();
    await server.close();
    await vscode.workspace.getConfiguration("strata").update("python", undefined, vscode.ConfigurationTarget.Global);
  });

  const ask = (): vscode.NotebookCell => document.cellAt(1);
  const text = (cell: vscode.NotebookCell): string =>
    cell.outputs.flatMap(({ items }) => items.map((item) => new TextDecoder().decode(item.data))).join("\n");
  const type = async (source: string): Promise<void> => {
    const edit = new vscode.WorkspaceEdit();
    const end = ask().document.lineAt(ask().document.lineCount - 1).range.end;
    edit.replace(ask().document.uri, new vscode.Range(new vscode.Position(0, 0), end), source);
    assert.ok(await vscode.workspace.applyEdit(edit));
  };
  /** Labels offered at the end of the text. */
  const offered = async (source: string): Promise<readonly string[]> => {
    await type(source);
    const end = ask().document.lineAt(ask().document.lineCount - 1).range.end;
    const list = await vscode.commands.executeCommand<vscode.CompletionList>(
      "vscode.executeCompletionItemProvider",
      ask().document.uri,
      end,
    );
    return list.items.map(({ label }) => (typeof label === "string" ? label : label.label));
  };

  it("say without a key what to do, and ask as soon as there is one", async () => {
    await vscode.commands.executeCommand("notebook.execute");
    await until("it fails", () => ask().executionSummary?.success === false, 60_000);
    assert.match(text(ask()), /ApiKeyMissing/);
    process.env.ANTHROPIC_BASE_URL = server.url;
    process.env.ANTHROPIC_API_KEY = KEY;
    await vscode.commands.executeCommand("notebook.execute");
    await until("the cell below has run", () => text(document.cellAt(2)).includes("DEAR **ADA**."));
    assert.equal(server.seen[0]?.body.messages[0].content[0].text, "Hello Ada.");
    const markdown = ask()
      .outputs.flatMap(({ items }) => items)
      .find(({ mime }) => /markdown/.test(mime));
    assert.equal(markdown && new TextDecoder().decode(markdown.data), "Dear **Ada**.");
    assert.match(text(ask()), /claude-sonnet-5-5 · 10 \+ 5 tokens/);
    for (const [path, content] of Object.entries(await folder.files())) assert.ok(!content.includes(KEY), path);
  });

  it("offer the variables above, and what is in them", async () => {
    assert.deepEqual(
      (await offered("Hello {{ p")).filter((name) => ["people", "place", "answer"].includes(name)),
      ["people", "place"],
    );
    assert.deepEqual((await offered("Hello {{ place['")).filter((name) => ["town", "since"].includes(name)).sort(), [
      "since",
      "town",
    ]);
    assert.ok((await offered("Hello {{ people.")).includes("index"));
    assert.ok((await offered("# @")).includes("output_schema"));
    assert.ok((await offered("# @model ")).includes("claude-opus-5-5"));
  });

  it("show what the model would get for an expression", async () => {
    await type("Hello {{ place }}");
    const hovers = await vscode.commands.executeCommand<vscode.Hover[]>(
      "vscode.executeHoverProvider",
      ask().document.uri,
      new vscode.Position(0, 10),
    );
    const said = hovers
      .flatMap(({ contents }) => contents.map((part) => (typeof part === "string" ? part : part.value)))
      .join("\n");
    assert.match(said, /"town": "London"/);
    assert.match(said, /About \d+ tokens/);
  });

  it("underline names that no cell above defines, and braces that are not closed", async () => {
    await type(PROMPT);
    const of = (): vscode.Diagnostic[] => vscode.languages.getDiagnostics(ask().document.uri);
    const [missing] = await until("it is said", () => of().length > 0 && of());
    assert.match(missing?.message ?? "", /No cell above defines “nobody”/);
    assert.equal(ask().document.getText(missing?.range), "nobody");
    await type("Hello {{ people");
    const unclosed = await until("the other is said", () => of().find(({ message }) => /never closed/.test(message)));
    assert.equal(unclosed.range.start.line, 0);
  });

  it("are previewed beside the notebook, with an estimate, before anything is sent", async () => {
    await type("# @system Be brief.\nHello {{ people[0] }} of {{ place['town'] }}.");
    const before = server.seen.length;
    await vscode.commands.executeCommand("strata.previewPrompt", ask());
    const shown = await until("the preview is there", () =>
      vscode.workspace.textDocuments.find(({ uri }) => uri.scheme === "strata-prompt"),
    );
    assert.match(shown.getText(), /claude-sonnet-5-5 \(anthropic\): about \d+ tokens/);
    assert.match(shown.getText(), /## System\n\nBe brief\.\n\n## Prompt\n\nHello Ada of London\./);
    assert.equal(server.seen.length, before);
    assert.equal(at(vscode.workspace.notebookDocuments, 0).uri.toString(), document.uri.toString());
  });
});
