/** Modules that the next cell is expected to import are in place before it is known: a cell that imports others must not see that. */
import assert from "node:assert/strict";
import type { ModalRunner } from "../../extension/host/harness/runner-mode.ts";
import { sciencePython } from "./python-env.ts";
import { createRig, type OkResult, type Options, type Ran, type Rig, RUNNERS } from "./rig.ts";

/** What all cells before have begun with, so that it is expected of the next one. */
const BEFORE = "import numpy as np, pandas as pd\nimport matplotlib.pyplot as plt\nimport os";

/** In a process of its own pyplot loads the backend that is chosen by then. */
const BACKEND = '("strata_harness", "matplotlib.backends", "PIL.features")';

const LOOK = `import sys, os, warnings
print(sorted(name for name in sys.modules if not name.startswith(${BACKEND})))
print([name for name in ("matplotlib.pyplot", "pandas", "numpy") if name in sys.modules and hasattr(sys.modules[name], "__doc__")])
print(hasattr(sys.modules.get("matplotlib"), "pyplot"), sorted(os.environ.items()))
print([(action, kind.__name__, module) for action, _, kind, module, _ in warnings.filters])
print("PANDAS" in os.environ, os.environ.get("KMP_INIT_AT_FORK"))`;

const AFTER: readonly (readonly [what: string, source: string, options?: Options])[] = [
  ["the same", BEFORE],
  ["nothing", "pass"],
  ["a part of it", "import numpy as np"],
  ["another part, after something else", "import json\nimport pandas"],
  ["the same in another order", "import matplotlib.pyplot, pandas\nimport numpy"],
  ["the same and more", `${BEFORE}\nimport decimal, polars`],
  ["more before it", `import polars, xml.dom\n${BEFORE}`],
  ["names from it", "from numpy import array\nfrom matplotlib import pyplot\nimport pandas as pd"],
  ["the same after a statement", `print("first")\n${BEFORE}`],
  ["a look in between", 'import numpy\nimport sys\nprint("pandas" in sys.modules)\nimport pandas, matplotlib.pyplot'],
  [
    "a module that is not there",
    "import numpy\ntry:\n    import not_there\nexcept ImportError as e: print(e)\nimport pandas",
  ],
  ["what only computes", "x = [n * n for n in range(3)]\nprint(x)"],
  [
    "it by inputs",
    "print(np.arange(3).sum())",
    { bindings: [{ kind: "import", name: "np", statement: "import numpy as np" }] },
  ],
  ["a module of the folder before it", `import looks\n${BEFORE}\nprint(looks.seen)`],
];

(RUNNERS.includes("zygote") ? describe : describe.skip)("modules in place for the cell that is expected", function () {
  this.timeout(120_000);
  let rig: Rig;
  let plain: Rig;
  before(async () => {
    const python = await sciencePython();
    [rig, plain] = await Promise.all([createRig(python, "zygote"), createRig(python, "process")]);
    for (const each of [rig, plain]) {
      await each.file(
        "looks.py",
        'import sys\nseen = [n for n in ("numpy", "pandas", "matplotlib") if n in sys.modules]\n',
      );
    }
  });
  after(() => Promise.all([rig.dispose(), plain.dispose()]));

  /** Both children that wait were made for the text above. */
  async function expectIt(): Promise<void> {
    const runner = rig.runner as ModalRunner;
    for (let round = 0; round < 3; round += 1) {
      await rig.ok(BEFORE);
      while (runner.processes().spares.length < 2) await new Promise((go) => setTimeout(go, 10));
    }
  }

  function seen({ result, stdout }: Ran & OkResult): unknown {
    assert.ok(result.status === "ok");
    const { durationMs: _, values, ...rest } = result;
    // What a library looks for when it is loaded, a process of its own looks for in each cell.
    const observed = result.observed.filter(({ kind }) => kind === "ambient" || kind === "environ");
    const text = (value: unknown): unknown =>
      JSON.parse(JSON.stringify(value).replaceAll(/strata-harness-\w+/g, "ROOT"));
    return text({ ...rest, observed, stdout, values: values.map(({ variables }) => variables) });
  }

  for (const [what, source, options = {}] of AFTER) {
    it(`are not seen by a cell that imports ${what}`, async () => {
      await expectIt();
      const [here, there] = await Promise.all([rig, plain].map((each) => each.ok(`${source}\n${LOOK}`, options)));
      assert.ok(here !== undefined && there !== undefined);
      assert.deepEqual(seen(here), seen(there));
    });
  }
});
