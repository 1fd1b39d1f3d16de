/** Cells that can only compute: which are told to be such, and that they give what the long way gives. */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { testPython } from "./python-env.ts";
import { createRig, harness, type Rig, RUNNERS } from "./rig.ts";

const PURE = [
  "x = 1 + 1",
  "n = 100\nrate = 0.5e-3\nnames = ['a', \"b\"]\n",
  "[i * i for i in range(10) if i % 2]",
  "total = 0\nfor k, v in {'a': 1}.items():\n    total += v\nelse:\n    total = -total\nprint(f'{total:>5}', sep='')",
  "words = 'to be or not'.split()\nsorted(set(words), key=len)",
  "given['a'].append(3)",
  "x = given\nx is not None",
  "while n_rows > 3:\n    n_rows -= 1\n    if n_rows == 4: break",
  "(y := 3) + 0x1f + 1_000",
  "str(3) + bytes([65]).hex()",
  "",
  "# nothing",
];
const NOT_PURE = [
  "import os",
  "open('f')",
  "x = __import__('os')",
  "().__class__",
  "given.real_",
  "'{}'.encode()",
  "str(b'a', 'idna')",
  "str(*[b'a', 'idna'])",
  "f = str\nf(b'a', 'idna')",
  "list(map(str, [b'a'], ['idna']))",
  "(i for i in range(3)).gi_frame",
  "def f(): pass",
  "lambda: 1",
  "class A: pass",
  "global x\nx = 1",
  "unknown + 1",
  "input()",
  "display(1)",
  "id(3)",
  "eval('1')",
  "getattr(given, 'x')",
  "open = 1\nopen",
  "__name__ = 'a'",
  "given is x2\nx2 = 1",
  "'a' is 'a'",
  "x = '\\d'",
  "1if 1else 2",
  "0xfor 1",
  "[1]['a']",
  "~True",
  "given.x = 1",
  "del given",
  "try:\n    1\nexcept E: pass",
  "await given",
  "with given: pass",
  "x: int = 3",
  "assert given",
  "from __future__ import annotations",
  "n = 1 +",
];

describe("a cell that can only compute", function () {
  this.timeout(60_000);

  const told = async (sources: readonly string[]): Promise<readonly (boolean | null)[]> => {
    const script = `
import json, sys, warnings
sys.path.insert(0, sys.argv[1])
warnings.simplefilter("error")
from strata_harness.parsed import parsed
from strata_harness.pure import pure_cell
def told(source):
    job = {"source": source, "own_definitions": {}, "own_imports": [], "definitions": {}, "ambient": {}, "bindings": []}
    # Inputs are looked at one by one elsewhere; here each stands for a list or a number.
    import strata_harness.pure as pure
    pure._plain = lambda content, digest: True
    job["bindings"] = [{"kind": "value", "name": name, "digest": "d", "variable": name} for name in ("given", "n_rows")]
    tree = parsed(source)
    cell = tree and pure_cell(job, None, tree)
    return cell and cell.brief
print(json.dumps([told(source) for source in json.loads(sys.argv[2])]))`;
    const { stdout } = await promisify(execFile)(await testPython(), ["-c", script, harness, JSON.stringify(sources)]);
    return JSON.parse(stdout);
  };

  it("is told from its text, with no warning while it is looked at", async () => {
    const all = [...PURE, ...NOT_PURE];
    const found = await told(all);
    assert.deepEqual(
      all.filter((_, at) => found[at] !== null),
      PURE,
    );
  });

  it("says that it has begun unless it is done at once, however large its inputs", async () => {
    const brief = [
      "x = 1 + 1",
      "x = n_rows / 2",
      "names = ['a', given]",
      "f'{given} of {n_rows}'",
      "x = -1 if given else 2",
      "",
    ];
    const longer = [
      "given * n_rows",
      "2 ** n_rows",
      "1 << n_rows",
      "'%9999999d' % 1",
      "f'{n_rows:999999999}'",
      "sum(given)",
      "[x for x in given]",
      "for x in given: pass",
      "while True: pass",
      "given += given",
      ...[`x = given\n${"x = x + x\n".repeat(9)}`],
    ];
    assert.deepEqual(
      (await told([...brief, ...longer])).map((found) => found === true),
      [...brief, ...longer].map((source) => brief.includes(source)),
    );
  });

  for (const kind of RUNNERS) {
    describe(`run in the short way (${kind})`, () => {
      let rig: Rig;
      before(async () => {
        rig = await createRig(await testPython(), kind);
      });
      after(() => rig.dispose());

      it("has the result that it has in the long way", async () => {
        const made = await rig.ok("given = {'a': [1, 2]}\nn_rows = 7");
        const bindings = made.values.flatMap(({ digest, variables }) =>
          variables.map(({ name }) => ({ kind: "value" as const, name, digest, variable: name })),
        );
        for (const source of PURE) {
          const [short, long] = [
            await rig.ok(source, { bindings }),
            await rig.ok(`assert True\n${source}`, { bindings }),
          ];
          assert.deepEqual({ ...short, result: {}, durationMs: 0 }, { ...long, result: {}, durationMs: 0 }, source);
        }
      });

      it("has the error that it has in the long way", async () => {
        for (const source of ["x = 1\n1 / 0", "[][3]", "len(5)", "print(1, file=3)", "'a' + 1", "n = nn\nnn = 1"]) {
          const [short, long] = [await rig.fails(`\n${source}`), await rig.fails(`assert True\n${source}`)];
          const text = ({ error }: typeof short): string =>
            error.traceback.replace(/^.*\.py", line/gm, "line").replaceAll("<ipython-input>", "");
          assert.equal(text(short), text(long));
          assert.deepEqual([short.stdout, short.stderr], [long.stdout, long.stderr]);
        }
      });

      it("is not run so when an input is more than plain values", async () => {
        const made = await rig.ok("import decimal\nclass Loud:\n    pass\nd = decimal.Decimal(1)");
        const bindings = made.values.flatMap(({ digest, variables }) =>
          variables
            .filter(({ name }) => name === "d")
            .map(({ name }) => ({ kind: "value" as const, name, digest, variable: name })),
        );
        const ran = await rig.ok("e = d + 1\ne", { bindings });
        assert.ok(ran.observed.some((seen) => seen.kind === "ambient" && seen.component === "decimal"));
        assert.match(JSON.stringify(ran.events), /Decimal\('2'\)/);
      });
    });
  }
});
