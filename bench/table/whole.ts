/** A whole small analysis by its command: the first time, with nothing changed, and with one cell changed. */
import { spawnSync } from "node:child_process";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { command } from "./chain.ts";
import { makeNotebook, writeCell } from "./notebook.ts";
import { median, type Row, timed } from "./row.ts";

const ROUNDS = 3;
const CHANGED = 5;
const CELLS = [
  "import numpy as np\nimport pandas as pd\nfrom sklearn.ensemble import RandomForestRegressor",
  "rng = np.random.default_rng(0)\nraw = pd.DataFrame({'shop': rng.integers(0, 50, 200_000), 'day': rng.integers(0, 365, 200_000), 'price': rng.random(200_000)})",
  "clean = raw[raw['price'] > 0.01].sort_values(['shop', 'day'])",
  "daily = clean.groupby(['shop', 'day'])['price'].agg(['mean', 'sum', 'count']).reset_index()",
  "features = daily[['shop', 'day', 'count']].to_numpy()\ntarget = daily['sum'].to_numpy()",
  "model = RandomForestRegressor(n_estimators=10, random_state=0).fit(features, target)",
  "score = round(model.score(features, target), 3)",
  "report = f'{len(clean)} rows, {len(daily)} days, score {score}'\nprint(report)",
];

interface Side {
  /** Writes the notebook with this text in the cell that changes, and forgets every result when it is the first time. */
  readonly prepare: (changed: string, first: boolean) => void;
  readonly run: () => void;
}

export async function whole(python: string): Promise<readonly Row[]> {
  const folder = makeNotebook(CELLS);
  try {
    const sides = {
      strata: strata(folder, python),
      papermill: papermill(folder, python),
      marimo: marimo(folder, python),
    };
    const taken = new Map<string, number[]>();
    for (let round = 0; round < ROUNDS; round += 1) {
      for (const [name, side] of Object.entries(sides)) {
        const note = async (what: string) => {
          const list = taken.get(`${name} ${what}`) ?? [];
          taken.set(`${name} ${what}`, [...list, (await timed(side.run)) / 1000]);
        };
        side.prepare(CELLS[CHANGED] ?? "", true);
        await note("first run");
        side.prepare(CELLS[CHANGED] ?? "", false);
        await note("nothing changed");
        side.prepare((CELLS[CHANGED] ?? "").replace("n_estimators=10", `n_estimators=${11 + round}`), false);
        await note("one cell changed");
      }
    }
    const of = (key: string) => median(taken.get(key) ?? []);
    return ["papermill", "marimo"].flatMap((other) =>
      ["first run", "nothing changed", "one cell changed"].map((what) => ({
        what: `whole notebook, ${what}`,
        against: other === "marimo" ? "marimo, cell cache on" : other,
        unit: "s" as const,
        ours: of(`strata ${what}`),
        theirs: of(`${other} ${what}`),
        target: { times: 1 },
      })),
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function strata(folder: string, python: string): Side {
  return {
    prepare(changed, first) {
      if (first) rmSync(join(folder, ".strata"), { recursive: true, force: true });
      writeCell(folder, CHANGED, changed);
    },
    run: () => command(["run", folder, "--python", python, "--quiet"]),
  };
}

function papermill(folder: string, python: string): Side {
  const [input, output] = [join(folder, "in.ipynb"), join(folder, "out.ipynb")];
  return {
    prepare(changed) {
      const cells = CELLS.map((source, at) => ({
        cell_type: "code",
        execution_count: null,
        id: `c${at}`,
        metadata: {},
        outputs: [],
        source: at === CHANGED ? changed : source,
      }));
      const kernelspec = { name: "python3", display_name: "Python 3", language: "python" };
      writeFileSync(input, JSON.stringify({ cells, metadata: { kernelspec }, nbformat: 4, nbformat_minor: 5 }));
    },
    run: () => call(python, ["-m", "papermill", "--no-progress-bar", input, output], folder),
  };
}

function marimo(folder: string, python: string): Side {
  const home = join(folder, "marimo");
  return {
    prepare(changed, first) {
      if (first) rmSync(home, { recursive: true, force: true });
      mkdirSync(home, { recursive: true });
      writeFileSync(
        join(home, "pyproject.toml"),
        '[project]\nname = "bench"\nversion = "0"\n[tool.marimo.runtime]\ncache_cells = true\n',
      );
      const cells = CELLS.map((source, at) => {
        const body = (at === CHANGED ? changed : source).split("\n").map((line) => `    ${line}`);
        return `@app.cell\ndef _():\n${body.join("\n")}\n    return\n`;
      });
      writeFileSync(
        join(home, "notebook.py"),
        `import marimo\n\napp = marimo.App()\n\n\n${cells.join("\n\n")}\n\nif __name__ == "__main__":\n    app.run()\n`,
      );
    },
    run: () => call(python, ["-m", "marimo", "export", "html", "notebook.py", "--force", "-o", "out.html"], home),
  };
}

function call(python: string, args: readonly string[], cwd: string): void {
  const ended = spawnSync(python, args, { cwd, encoding: "utf8" });
  if (ended.status !== 0) throw new Error(`${args.join(" ")}: ${ended.stderr}`);
}
