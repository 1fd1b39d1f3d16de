/** Figures of matplotlib, shown without any magic: once, in order, and closed afterwards. */
import assert from "node:assert/strict";
import { sciencePython } from "./environments.ts";
import type { Rig, Shown } from "./rig.ts";
import { bytes, makeRig, mimes, text } from "./rig.ts";

const PICTURE = ["image/png", "text/plain"];
const CELL = "# --- next cell\n";

describe("figures", function () {
  this.timeout(120_000);
  let rig: Rig;
  let python: string;
  let seen: readonly Shown[] = [];
  const starts: number[] = [];
  before(async () => {
    python = await sciencePython();
    rig = await makeRig();
    const cells = stories.flatMap(([, code]) => {
      const [first = "", ...more] = code.split(CELL);
      return [
        `# --- fresh cell\nimport matplotlib.pyplot as plt\n${first}\n`,
        ...more.map((next) => `${CELL}${next}\n`),
      ];
    });
    for (const [number, cell] of cells.entries()) if (!cell.startsWith(CELL)) starts.push(number);
    seen = await rig.cells(python, cells.join("").slice("# --- fresh cell\n".length));
    assert.equal(seen.length, cells.length);
  });
  after(() => rig.dispose());
  const show = (code: string): Promise<Shown> => rig.show(python, `import matplotlib.pyplot as plt\n${code}`);

  /** What each display is: its text, or "picture N", the same number for the same picture. */
  function story(shown: Shown): readonly string[] {
    const known: string[] = [];
    return shown.displays.map((display, number) => {
      const item = display.data.find((each) => each.mime === "image/png");
      if (item === undefined) return text(shown, number);
      assert.ok("digest" in item);
      if (!known.includes(item.digest)) known.push(item.digest);
      return `picture ${known.indexOf(item.digest) + 1}`;
    });
  }

  it("are shown when the cell ends, with no call at all, in the order they were made", async () => {
    const shown = await show(
      "plt.figure(figsize=(2, 1)).add_subplot()\nplt.figure(figsize=(3, 1)).add_subplot()\nprint(plt.get_fignums())",
    );
    assert.deepEqual(mimes(shown), [PICTURE, PICTURE]);
    assert.deepEqual(
      [text(shown, 0), text(shown, 1)],
      ["<Figure size 200x100 with 1 Axes>", "<Figure size 300x100 with 1 Axes>"],
    );
    assert.deepEqual([...bytes(shown, 0, "image/png").subarray(0, 4)], [0x89, 0x50, 0x4e, 0x47]);
    assert.equal(shown.printed, "[1, 2]\n");
  });

  const stories: readonly [name: string, code: string, expected: readonly string[]][] = [
    ["by plt.show() at its place", "plt.plot([1, 2])\nplt.show()\ndisplay('after')", ["picture 1", "'after'"]],
    [
      "anew after plt.show(), which closes them",
      "plt.plot([1, 2])\nplt.show()\nplt.plot([2, 1])\ndisplay('between')",
      ["picture 1", "'between'", "picture 2"],
    ],
    ["once when open and the last expression", "fig = plt.figure()\nplt.plot([1, 2])\nfig", ["picture 1"]],
    [
      "once when shown and then the last expression",
      "fig, ax = plt.subplots()\nax.plot([1])\nplt.show()\nfig",
      ["picture 1"],
    ],
    ["once when displayed and left open", "fig, ax = plt.subplots()\nax.plot([1])\ndisplay(fig)", ["picture 1"]],
    [
      "again when changed after they were displayed",
      "fig, ax = plt.subplots()\nax.plot([1, 2])\ndisplay(fig)\nax.plot([2, 1])",
      ["picture 1", "picture 2"],
    ],
    [
      "as often as they are displayed",
      "fig, ax = plt.subplots()\nax.plot([1])\ndisplay(fig)\ndisplay(fig)",
      ["picture 1", "picture 1"],
    ],
    [
      "by fig.show(), which leaves them open",
      "fig, ax = plt.subplots()\nax.plot([1])\nfig.show()\ndisplay(plt.get_fignums())",
      ["picture 1", "[1]"],
    ],
    [
      "step by step with plt.pause()",
      "for n in (1, 2):\n    plt.plot([n, 0])\n    plt.pause(0.001)\ndisplay(len(plt.gca().lines))",
      ["picture 1", "picture 2", "2"],
    ],
    ["not when nothing was drawn", "plt.figure()\nNone", []],
    ["when empty, if they are the last expression", "plt.figure()", ["picture 1"]],
    ["without the text of what plotting returned", "fig, ax = plt.subplots(1, 2)\nax[0].plot([1])\nax", ["picture 1"]],
    ["not when closed by the cell", "plt.plot([1])\nplt.close('all')", []],
    ["closed when the cell ends", `plt.plot([1])\n${CELL}display(plt.get_fignums())`, ["picture 1", "[]"]],
    [
      "of an earlier cell only when displayed again",
      `fig, ax = plt.subplots()\nax.plot([1, 2])\n${CELL}ax.set_title("changed")\n${CELL}fig`,
      ["picture 1", "Text(0.5, 1.0, 'changed')", "picture 2"],
    ],
    [
      "that come as inputs only when displayed",
      `import pickle\nfig, ax = plt.subplots()\nax.plot([1, 2])\nopen_ = pickle.dumps(fig)\nplt.close()\npickle.loads(open_)\nopened = plt.get_fignums()\nplt.close()\ndisplay(opened)`,
      ["[1]"],
    ],
    [
      "drawn without pyplot",
      "from matplotlib.figure import Figure\nfig = Figure()\nfig.subplots().plot([1])\nfig",
      ["picture 1"],
    ],
    [
      "after an update of their display",
      "fig, ax = plt.subplots()\nh = display(fig, display_id=True)\nax.plot([1])\nh.update(fig)",
      ["picture 1", "picture 2"],
    ],
    // Last, because it changes the process.
    [
      "with a backend chosen by the cell",
      "import matplotlib\nmatplotlib.use('svg')\nplt.plot([1])\nNone",
      ["picture 1"],
    ],
  ];
  for (const [number, [name, , expected]] of stories.entries()) {
    it(`are shown ${name}`, () => {
      const own = seen.slice(starts[number], starts[number + 1]);
      const displays = own.flatMap((cell) => cell.displays);
      assert.deepEqual(story({ ...(own[0] as Shown), displays }), expected);
    });
  }

  it("have the resolution and the background of the figure", async () => {
    const shown = await show(`
for dpi in (50, 100):
    fig, ax = plt.subplots(figsize=(2, 2), dpi=dpi, facecolor="red")
    ax.plot([1])`);
    const [small, large] = [0, 1].map((number) => Buffer.from(bytes(shown, number, "image/png")).readUInt32BE(16));
    assert.ok(small !== undefined && large !== undefined);
    assert.ok(small > 60 && small < 150 && large > 1.7 * small, `${small} and ${large} pixels wide`);
  });

  it("tell why they cannot be drawn, and do not fail the cell", async () => {
    const shown = await show(`fig, ax = plt.subplots(figsize=(1, 1))\nax.set_title("$\\\\broken$")`);
    assert.deepEqual(mimes(shown), [["text/plain"]]);
    assert.match(text(shown, 0), /^<Figure size 100x100 with 1 Axes>\n\[the figure cannot be drawn: ValueError: /);
  });

  it("leave programs that the cell starts with an ordinary backend", async () => {
    const { printed } = await show(`
import subprocess, sys
code = "import matplotlib.pyplot as p; p.plot([1]); print(p.get_backend().lower())"
print(subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip())`);
    assert.equal(printed, "agg\n");
  });
});
