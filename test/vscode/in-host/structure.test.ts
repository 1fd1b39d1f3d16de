/** Cells split and joined by VS Code's own commands, and a checkout under an open notebook: ids and files follow, nothing is lost. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import * as vscode from "vscode";
import {
  at,
  changedFiles,
  closeAll,
  type Folder,
  idsOf,
  makeFolder,
  openNotebook,
  setText,
  THREE_CELLS,
  until,
} from "./support.ts";

describe("the structure of a notebook", () => {
  let folder: Folder;

  beforeEach(async () => {
    await vscode.workspace.getConfiguration("files").update("autoSave", "off", vscode.ConfigurationTarget.Global);
  });
  afterEach(async () => {
    await closeAll();
    await folder.dispose();
  });

  /** Puts the cursor into a cell, as a user does. */
  async function enter(document: vscode.NotebookDocument, index: number, line: number): Promise<void> {
    const cell = document.cellAt(index);
    const selection = new vscode.Range(line, 0, line, 0);
    await vscode.window.showTextDocument(cell.document, { selection });
    await until(
      "the cursor is there",
      () =>
        vscode.window.activeTextEditor?.document === cell.document &&
        vscode.window.activeTextEditor.selection.active.line === line,
    );
  }

  const unique = (document: vscode.NotebookDocument, count: number) =>
    until(`there are ${count} cells with ids of their own`, () => {
      const ids = idsOf(document).filter((id) => id !== undefined && id !== "");
      return document.cellCount === count && new Set(ids).size === count ? (ids as string[]) : undefined;
    });

  it("a split cell keeps its id above, and what is below becomes a cell with a file of its own", async () => {
    folder = await makeFolder({ ...THREE_CELLS, "cells/load.py": "x = 20\ny = 2\n" });
    const before = await folder.files();
    const document = await openNotebook(folder);
    await enter(document, 1, 1);
    await vscode.commands.executeCommand("notebook.cell.split");
    const ids = await unique(document, 4);
    assert.deepEqual([ids[0], ids[1], ids[3]], ["intro", "load", "use"]);
    assert.equal(await document.save(), true);
    const after = await folder.files();
    const made = at(
      Object.keys(after).filter((file) => !(file in before)),
      0,
    );
    assert.deepEqual(changedFiles(before, after), [made, "cells/load.py", "notebook.toml"].sort());
    // VS Code leaves the end of the line before the cursor in the upper cell.
    assert.deepEqual([after["cells/load.py"], after[made]], ["x = 20\n\n", "y = 2\n"]);

    // And joined again: one cell, with the id of the upper one, and the other's file is gone.
    await enter(document, 2, 0);
    await vscode.commands.executeCommand("notebook.cell.joinAbove");
    assert.deepEqual(await unique(document, 3), ["intro", "load", "use"]);
    assert.equal(await document.save(), true);
    const joined = await folder.files();
    assert.deepEqual(Object.keys(joined).sort(), Object.keys(before).sort());
    assert.deepEqual(joined["cells/load.py"]?.split(/\n+/), ["x = 20", "y = 2", ""]);
    // Only the time of the change in structure.
    const untimed = (text = "") => text.replace(/^updated_at.*$/m, "");
    assert.equal(untimed(joined["notebook.toml"]), untimed(before["notebook.toml"]));
  });

  it("joined with the cell below, a cell keeps its id, and an undo brings both back", async () => {
    folder = await makeFolder();
    const document = await openNotebook(folder);
    await enter(document, 1, 0);
    await vscode.commands.executeCommand("notebook.cell.joinBelow");
    assert.deepEqual(await unique(document, 2), ["intro", "load"]);
    assert.equal(await document.save(), true);
    assert.deepEqual(Object.keys(await folder.files()).sort(), ["cells/intro.md", "cells/load.py", "notebook.toml"]);
    await vscode.commands.executeCommand("undo");
    assert.deepEqual(await unique(document, 3), ["intro", "load", "use"]);
    assert.equal(await document.save(), true);
    const untimed = (files: Record<string, string>) => ({
      ...files,
      "notebook.toml": (files["notebook.toml"] ?? "").replace(/^updated_at.*$/m, ""),
    });
    assert.deepEqual(untimed(await folder.files()), untimed({ ...THREE_CELLS }));
  });

  it("a checkout under an unedited notebook is shown, with the cells it adds and takes away", async () => {
    folder = await makeFolder();
    const git = (...args: readonly string[]) =>
      execFileSync("git", ["-C", folder.path, "-c", "user.name=T", "-c", "user.email=t@example.org", ...args]);
    git("init", "--quiet", "--initial-branch=main");
    git("add", "cells", "notebook.toml");
    git("commit", "--quiet", "-m", "one");
    git("checkout", "--quiet", "-b", "other");
    await folder.write("cells/load.py", "x = 'other'\n");
    await folder.write("cells/more.py", "x\n");
    const toml = THREE_CELLS["notebook.toml"] ?? "";
    await folder.write("notebook.toml", `${toml}\n[[cells]]\nid = "more"\nfile = "more.py"\norder = 3\n`);
    git("add", "cells", "notebook.toml");
    git("commit", "--quiet", "-m", "two");
    const document = await openNotebook(folder);
    await unique(document, 4);
    git("checkout", "--quiet", "main");
    assert.deepEqual(await unique(document, 3), ["intro", "load", "use"]);
    await until("the text of main is shown", () => document.cellAt(1).document.getText() === "x = 20");
    assert.equal(document.isDirty, false);
    await setText(document.cellAt(1), "x = 21");
    assert.equal(await document.save(), true);
    assert.equal(await folder.text("cells/load.py"), "x = 21\n");
  });
});
