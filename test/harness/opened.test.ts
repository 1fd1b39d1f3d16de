/** What pyarrow, polars, SQLite and their like open without Python's help is an input all the same. */
import assert from "node:assert/strict";
import { mkdtemp } from "node:fs/promises";
import { join } from "node:path";
import type { Observation } from "../../extension/core/store/model.ts";
import { sciencePython } from "./python-env.ts";
import { bind, createRig, INSIDE, type OkResult, type Rig } from "./rig.ts";

const seen = (result: OkResult): readonly string[] =>
  result.observed
    .filter((item) => item.kind !== "ambient")
    .map(brief)
    .sort();
const brief = (item: Observation): string =>
  `${item.kind} ${"path" in item ? item.path : "name" in item ? item.name : ""}`;

for (const kind of INSIDE) {
  describe(`files that compiled code opens by itself (${kind})`, function () {
    this.timeout(60_000);
    let rig: Rig;
    let outside: string;
    before(async () => {
      rig = await createRig(await sciencePython(), kind);
      outside = await mkdtemp(join(rig.folder, "../elsewhere-"));
      await rig.ok(`import polars as pl
from pathlib import Path
frame = pl.DataFrame({'a': [1, 2]})
for place in ('a', 'sub/deep/b', 'parts/one', 'parts/two', 'unread', '${outside}/c', '${outside}/d'):
    Path(place).parent.mkdir(parents=True, exist_ok=True)
    frame.write_parquet(f'{place}.parquet')`);
    });
    after(() => rig.dispose());

    const READS: readonly (readonly [what: string, source: string, found: readonly string[]])[] = [
      ["polars", "import polars as pl\npl.read_parquet('a.parquet')", ["file a.parquet"]],
      [
        "a lazy frame",
        "import polars as pl\npl.scan_parquet('sub/deep/b.parquet').collect()",
        ["file sub/deep/b.parquet"],
      ],
      [
        "a pattern",
        "import polars as pl\npl.read_parquet('parts/*.parquet')",
        ["directory parts", "file parts/one.parquet", "file parts/two.parquet"],
      ],
      ["pyarrow", "import pyarrow.parquet as pq\nname = 'a'\npq.read_table(f'{name}.parquet')", ["file a.parquet"]],
      ["pandas", "import pandas as pd\npd.read_parquet('a.parquet')", ["file a.parquet"]],
      ["SQLite", "import sqlite3\nsqlite3.connect('file:a.parquet?mode=ro', uri=True).close()", ["file a.parquet"]],
      ["no file", "import polars, pyarrow, sqlite3, pandas", []],
      [
        "no file that is written",
        "import polars as pl\npl.DataFrame({'a': [1]}).write_parquet('new.parquet')",
        ["written new.parquet"],
      ],
      [
        "no file that another process writes while a cell only reads",
        "import polars as pl, subprocess\nsubprocess.run(['touch', 'touched.parquet'])\npl.read_parquet('a.parquet')",
        ["file a.parquet"],
      ],
    ];
    for (const [what, source, found] of READS) {
      it(`are inputs: ${what}`, async () => {
        assert.deepEqual(seen(await rig.ok(source)), found);
      });
    }

    it("are inputs outside the folder too, where the cell or its inputs name them", async () => {
      const literal = await rig.ok(`import polars as pl\npl.read_parquet('${outside}/c.parquet')`);
      assert.deepEqual(seen(literal), [`file ${outside}/c.parquet`]);
      const given = await rig.ok(`from pathlib import Path\nroot = Path('${outside}')`);
      const imports = { kind: "import" as const, name: "pl", statement: "import polars as pl" };
      const below = await rig.ok("pl.read_parquet(f'{root}/d.parquet')", { bindings: [imports, ...bind(given)] });
      assert.deepEqual(seen(below), [`file ${outside}/d.parquet`]);
    });

    it("are those that the cell names, where the system does not tell", async () => {
      const blind = "import sys\nsys.platform = 'elsewhere'\nimport sqlite3\nsqlite3.connect('a.parquet').close()";
      assert.deepEqual(seen(await rig.ok(blind)), ["file a.parquet"]);
    });

    it("are looked for without anything of it being seen by the cell", async () => {
      const script = "import sys\nimport sqlite3\nprint('ctypes' in sys.modules, '_ctypes' in sys.modules)";
      assert.equal((await rig.ok(script)).stdout, "False False\n");
    });
  });
}
