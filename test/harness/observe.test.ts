import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Observation } from "../../extension/core/store/model.ts";
import { sciencePython, testPython } from "./python-env.ts";
import { bind, createRig, INSIDE, type OkResult, type Rig } from "./rig.ts";

const sha = (text: string) => createHash("sha256").update(text).digest("hex");
const seen = (result: OkResult) => result.observed.filter((item) => item.kind !== "ambient");
const brief = (item: Observation) => `${item.kind} ${"path" in item ? item.path : "name" in item ? item.name : ""}`;

for (const kind of INSIDE)
  describe(`what a run was seen to depend on (${kind})`, function () {
    this.timeout(60_000);
    let rig: Rig;
    before(async () => {
      rig = await createRig(await testPython(), kind);
    });
    after(() => rig.dispose());

    it("reports files read, with size, time and hash, inside and outside the folder", async () => {
      const inside = await rig.file("data.csv", "a,b\n1,2\n");
      const outside = join(rig.folder, "../other.txt");
      await writeFile(outside, "x");
      const result = await rig.ok(
        "open('data.csv').read()\nopen('../other.txt', 'rb').read()\nimport json, csv, sqlite3",
      );
      const info = await stat(inside, { bigint: true });
      assert.deepEqual(
        seen(result).sort((a, b) => (brief(a) < brief(b) ? 1 : -1)),
        [
          { kind: "file", path: "data.csv", size: 8, mtimeNs: String(info.mtimeNs), digest: sha("a,b\n1,2\n") },
          {
            kind: "file",
            path: join(rig.folder, "..", "other.txt"),
            size: 1,
            mtimeNs: String((await stat(outside, { bigint: true })).mtimeNs),
            digest: sha("x"),
          },
        ],
      );
    });

    it("reports files in memory, which are among the devices, and no device", async function () {
      if (!existsSync("/dev/shm")) return this.skip();
      const folder = await mkdtemp("/dev/shm/strata-test-");
      try {
        await writeFile(join(folder, "data.csv"), "1");
        const result = await rig.ok(`open('${folder}/data.csv').read()\nopen('/dev/null').read()`);
        assert.deepEqual(seen(result).map(brief), [`file ${folder}/data.csv`]);
      } finally {
        await rm(folder, { recursive: true });
      }
    });

    it("reports what was not there, what was listed and what was written", async () => {
      await mkdir(join(rig.folder, "many"), { recursive: true });
      await writeFile(join(rig.folder, "many/b.txt"), "");
      await writeFile(join(rig.folder, "many/a.txt"), "");
      const result = await rig.ok(
        "import glob, os, pathlib\ntry: open('absent.txt')\nexcept OSError: pass\nglob.glob('many/*.txt')\nopen('out.txt', 'w').write('hi')\nopen('out.txt').read()\npathlib.Path('gone.txt').write_text('x'); os.remove('gone.txt')\nopen('tmp.x', 'w').close(); os.rename('tmp.x', 'final.x')",
      );
      assert.deepEqual(seen(result).map(brief), [
        "missing absent.txt",
        "directory many",
        "written final.x",
        "written out.txt",
      ]);
      const directory = seen(result).find(({ kind }) => kind === "directory");
      assert.equal(directory?.kind === "directory" && directory.digest, sha("a.txt\0f\nb.txt\0f"));
    });

    it("reports modules of the notebook's folder, also those that an import binding loaded", async () => {
      await rig.file("helper.py", "import deeper\nVALUE = 1\n");
      await rig.file("deeper.py", "X = 2\n");
      // A package of the same name would come first.
      const HELPER = ["file deeper.py", "missing deeper/__init__.py", "file helper.py", "missing helper/__init__.py"];
      const result = await rig.ok("helper.VALUE", {
        bindings: [{ kind: "import", name: "helper", statement: "import helper" }],
      });
      assert.deepEqual(seen(result).map(brief), HELPER);
      await rig.file("config.txt", "1");
      await rig.file("reader.py", "import os\nTEXT = open('config.txt').read()\nos.environ.get('MODE')\n");
      const reading = await rig.ok("reader.TEXT", {
        bindings: [{ kind: "import", name: "reader", statement: "import reader" }],
      });
      assert.deepEqual(seen(reading).map(brief), [
        "file config.txt",
        "file reader.py",
        "missing reader/__init__.py",
        "environ MODE",
      ]);
      const again = await rig.ok("import helper", { ownImports: ["helper"] });
      assert.deepEqual(seen(again).map(brief), HELPER);
    });

    it("reports modules from a folder beside the notebook's that was put on the path", async () => {
      await mkdir(join(rig.folder, "../beside"), { recursive: true });
      const file = join(rig.folder, "../beside/beside_module.py");
      await writeFile(file, "N = 1\n");
      const result = await rig.ok("import sys\nsys.path.append('../beside')\nimport beside_module, fractions");
      assert.deepEqual(seen(result).map(brief), [`file ${file}`, `missing ${file.slice(0, -3)}/__init__.py`]);
    });

    it("reports the environment variables that the cell itself asked for", async () => {
      const result = await rig.ok(
        "import os, subprocess, sys\nos.environ['A']\nos.getenv('B')\nos.environ.get('C', 'x')\n'D' in os.environ\ncopy = dict(os.environ)\nsubprocess.run([sys.executable, '-c', ''], env={**os.environ})\nos.environ['E'] = '1'",
        { environ: { A: "1", C: "3", PATH: process.env.PATH ?? "" } },
      );
      assert.deepEqual(seen(result), [
        { kind: "environ", name: "A", digest: sha("1") },
        { kind: "environ", name: "B", digest: null },
        { kind: "environ", name: "C", digest: sha("3") },
        { kind: "environ", name: "D", digest: null },
      ]);
    });

    it("calls what came over the network a sample", async () => {
      const { sample } = await rig.ok(
        "import socket\ns = socket.socket()\ntry: s.connect(('127.0.0.1', 1))\nexcept OSError: pass\ns.close()\ndel s",
      );
      assert.deepEqual(sample, ["network"]);
      const datagram =
        "import socket\ns = socket.socket(type=socket.SOCK_DGRAM)\ns.sendto(b'?', ('127.0.0.1', 9))\ns.close()\ndel s";
      assert.deepEqual((await rig.ok(datagram)).sample, ["network"]);
      assert.deepEqual((await rig.ok("x = 1")).sample, []);
    });

    it("calls what was drawn from the system's randomness a sample, when the cell itself drew", async () => {
      assert.deepEqual((await rig.ok("import uuid\nprint(uuid.uuid4())", { ownImports: ["uuid"] })).sample, [
        "entropy",
      ]);
      assert.deepEqual(
        (await rig.ok("import secrets, uuid, tempfile\ntempfile.mkdtemp()\nuuid.uuid5(uuid.NAMESPACE_DNS, 'x')"))
          .sample,
        [],
      );
    });
  });

