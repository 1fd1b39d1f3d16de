/** Running in a real VS Code with real Python: outputs, errors, what cannot run, interruption, and results kept over a reopening. */
import assert from "node:assert/strict";
import * as vscode from "vscode";
import { at, closeAll, type Folder, makeFolder, openNotebook, setText, until } from "./support.ts";

type Sources = readonly (readonly [id: string, source: string, language?: string])[];

function notebookFiles(sources: Sources): Record<string, string> {
  const entries = sources.map(([id, , language = "python"], order) =>
    [`[[cells]]`, `id = "${id}"`, `file = "${id}.py"`, `language = "${language}"`, `order = ${order}`, ""].join("\n"),
  );
  return {
    "notebook.toml": ['notebook_id = "run"', 'name = "Run"', "", ...entries].join("\n"),
    ...Object.fromEntries(sources.map(([id, source]) => [`cells/${id}.py`, `${source}\n`])),
  };
}

function textOf(cell: vscode.NotebookCell, mime?: RegExp): string {
  return cell.outputs
    .flatMap((output) => output.items)
    .filter((item) => mime === undefined || mime.test(item.mime))
    .map((item) => new TextDecoder().decode(item.data))
    .join("");
}

describe("running a notebook", function () {
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

  async function open(sources: Sources): Promise<vscode.NotebookDocument> {
    folder = await makeFolder(notebookFiles(sources));
    return await openNotebook(folder);
  }

  const runAll = () => vscode.commands.executeCommand("notebook.execute");

  it("shows text, values and results in order, and leaves the document clean", async () => {
    const document = await open([
      ["a", 'import sys\nprint("one")\nprint("two", file=sys.stderr)\nx = 40'],
      ["b", "x + 2"],
    ]);
    await runAll();
    const [a, b] = [document.cellAt(0), document.cellAt(1)];
    await until("the second has run", () => b.executionSummary?.success === true);
    assert.equal(textOf(a, /stdout$/), "one\n");
    assert.equal(textOf(a, /stderr$/), "two\n");
    assert.match(textOf(b, /^text\/plain$/), /^42/);
    assert.equal(document.isDirty, false);
    const numbers = [a, b].map((cell) => cell.executionSummary?.executionOrder);
    await runAll();
    await until("both are reused", () => [a, b].every((cell) => cell.executionSummary?.success === true));
    assert.deepEqual(
      [a, b].map((cell) => cell.executionSummary?.executionOrder),
      numbers,
    );
  });

  it("an error is an error with its traceback, and what needs the cell does not run and does not fail", async () => {
    const document = await open([
      ["bad", "def divide(n):\n    return 1 / n\n\nx = divide(0)"],
      ["below", "x + 1"],
      ["apart", "'independent'"],
    ]);
    await runAll();
    const [bad, below, apart] = [document.cellAt(0), document.cellAt(1), document.cellAt(2)];
    await until("the failure is shown", () => bad.executionSummary?.success === false);
    await until("the independent cell has run", () => apart.executionSummary?.success === true);
    const error = JSON.parse(textOf(bad, /notebook\.error$/)) as { name: string; message: string; stack: string };
    assert.equal(error.name, "ZeroDivisionError");
    assert.match(error.stack, /return 1 \/ n/);
    assert.notEqual(below.executionSummary?.success, false);
    assert.equal(textOf(below), "");
  });

  for (const [language, source] of [["sql", "# @sql connection=main\nselect 1"]] as const) {
    it(`a ${language} cell says plainly that it does not run yet`, async () => {
      const document = await open([
        ["x", "x = 1"],
        ["other", source, language],
      ]);
      await runAll();
      const cell = document.cellAt(1);
      await until("it says so", () => textOf(cell).startsWith("Not run. "));
      assert.notEqual(cell.executionSummary?.success, false);
    });
  }

  it("interrupt ends what runs, more than once, and the notebook runs again", async () => {
    const document = await open([["loop", "import time\nprint('started', flush=True)\ntime.sleep(600)"]]);
    const cell = document.cellAt(0);
    for (let time = 0; time < 2; time++) {
      const running = runAll();
      await until(
        "it runs",
        () => textOf(cell, /stdout$/).includes("started") && cell.executionSummary?.timing?.endTime === undefined,
      );
      await vscode.commands.executeCommand("notebook.cancelExecution");
      await running;
      await until("it has ended", () => cell.executionSummary?.success === false);
      await vscode.commands.executeCommand("notebook.clearAllCellsOutputs");
    }
    await setText(cell, "1 + 1");
    await runAll();
    await until("the new code has run", () => /^2/.test(textOf(cell, /^text\/plain$/)));
  });

  it("shows its results again when it is opened again, before anything runs", async () => {
    await open([["a", "print('kept')\n40 + 2"]]);
    await runAll();
    await closeAll();
    const document = await openNotebook(folder);
    const cell = document.cellAt(0);
    assert.equal(textOf(cell, /stdout$/), "kept\n");
    assert.match(textOf(cell, /^text\/plain$/), /^42/);
    assert.equal(document.isDirty, false);
  });

  it("shows the earlier result when an edit is taken back, without running", async () => {
    const document = await open([["a", "40 + 2"]]);
    const cell = document.cellAt(0);
    await runAll();
    await setText(cell, "40 + 3");
    await runAll();
    await until("the new result is shown", () => /^43/.test(textOf(cell, /^text\/plain$/)));
    await setText(cell, "40 + 2");
    await until("the earlier result is shown", () => /^42/.test(textOf(cell, /^text\/plain$/)));
  });

  it("warns of names that no cell above defines, and of directives that are malformed", async () => {
    const document = await open([
      ["a", "total = 1"],
      ["b", "# @timeout soon\ntotl + later + len([])"],
      ["c", "later = 2"],
    ]);
    const found = await until("both names are reported", () => {
      const list = vscode.languages
        .getDiagnostics(document.cellAt(1).document.uri)
        .filter(({ source }) => source === "Strata");
      return list.length >= 3 && list;
    });
    const messages = found.map(({ message }) => message).join("\n");
    assert.match(messages, /“totl”. Did you mean “total”\?/);
    assert.match(messages, /“later”\. c, further down, does/);
    assert.doesNotMatch(messages, /“len”/);
    assert.equal(at(found, 0).source, "Strata");
  });
});
