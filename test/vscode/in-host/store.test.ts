/** "Show Store" in a real VS Code: the first entry collects what no cell needs. */
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { utimes } from "node:fs/promises";
import { join } from "node:path";
import * as vscode from "vscode";
import { closeAll, makeFolder, openNotebook, until } from "./support.ts";

describe("Show Store", function () {
  this.timeout(60_000);

  it("removes a file that nothing names when that is chosen, and no other", async () => {
    const folder = await makeFolder();
    try {
      const content = join(".strata", "store", "v2", "content", "ab");
      const [orphan, young] = ["c", "d"].map((letter) => join(content, letter.repeat(62))) as [string, string];
      for (const file of [orphan, young]) await folder.write(file, "nobody's");
      const long = new Date(Date.UTC(2020, 0, 1));
      await utimes(join(folder.path, orphan), long, long);
      await openNotebook(folder);
      const shown = vscode.commands.executeCommand("strata.showStore");
      await until("what was chosen is done", async () => {
        // Nothing tells an extension that the list is there: asked until it is.
        await vscode.commands.executeCommand("workbench.action.acceptSelectedQuickOpenItem");
        return !existsSync(join(folder.path, orphan));
      });
      await shown;
      assert.ok(existsSync(join(folder.path, young)));
    } finally {
      await closeAll();
      await folder.dispose();
    }
  });
});
