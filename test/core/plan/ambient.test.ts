/** What a cell's text looks as if it did to files: cells that only look do not wait for each other. */
import assert from "node:assert/strict";
import { mayWrite, touchesOutside } from "../../../extension/core/plan/ambient.ts";

const NOTHING = ["x = 1 + 1", "total = sum(values)", "reopened = 3"];
const LOOKS = [
  'open("a.csv")',
  'open(DATA / "a.csv", "r", encoding="utf-8").read()',
  'open(path, mode="rb")',
  'with gzip.open("a.gz") as file:\n    lines = file.readlines()',
  'pd.read_csv("a.csv", sep=";")',
  'pl.scan_parquet("a.parquet")',
  'json.load(open("a.json"))',
  'os.path.getsize("a")',
  'Path("a").read_text()',
  '[p for p in Path("data").glob("*.csv") if p.is_file()]',
  'np.loadtxt("a.txt")',
  'plt.imread("a.png")',
];
const WRITES = [
  'open("a.csv", "w")',
  'open("a.csv", mode="a")',
  'open("a.csv", mode)',
  'open(os.path.join("a", "b"))',
  'shelve.open("a")',
  'Path("a").write_text("")',
  'pd.read_csv("a.csv").to_csv("b.csv")',
  'os.remove("a") if os.path.exists("a") else None',
  'pd.read_sql("select 1", connection)',
  'subprocess.run(["ls"])',
  'requests.get("http://localhost")',
  'sns.load_dataset("iris")',
  'plt.savefig("a.png")',
];

describe("what a cell does to files", () => {
  const reached = (source: string): Parameters<typeof mayWrite>[1] => [{ source }] as never;

  for (const [what, codes, touches, writes] of [
    ["nothing", NOTHING, false, false],
    ["looking", LOOKS, true, false],
    ["maybe writing", WRITES, true, true],
  ] as const) {
    for (const code of codes) {
      it(`${what}: ${code.replaceAll("\n", "⏎")}`, () => {
        assert.deepEqual([touchesOutside(code, []), mayWrite(code, [])], [touches, writes]);
        assert.deepEqual([touchesOutside("f()", reached(code)), mayWrite("f()", reached(code))], [touches, writes]);
      });
    }
  }
});
