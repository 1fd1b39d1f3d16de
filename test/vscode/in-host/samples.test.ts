/** In a real VS Code: results that are one sample of many are drawn anew on demand, and magics say what they do. */
import assert from "node:assert/strict";
import * as vscode from "vscode";
import { closeAll, type Folder, makeFolder, openNotebook, until } from "./support.ts";

const FILES: Readonly<Record<string, string>> = {
  "notebook.toml": [
    'notebook_id = "samples"',
    'name = "Samples"',
    ...["clock", "fixed", "magics"].flatMap((id, order) => [
      "",
      "[[cells]]",
      `id = "${id}"`,
      `file = "${id}.py"`,
      `order = ${order}`,
    ]),
    "",
  ].join("\n"),
  "cells/clock.py": "import time\nprint(time.time_ns())\n",
  "cells/fixed.py": "%time x = 1\nprint('fixed')\n",
  "cells/magics.py": "%load_ext autoreload\n%whos\n",
};

describe("samples and magics", function () {
  this.timeout(120_000);
  let folder: Folder;

  before(() =>
    vscode.workspace.getConfiguration("strata").update("python", "python3", vscode.ConfigurationTarget.Global),
  );
  after(() =>
    vscode.workspace.getConfiguration("strata").update("python", undefined, vscode.ConfigurationTarget.Global),
  );
  afterEach(async () => {
    await closeAll();
    await folder.dispose();
  });

  it("Refresh Samples runs what depends on the clock anew, and nothing else", async () => {
    folder = await makeFolder({ ...FILES, "cells/fixed.py": "print('fixed')\n" });
    const document = await openNotebook(folder);
    const [clock, fixed] = [document.cellAt(0), document.cellAt(1)];
    const printed = (cell: vscode.NotebookCell): string =>
      cell.outputs
        .flatMap((output) => output.items)
        .filter((item) => item.mime.endsWith("stdout"))
        .map((item) => new TextDecoder().decode(item.data))
        .join("");
    await vscode.commands.executeCommand("notebook.execute");
    await until("both have run", () => [clock, fixed].every((cell) => cell.executionSummary?.success === true));
    const [first, order] = [printed(clock), fixed.executionSummary?.executionOrder];
    await vscode.commands.executeCommand("notebook.execute");
    assert.equal(printed(clock), first, "a sample is reused like any other result");
    await vscode.commands.executeCommand("strata.refreshSamples");
    await until("the clock was read again", () => printed(clock) !== "" && printed(clock) !== first);
    assert.equal(fixed.executionSummary?.executionOrder, order);
  });

  it("a magic without effect is noted on its line, one that cannot be is an error on its line", async () => {
    folder = await makeFolder(FILES);
    const document = await openNotebook(folder);
    const { uri } = document.cellAt(2).document;
    const found = await until("there are two", () => {
      const all = vscode.languages.getDiagnostics(uri);
      return all.length === 2 ? all : undefined;
    });
    const { Information: information, Error: error } = vscode.DiagnosticSeverity;
    assert.deepEqual(found.map(({ range, severity }) => [range.start.line, severity]).toSorted(), [
      [0, information],
      [1, error],
    ]);
    assert.match(found.find(({ severity }) => severity === error)?.message ?? "", /^“%whos” is about a session/);
    // The functions that stand for a magic are nobody's names.
    assert.deepEqual(vscode.languages.getDiagnostics(document.cellAt(1).document.uri), []);
  });
});
