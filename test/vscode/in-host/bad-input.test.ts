/** Folders that are not as they should be: a clear message, and no byte lost. */
import assert from "node:assert/strict";
import * as vscode from "vscode";
import {
  closeAll,
  type Folder,
  idsOf,
  makeFolder,
  notebookOf,
  openNotebook,
  setText,
  THREE_CELLS,
  until,
} from "./support.ts";

interface Case {
  readonly name: string;
  readonly files: Readonly<Record<string, string | Uint8Array>>;
  /** Opens as a notebook with this problem; otherwise as text. */
  readonly problem?: { readonly code: string; readonly file: string };
}

const toml = THREE_CELLS["notebook.toml"] ?? "";
const big = `x = [\n${`  "${"a long line, ".repeat(400)}",\n`.repeat(1000)}]\n`;

const cases: readonly Case[] = [
  { name: "a torn notebook.toml", files: { ...THREE_CELLS, "notebook.toml": toml.slice(0, toml.indexOf("load.py")) } },
  { name: "a notebook.toml of another program", files: { "notebook.toml": 'title = "not ours"\n' } },
  {
    name: "a missing cell file",
    files: Object.fromEntries(Object.entries(THREE_CELLS).filter(([file]) => file !== "cells/use.py")),
    problem: { code: "cell-file-missing", file: "cells/use.py" },
  },
  {
    name: "a cell that is not UTF-8",
    files: { ...THREE_CELLS, "cells/use.py": Uint8Array.from([0x78, 0x20, 0x3d, 0x20, 0xff, 0xfe, 0x0a]) },
    problem: { code: "cell-not-utf8", file: "cells/use.py" },
  },
];

describe("folders that are not as they should be", () => {
  let folder: Folder;
  afterEach(async () => {
    await closeAll();
    await folder.dispose();
  });

  for (const { name, files, problem } of cases) {
    it(`${name} ${problem ? "opens, and says what is wrong" : "opens as text"}`, async () => {
      folder = await makeFolder(files);
      const before = await folder.files();
      if (problem) {
        const document = await openNotebook(folder);
        const found = await until("the problem is shown", () =>
          vscode.languages.getDiagnostics().find(([, list]) => list.some(({ code }) => code === problem.code)),
        );
        const own = document.getCells().some((cell) => cell.document.uri.toString() === found[0].toString());
        assert.ok(own || found[0].path.endsWith(problem.file), found[0].toString());
      } else {
        await vscode.commands.executeCommand("vscode.open", folder.uri("notebook.toml"));
        await until("the text is shown", () => {
          const { activeTextEditor: editor } = vscode.window;
          return editor?.document.uri.fsPath === folder.uri("notebook.toml").fsPath && editor;
        });
        assert.equal(notebookOf(folder), undefined);
      }
      assert.deepEqual(await folder.files(), before);
    });
  }

  it("a save beside a cell that is not UTF-8 leaves its bytes alone", async () => {
    const bytes = Uint8Array.from([0x78, 0xff, 0x0a]);
    folder = await makeFolder({ ...THREE_CELLS, "cells/use.py": bytes });
    const document = await openNotebook(folder);
    await setText(document.cellAt(1), "x = 1");
    assert.equal(await document.save(), true);
    assert.deepEqual(new Uint8Array(await vscode.workspace.fs.readFile(folder.uri("cells/use.py"))), bytes);
  });

  it("a notebook that becomes torn while open says so, and the save keeps the file as it is", async () => {
    folder = await makeFolder();
    const document = await openNotebook(folder);
    const torn = toml.slice(0, toml.indexOf("load.py"));
    await folder.write("notebook.toml", torn);
    await until(
      "it says so",
      () => document.cellCount === 1 && document.cellAt(0).document.getText().includes("cannot be opened"),
    );
    await setText(document.cellAt(0), "typed over it");
    assert.equal(await document.save().then(undefined, () => false), false);
    assert.equal(await folder.text("notebook.toml"), torn);
    await vscode.commands.executeCommand("workbench.action.files.revert");
    await folder.write("notebook.toml", toml);
    await until("it is back", () => idsOf(document).join() === "intro,load,use");
  });

  it("a cell of 5 MB opens and is saved whole", async () => {
    folder = await makeFolder({ ...THREE_CELLS, "cells/load.py": big });
    const document = await openNotebook(folder);
    assert.equal(document.cellAt(1).document.getText().length, big.length - 1);
    await setText(document.cellAt(2), "x + 2");
    assert.equal(await document.save(), true);
    assert.equal(await folder.text("cells/load.py"), big);
  });
});
