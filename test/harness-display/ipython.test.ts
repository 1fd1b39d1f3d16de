/** Objects and functions of IPython.display, in an environment that has IPython and runs no shell. */
import assert from "node:assert/strict";
import { pandasOnlyPython, plainPython } from "./environments.ts";
import type { Rig } from "./rig.ts";
import { makeRig, mimes, text } from "./rig.ts";

describe("IPython.display", function () {
  this.timeout(120_000);
  let rig: Rig;
  before(async () => {
    rig = await makeRig();
  });
  after(() => rig.dispose());

  it("shows its objects in the cell", async () => {
    const shown = await rig.show(
      await pandasOnlyPython(),
      `
from IPython.display import HTML, JSON, Latex, Markdown, SVG, Image, display as show, update_display, clear_output
show(HTML("<b>"), Markdown("# m"), Latex("$x$"), JSON({"a": 1}), SVG("<svg></svg>"))
show(Image(data=b"\\x89PNG\\r\\n\\x1a\\n" + b"0" * 20))
handle = show("first", display_id=True)
handle.update("second")
update_display("third", display_id=handle.display_id)
clear_output(wait=True)
HTML("<i>")`,
    );
    assert.deepEqual(
      mimes(shown).map((types) => types[0]),
      [
        "text/html",
        "text/markdown",
        "text/latex",
        "application/json",
        "image/svg+xml",
        "image/png",
        "text/plain",
        "text/plain",
        "text/plain",
        "text/html",
      ],
    );
    assert.ok(mimes(shown).every((types) => types.at(-1) === "text/plain"));
    assert.deepEqual(
      shown.displays.slice(6, 9).map(({ id, update }) => [id, update]),
      [
        ["display-1", false],
        ["display-1", true],
        ["display-1", true],
      ],
    );
    assert.equal(text(shown, 9, "text/html"), "<i>");
    assert.deepEqual(shown.clears, [true]);
    assert.equal(shown.printed, "");
  });

  it("works when it was loaded before the cell, and for bundles published directly", async () => {
    const shown = await rig.show(
      await pandasOnlyPython(),
      `
import IPython.display
# --- next cell
IPython.display.display(1)
from IPython.core.display_functions import publish_display_data
publish_display_data({"text/html": "<p>", "text/plain": "p"})`,
    );
    assert.deepEqual(mimes(shown), [["text/plain"], ["text/html", "text/plain"]]);
  });

  it("is not made up where it is not installed", async () => {
    await assert.rejects(rig.show(await plainPython(), "import IPython"), /ModuleNotFoundError/);
  });
});
