/**
 * Each example as its reader uses it, in an environment that uv makes from its lock file: the first run executes all, the
 * second nothing, an edit only what depends on it, its reversal nothing, a comment nothing.
 */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { readdirSync } from "node:fs";
import { promisify } from "node:util";
import { checksums, executed, type JsonRun, strata } from "../cli/rig.ts";
import { copyExample, EXAMPLES, type ExampleCopy } from "./copy.ts";

interface Edit {
  readonly what: string;
  readonly file: string;
  readonly part: string;
  readonly by: string;
  /** The cells that have to run, and no others. */
  readonly runs: readonly string[];
}

const EDITS: Readonly<Record<string, readonly Edit[]>> = {
  tour: [
    {
      what: "a number that much is computed from",
      file: "cells/numbers.py",
      part: "start, step = 3, 5",
      by: "start, step = 3, 6",
      runs: ["numbers", "use", "rebind", "classes", "rich", "last"],
    },
    {
      what: "another way to the same numbers",
      file: "cells/numbers.py",
      part: "range(8)",
      by: "range(0, 8, 1)",
      runs: ["numbers"],
    },
    {
      what: "a function",
      file: "cells/functions.py",
      part: "value + OFFSET for",
      by: "value - OFFSET for",
      runs: ["functions", "use"],
    },
    {
      what: "what a function looks up",
      file: "cells/functions.py",
      part: "OFFSET = 1",
      by: "OFFSET = 2",
      runs: ["functions", "use"],
    },
    {
      what: "how a class is used",
      file: "cells/classes.py",
      part: "Point(index, number)",
      by: "Point(number, index)",
      runs: ["classes", "rich", "last"],
    },
    {
      what: "an annotation",
      file: "cells/environment.py",
      part: "SUBJECT=world",
      by: "SUBJECT=moon",
      runs: ["environment"],
    },
    {
      what: "a file that a cell reads",
      file: "data/notes.txt",
      part: "Cells are files.",
      by: "Cells are files!",
      runs: ["files", "last"],
    },
    { what: "a picture", file: "cells/rich.py", part: "from cell to cell", by: "from here to there", runs: ["rich"] },
    {
      what: "an annotation's order",
      file: "cells/last.py",
      part: "# @after environment",
      by: "# @after environment files",
      runs: [],
    },
    {
      what: "a comment",
      file: "cells/functions.py",
      part: "# Functions and classes",
      by: "# These functions and classes",
      runs: [],
    },
    { what: "text", file: "cells/welcome.md", part: "# A tour of Strata", by: "# Another tour", runs: [] },
  ],
  reviews: [
    {
      what: "a column that no prompt shows, which asks nothing anew",
      file: "data/reviews.csv",
      part: '5,"Even grounds',
      by: '4,"Even grounds',
      runs: ["load", "judge", "topics", "advice"],
    },
    { what: "a comment", file: "cells/advice.py", part: "# @name advice", by: "# @name advice\n# For us.", runs: [] },
  ],
  "data-cleaning": [
    {
      what: "the data",
      file: "data/readings.csv",
      part: "2025-01-01,Harbour,5.7,0.0",
      by: "2025-01-01,Harbour,6.9,0.0",
      runs: ["load", "inspect", "clean", "by_station", "plot", "check"],
    },
    {
      what: "another way to the same data",
      file: "cells/load.py",
      part: '"data/readings.csv"',
      by: '"./data/readings.csv"',
      runs: ["load"],
    },
    {
      what: "a rule that changes no reading",
      file: "cells/rules.py",
      part: "COLDEST, HOTTEST = -40.0, 50.0",
      by: "COLDEST, HOTTEST = -41.0, 50.0",
      runs: ["rules", "clean", "check"],
    },
    {
      what: "how it is cleaned",
      file: "cells/clean.py",
      part: ".clip(lower=0)",
      by: ".clip(lower=0.1)",
      runs: ["clean", "by_station", "plot", "check"],
    },
    {
      what: "how it is grouped",
      file: "cells/by_station.py",
      part: "by_station.round(1)",
      by: "by_station.round(2)",
      runs: ["by_station"],
    },
    {
      what: "a plot's title",
      file: "cells/plot.py",
      part: "Mean temperature by month",
      by: "By month",
      runs: ["plot"],
    },
    { what: "the check", file: "cells/check.py", part: "All checks passed.", by: "All is well.", runs: ["check"] },
    {
      what: "a comment",
      file: "cells/clean.py",
      part: "# @name clean",
      by: "# @name clean\n# Numbers last.",
      runs: [],
    },
  ],
  "machine-learning": [
    { what: "a plot's title", file: "cells/confusion.py", part: "takes for what", by: "mixes up", runs: ["confusion"] },
    {
      what: "the size of all plots",
      file: "cells/setup.py",
      part: "(6.4, 3.6)",
      by: "(6.4, 3.8)",
      runs: ["setup", "confusion", "importance"],
    },
    {
      what: "a model",
      file: "cells/models.py",
      part: "n_neighbors=7",
      by: "n_neighbors=1",
      runs: ["models", "scores", "best", "confusion", "importance"],
    },
    {
      what: "the seed",
      file: "cells/setup.py",
      part: "SEED = 7",
      by: "SEED = 8",
      runs: ["setup", "split", "models", "scores", "best", "confusion", "importance"],
    },
    {
      what: "what is printed",
      file: "cells/best.py",
      part: "Best in cross-validation",
      by: "The best",
      runs: ["best"],
    },
    {
      what: "a comment",
      file: "cells/models.py",
      part: "# @name models",
      by: "# @name models\n# Three of them.",
      runs: [],
    },
  ],
};

