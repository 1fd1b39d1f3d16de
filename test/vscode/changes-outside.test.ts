/** A file that a result rests on changes while its notebook is open: the status under the cell says so by itself. */
import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { testPython } from "../harness/python-env.ts";
import { type NotebookPage, notebookPage } from "./notebook-page.ts";
import { keepScreenshot } from "./rig/browser.ts";
import { sharedRig, useTheme } from "./rig/shared.ts";
import { type SmallNotebook, smallNotebook } from "./small.ts";

describe("a change outside of an open notebook", function () {
  this.timeout(180_000);
  let folder: SmallNotebook;
  let page: Page;
  let notebook: NotebookPage;

  before(async () => {
    folder = await smallNotebook("Outside", {
      read: '# @name read\nrows = len(open("data/rows.csv").readlines())\n',
      size: '# @name size\nimport os\nsize = os.path.getsize("data/rows.csv")\n',
      there: '# @name there\nimport os\nprint(os.path.exists("extra.csv"))\n',
      helped: "# @name helped\nfrom tools.helper import twice\nprint(twice(3))\n",
    });
    for (const name of ["data", "tools"]) await mkdir(join(folder.folder, name));
    await folder.write("data/rows.csv", "a,b\n1,2\n");
    await folder.write("tools/helper.py", "def twice(n):\n    return 2 * n\n");
    await folder.write(".vscode/settings.json", JSON.stringify({ "strata.python": await testPython() }));
    page = await (await sharedRig()).openPage(folder.folder);
    notebook = notebookPage(page);
    await notebook.runAll();
    for (const name of ["read", "size", "there", "helped"]) await notebook.status(`# @name ${name}`, /fresh/);
  });
  after(async () => {
    await page?.close();
    await folder?.dispose();
  });
  afterEach(async function () {
    if (this.currentTest?.state === "failed") await keepScreenshot(page, "vscode/failed-outside");
  });

  it("in a file that is read, or only asked about, makes stale what rests on it", async () => {
    await folder.write("data/rows.csv", "a,b\n1,2\n3,4\n");
    await notebook.status("# @name read", /stale/);
    await notebook.status("# @name size", /stale/);
    await notebook.status("# @name there", /fresh/);
    await (await notebook.cell("# @name size")).locator(".cell-status-item", { hasText: "stale" }).first().hover();
    await page.locator(".monaco-hover:visible").first().waitFor();
    await keepScreenshot(page, "vscode/outside-asked");
  });

  it("that is taken back, or a file that comes and goes, too", async () => {
    await folder.write("data/rows.csv", "a,b\n1,2\n");
    await notebook.status("# @name read", /fresh/);
    await notebook.status("# @name size", /fresh/);
    await folder.write("extra.csv", "");
    await notebook.status("# @name there", /stale/);
    await rm(join(folder.folder, "extra.csv"));
    await notebook.status("# @name there", /fresh/);
  });

  it("in a module of the folder makes stale the cells that import it", async () => {
    await folder.write("tools/helper.py", "def twice(n):\n    return n + n + 0\n");
    await notebook.status("# @name helped", /stale/);
    await notebook.status("# @name read", /fresh/);
    await useTheme(page, "dark");
    await (await notebook.cell("# @name helped"))
      .locator(".cell-statusbar-container .cell-status-item")
      .first()
      .hover();
    await page.locator(".monaco-hover:visible").first().waitFor();
    await keepScreenshot(page, "vscode/outside-module-dark");
  });
});
