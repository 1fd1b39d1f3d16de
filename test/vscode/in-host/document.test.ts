/** The notebook document in a real VS Code: opening, editing, saving, and what happens when its files change outside. */
import assert from "node:assert/strict";
import * as vscode from "vscode";
import {
  at,
  changedFiles,
  closeAll,
  copyFolder,
  edit,
  type Folder,
  idsOf,
  makeFolder,
  notebookOf,
  openNotebook,
  setText,
  THREE_CELLS,
  until,
} from "./support.ts";

const markup = vscode.NotebookCellKind.Markup;
const code = vscode.NotebookCellKind.Code;

function cellData(text: string, language = "python", kind = code): vscode.NotebookCellData {
  return new vscode.NotebookCellData(kind, text, language);
}

async function identified(document: vscode.NotebookDocument): Promise<string[]> {
  return await until("every cell has an id of its own", () => {
    const ids = idsOf(document).filter((id) => id !== undefined && id !== "");
    return new Set(ids).size === document.cellCount ? (ids as string[]) : undefined;
  });
}

describe("the notebook document", () => {
  let folder: Folder;
  const others: Folder[] = [];

  beforeEach(async () => {
    folder = await makeFolder();
    await vscode.workspace.getConfiguration("files").update("autoSave", "off", vscode.ConfigurationTarget.Global);
  });
  afterEach(async () => {
    await closeAll();
    for (const each of [folder, ...others.splice(0)]) await each.dispose();
  });

  it("opens a folder as one notebook", async () => {
    const document = await openNotebook(folder);
    assert.equal(document.notebookType, "strata");
    assert.deepEqual(
      document.getCells().map((cell) => [cell.kind, cell.document.languageId, cell.document.getText()]),
      [
        [markup, "markdown", "# Title"],
        [code, "python", "x = 20"],
        [code, "python", "x + 1"],
      ],
    );
    assert.deepEqual(idsOf(document), ["intro", "load", "use"]);
    assert.ok(document.uri.path.endsWith("/Three cells.strata"));
    assert.equal(document.isDirty, false);
  });

  it("opens it from notebook.toml too, which can still be opened as text", async () => {
    await vscode.commands.executeCommand("vscode.open", folder.uri("notebook.toml"));
    const document = await until("the notebook is open", () => notebookOf(folder));
    await until("the custom editor is gone", () => {
      const tabs = vscode.window.tabGroups.all.flatMap((group) => group.tabs);
      return tabs.length === 1 && tabs[0]?.input instanceof vscode.TabInputNotebook;
    });
    assert.equal(document.cellCount, 3);
    await vscode.commands.executeCommand("vscode.openWith", folder.uri("notebook.toml"), "default");
    assert.equal(vscode.window.activeTextEditor?.document.getText(), THREE_CELLS["notebook.toml"]);
  });

  it("opens one editor for one folder, however often it is asked", async () => {
    await openNotebook(folder);
    await vscode.commands.executeCommand("strata.openNotebook", folder.uri("notebook.toml"));
    const tabs = vscode.window.tabGroups.all.flatMap((group) => group.tabs);
    assert.equal(tabs.length, 1);
  });

  it("saves one edited cell as one changed file", async () => {
    const document = await openNotebook(folder);
    const before = await folder.files();
    await setText(document.cellAt(1), "x = 21");
    assert.equal(document.isDirty, true);
    assert.equal(await document.save(), true);
    const after = await folder.files();
    assert.deepEqual(changedFiles(before, after), ["cells/load.py"]);
    assert.equal(after["cells/load.py"], "x = 21\n");
    assert.equal(document.isDirty, false);
  });

  it("saves again and again, also after its own saves", async () => {
    const document = await openNotebook(folder);
    for (const value of ["1", "2", "3"]) {
      await setText(document.cellAt(1), `x = ${value}`);
      assert.equal(await document.save(), true);
      assert.equal(await folder.text("cells/load.py"), `x = ${value}\n`);
    }
  });

  it("gives new cells an id and a file, and keeps the rest of notebook.toml", async () => {
    const document = await openNotebook(folder);
    await edit(document, vscode.NotebookEdit.insertCells(2, [cellData("# @name Middle\ny = 3")]));
    const ids = await identified(document);
    assert.deepEqual([ids[0], ids[1], ids[3]], ["intro", "load", "use"]);
    assert.equal(await document.save(), true);
    const files = await folder.files();
    assert.deepEqual(changedFiles(THREE_CELLS, files).length, 2);
    const toml = files["notebook.toml"] ?? "";
    for (const kept of [
      "# kept: a comment at the top",
      'id = "intro" # kept',
      'unknown_key = "kept"',
      `id = "${ids[2]}"`,
    ]) {
      assert.ok(toml.includes(kept), `${kept} in\n${toml}`);
    }
    const added = at(
      Object.keys(files).filter((file) => !(file in THREE_CELLS)),
      0,
    );
    assert.equal(files[added], "# @name Middle\ny = 3\n");
    assert.deepEqual(await identified(document), ids);
  });

  it("one undo takes back a new cell and its id", async () => {
    const document = await openNotebook(folder);
    await edit(document, vscode.NotebookEdit.insertCells(3, [cellData("z = 1")]));
    await identified(document);
    await vscode.commands.executeCommand("undo");
    await until("the cell is gone", () => document.cellCount === 3);
    assert.equal(document.isDirty, false);
  });

  it("a copied cell gets an id of its own, and the original keeps its", async () => {
    const document = await openNotebook(folder);
    const original = document.cellAt(1);
    const copy = cellData(original.document.getText());
    copy.metadata = original.metadata;
    await edit(document, vscode.NotebookEdit.insertCells(1, [copy]));
    const ids = await identified(document);
    assert.equal(ids[2], "load");
    assert.notEqual(ids[1], "load");
    assert.equal(await document.save(), true);
    const files = await folder.files();
    assert.equal(files["cells/load.py"], "x = 20\n");
    assert.equal(Object.keys(files).length, Object.keys(THREE_CELLS).length + 1);
  });

  it("moves a cell without touching its file", async () => {
    const document = await openNotebook(folder);
    const moved = document.cellAt(2);
    const data = cellData(moved.document.getText());
    data.metadata = moved.metadata;
    await edit(
      document,
      vscode.NotebookEdit.deleteCells(new vscode.NotebookRange(2, 3)),
      vscode.NotebookEdit.insertCells(1, [data]),
    );
    assert.deepEqual(await identified(document), ["intro", "use", "load"]);
    assert.equal(await document.save(), true);
    assert.deepEqual(changedFiles(THREE_CELLS, await folder.files()), ["notebook.toml"]);
  });

  it("deletes a cell's file with the cell", async () => {
    const document = await openNotebook(folder);
    await edit(document, vscode.NotebookEdit.deleteCells(new vscode.NotebookRange(2, 3)));
    assert.equal(await document.save(), true);
    const files = await folder.files();
    assert.deepEqual(changedFiles(THREE_CELLS, files), ["cells/use.py", "notebook.toml"]);
    assert.equal(files["cells/use.py"], undefined);
  });

  it("a new language keeps the id and moves the file to its ending", async () => {
    const document = await openNotebook(folder);
    const data = cellData("# now prose", "markdown", markup);
    data.metadata = document.cellAt(1).metadata;
    await edit(document, vscode.NotebookEdit.replaceCells(new vscode.NotebookRange(1, 2), [data]));
    assert.deepEqual(await identified(document), ["intro", "load", "use"]);
    assert.equal(await document.save(), true);
    const files = await folder.files();
    assert.equal(files["cells/load.md"], "# now prose\n");
    assert.equal(files["cells/load.py"], undefined);
  });

  it("a prompt cell is a prompt cell again after a reload", async () => {
    const document = await openNotebook(folder);
    await vscode.languages.setTextDocumentLanguage(document.cellAt(2).document, "strata-prompt");
    assert.equal(await document.save(), true);
    assert.match(await folder.text("notebook.toml"), /id = "use"\nfile = "use.py"\nlanguage = "prompt"/);
    await closeAll();
    const again = await openNotebook(folder);
    assert.equal(again.cellAt(2).document.languageId, "strata-prompt");
  });

  it("reloads by itself when a file changes outside, and stays clean", async () => {
    const document = await openNotebook(folder);
    await folder.write("cells/load.py", "x = 99\n");
    await until("the new text is shown", () => document.cellAt(1).document.getText() === "x = 99");
    assert.equal(document.isDirty, false);
    assert.deepEqual(idsOf(document), ["intro", "load", "use"]);
  });

  it("reloads when notebook.toml changes outside", async () => {
    const document = await openNotebook(folder);
    await folder.write("cells/last.py", "x + 2\n");
    await folder.write(
      "notebook.toml",
      `${THREE_CELLS["notebook.toml"]}\n[[cells]]\nid = "last"\nfile = "last.py"\norder = 3\n`,
    );
    await until("the fourth cell is shown", () => document.cellCount === 4);
    assert.deepEqual(idsOf(document), ["intro", "load", "use", "last"]);
  });

  it("never overwrites what changed outside while it was being edited", async () => {
    const document = await openNotebook(folder);
    await setText(document.cellAt(1), "x = 'mine'");
    await folder.write("cells/load.py", "x = 'theirs'\n");
    // VS Code asks its user what to do; the save does not happen meanwhile.
    void document.save();
    await until("VS Code has looked", async () => {
      await vscode.workspace.fs.stat(document.uri);
      return true;
    });
    await new Promise((resolve) => setTimeout(resolve, 1000));
    assert.equal(await folder.text("cells/load.py"), "x = 'theirs'\n");
    assert.equal(document.isDirty, true);
    assert.equal(document.cellAt(1).document.getText(), "x = 'mine'");
    await vscode.commands.executeCommand("workbench.action.files.revert");
    await until("theirs is shown", () => document.cellAt(1).document.getText() === "x = 'theirs'");
  });

  it("keeps two copies of a folder apart", async () => {
    const copy = await copyFolder(folder);
    others.push(copy);
    const [first, second] = [await openNotebook(folder), await openNotebook(copy)];
    assert.notEqual(first.uri.toString(), second.uri.toString());
    await setText(second.cellAt(1), "x = 'copy'");
    assert.equal(first.cellAt(1).document.getText(), "x = 20");
    assert.equal(await second.save(), true);
    assert.equal(await folder.text("cells/load.py"), "x = 20\n");
    assert.equal(await copy.text("cells/load.py"), "x = 'copy'\n");
  });

  it("refuses to rename or delete the virtual file", async () => {
    const { uri } = await openNotebook(folder);
    await assert.rejects(async () => vscode.workspace.fs.delete(uri), /its folder/);
    const target = uri.with({ path: uri.path.replace(/[^/]+$/, "Other.strata") });
    await assert.rejects(async () => vscode.workspace.fs.rename(uri, target));
    assert.deepEqual(await folder.files(), THREE_CELLS);
  });
});