describe("the examples", function () {
  // Several runs with real libraries each; the first makes the environment.
  this.timeout(240_000);

  const names = readdirSync(EXAMPLES, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  for (const { name } of names) {
    describe(name, () => {
      let example: ExampleCopy;
      let files: Readonly<Record<string, string>>;
      let cells: readonly string[];
      before(async () => {
        example = await copyExample(name);
        files = await checksums(example.folder);
      });

      it("has a lock file that fits its pyproject.toml", async () => {
        await promisify(execFile)("uv", ["lock", "--check"], { cwd: example.folder });
      });

      it("runs every cell the first time, and leaves the notebook as it was", async () => {
        const first = await example.run();
        assert.equal(first.code, 0, failures(first));
        cells = executed(first);
        assert.deepEqual(cells.toSorted(), await pythonCells(example));
        for (const line of first.lines) {
          if (line.type === "cell") assert.equal(line.stderr, "", `${line.id} complains`);
        }
        assert.deepEqual(await checksums(example.folder), files);
      });

      it("runs none the second time", async () => {
        await isAllHits(await example.run(), cells);
      });

      const edits = EDITS[name] ?? [];
      it("has edits to try", () => assert.ok(edits.some(({ runs }) => runs.length > 0)));
      for (const { what, file, part, by, runs } of edits) {
        it(`runs ${runs.length === 0 ? "nothing" : runs.join(", ")} after an edit of ${what}`, async () => {
          const old = await example.replace(file, part, by);
          const edited = await example.run();
          assert.equal(edited.code, 0, failures(edited));
          assert.deepEqual(executed(edited).toSorted(), runs.toSorted(), reasons(edited));
          await example.write(file, old);
          await isAllHits(await example.run(), cells);
        });
      }
    });
  }
});

async function isAllHits(run: JsonRun, cells: readonly string[]): Promise<void> {
  assert.equal(run.code, 0, failures(run));
  assert.deepEqual(executed(run), [], reasons(run));
  const hits = run.lines.flatMap((line) => (line.type === "cell" && line.cache_hit ? [line.id] : []));
  assert.deepEqual(hits.toSorted(), cells.toSorted());
}

/** Ids of the cells that can run, as status has them. */
async function pythonCells(example: ExampleCopy): Promise<readonly string[]> {
  const { stdout } = await strata(["status", example.folder, "--format", "json"]);
  const lines = stdout
    .trim()
    .split("\n")
    .map((text) => JSON.parse(text) as { id: string; validity: string });
  return lines.flatMap(({ id, validity }) => (validity === "none" ? [] : [id])).toSorted();
}

function reasons(run: JsonRun): string {
  return run.lines.map((line) => (line.type === "cell" ? `${line.id}: ${line.reason}` : "")).join("\n");
}

function failures(run: JsonRun): string {
  return `${run.stderr}\n${run.lines.map((line) => (line.type === "cell" ? (line.error?.traceback ?? "") : "")).join("")}`;
}