for (const kind of INSIDE)
  describe(`settings that cells share (${kind})`, function () {
    this.timeout(120_000);
    let rig: Rig;
    let science: Rig;
    before(async () => {
      rig = await createRig(await testPython(), kind);
      science = await createRig(await sciencePython(), kind);
    });
    after(() => Promise.all([rig.dispose(), science.dispose()]));

    /** Runs cells one after the other as the engine would, and the same text as one script. */
    async function compare(on: Rig, cells: readonly string[]): Promise<void> {
      let ambient: Record<string, string> = {};
      const said: string[] = [];
      for (const cell of cells) {
        const result = await on.ok(cell, {
          ambient,
          ownImports: [...cell.matchAll(/(?:^|as |import )(\w+)$/gm)].map((m) => m[1] as string),
        });
        ambient = { ...ambient, ...result.ambient };
        said.push(result.stdout);
      }
      const script = await on.ok(cells.join("\n"));
      assert.equal(said.join(""), script.stdout);
    }

    it("carry on as in a script", async () => {
      await compare(rig, [
        "import random\nrandom.seed(5)\nprint(random.random())",
        "import random\nprint(random.random())",
        "import random\nprint(random.random())",
      ]);
      await compare(rig, [
        "import os\nos.environ['X'] = 'y'\nos.environ.pop('HOME', None)",
        "import os\nprint(os.environ['X'], os.environ.get('HOME'))\ndel os.environ['X']",
        "import os\nprint('X' in os.environ)",
      ]);
      await compare(rig, [
        "import os\nos.makedirs('sub', exist_ok=True)\nos.chdir('sub')",
        "import os\nprint(os.getcwd())",
      ]);
      await compare(rig, [
        "import sys\nsys.path.insert(0, '/front')\nsys.path.append('/back')",
        "import sys\nprint(sys.path[0], sys.path[-1], len(sys.path))",
      ]);
      await compare(rig, [
        "import warnings\nwarnings.filterwarnings('error')",
        "import warnings\ntry: warnings.warn('x')\nexcept UserWarning: print('raised')",
      ]);
      await compare(rig, [
        "import decimal\ndecimal.getcontext().prec = 4",
        "import decimal\nprint(decimal.Decimal(1) / 3)",
      ]);
      await compare(rig, [
        "import logging\nlogging.getLogger().setLevel(10)",
        "import logging\nprint(logging.getLogger().level)",
      ]);
    });

    it("of numpy, pandas and matplotlib carry on as in a script", async () => {
      await compare(science, [
        "import numpy as np, pandas as pd\nnp.random.seed(3)\npd.set_option('display.max_rows', 7)\nnp.set_printoptions(precision=2)\nnp.seterr(divide='ignore')\nimport matplotlib\nmatplotlib.rcParams['lines.linewidth'] = 9",
        "import numpy as np\nprint(np.random.rand(2), np.geterr()['divide'])",
        "import numpy as np\nimport pandas as pd\nimport matplotlib\nprint(np.random.rand(), np.array([1 / 3]), pd.get_option('display.max_rows'), matplotlib.rcParams['lines.linewidth'])",
      ]);
    });

    it("are reported when changed, and as what the cell depended on", async () => {
      const first = await rig.ok("import random\nrandom.random()", { ownImports: ["random"] });
      assert.deepEqual(Object.keys(first.ambient), ["random"]);
      const depends = (result: OkResult) =>
        Object.fromEntries(
          result.observed.flatMap((item) => (item.kind === "ambient" ? [[item.component, item.digest]] : [])),
        );
      assert.deepEqual(depends(first), {
        "os.environ": null,
        cwd: null,
        "sys.path": null,
        "sys.limits": null,
        warnings: null,
        random: null,
      });
      const second = await rig.ok("import random", { ambient: first.ambient, ownImports: ["random"] });
      assert.equal("random" in depends(second), false);
      const third = await rig.ok("import random\nrandom.random()", { ambient: first.ambient, ownImports: ["random"] });
      assert.equal(depends(third).random, first.ambient.random);
      assert.notEqual(third.ambient.random, first.ambient.random);
    });

    it("do not seem to change when libraries are only imported", async () => {
      const result = await science.ok(
        "import numpy as np, pandas as pd, pyarrow, polars\nimport matplotlib.pyplot as plt\nimport logging, locale, decimal\npd.DataFrame({'a': [1]}).describe()\nplt.plot([1])",
      );
      assert.deepEqual(result.ambient, {});
    });

    it("do not seem to change when a library of an environment in the notebook's folder is imported", async () => {
      await mkdir(join(rig.folder, ".venv"));
      await rig.file(
        ".venv/loud.py",
        "import os, warnings\nwarnings.filterwarnings('ignore', 'loud')\nos.environ['LOUD'] = '1'\n",
      );
      await rig.file("mine.py", "import warnings\nwarnings.filterwarnings('ignore', 'mine')\n");
      const add = `import sys\nsys.path.append(r'${join(rig.folder, ".venv")}')\n`;
      assert.deepEqual(Object.keys((await rig.ok(`${add}import loud`)).ambient), ["sys.path"]);
      // A module of the notebook's own is the notebook's doing.
      assert.deepEqual(Object.keys((await rig.ok("import mine")).ambient), ["warnings", "module:mine"]);
    });

    it("of generators are seeded from the job when the notebook does not seed them", async () => {
      const draw = async (seed: string) =>
        (await science.ok("import random, numpy as np\nprint(random.random(), np.random.rand())", { seed })).stdout;
      assert.equal(await draw("aa"), await draw("aa"));
      assert.notEqual(await draw("aa"), await draw("ab"));
      const input = await science.ok("import numpy as np\na = np.zeros(2)", { ownImports: ["np"] });
      const bound = async (seed: string) =>
        (await science.ok("import numpy as np\nprint(np.random.rand())", { seed, bindings: bind(input) })).stdout;
      assert.equal(await bound("aa"), await bound("aa"));
      assert.notEqual(await bound("aa"), await bound("ab"));
    });
  });
