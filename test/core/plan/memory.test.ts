/**
 * Plans that are kept must be those that would be made anew. Random histories of edits, runs and changes of the world
 * (files, stored content, modules, environment, what others store), and after each step both kinds of plan, compared.
 */
import assert from "node:assert/strict";
import fc from "fast-check";
import { createAnalyzer } from "../../../extension/core/analysis/analyzer.ts";
import type { EnginePorts } from "../../../extension/core/engine/ports.ts";
import { type PreparedNotebook, prepareNotebook } from "../../../extension/core/engine/prepare.ts";
import type { Cell, Notebook } from "../../../extension/core/notebook/model.ts";
import { createPlanner } from "../../../extension/core/plan/plan.ts";
import type { PlanQuestion } from "../../../extension/core/plan/walk.ts";
import type { CellRecord } from "../../../extension/core/store/model.ts";
import { loadPythonParser } from "../../../extension/host/parser/python-parser.ts";
import { createWorld } from "./world.ts";

const HISTORIES = Number(process.env.STRATA_TEST_PLANS ?? 800);

const TEXTS = [
  "x = 1",
  "x = 2",
  "x = [1]\ny = x",
  "y = x + 1",
  "# a comment\ny = x + 1",
  "x.append(y)",
  "x += 1",
  "del x",
  "def f(a, b=x):\n    return a + k",
  "def f(a):\n    global count\n    count = a\n    return k",
  "# moved\ndef f(a):\n    global count\n    count = a\n    return k",
  "class C:\n    kept = []",
  "C.kept.append(x)",
  "k = f(x)",
  "k = 3",
  "print(x, y, k)",
  "import random\nrandom.seed(x)",
  "z = random.random()",
  "text = open('a.txt').read()",
  "text = open('b.txt', 'w').write(k)",
  "import helper\nhelper.go(x)",
  "from helper import go\ny = go(1)",
  "import json\njson.dumps = f",
  "exec('x = 9')",
  "from os.path import *",
  "# @after c0\nlast = 1",
  "# @cache ttl=100\nx = 7",
  "# @cache session\ny = 2",
  "%time y = x",
  "",
] as const;

const index = fc.nat(7);
const step = fc.oneof(
  { weight: 5, arbitrary: fc.record({ do: fc.constant("edit" as const), at: index, text: fc.nat(TEXTS.length - 1) }) },
  { weight: 8, arbitrary: fc.record({ do: fc.constant("run" as const), at: index }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("settle" as const), at: index }) },
  fc.record({ do: fc.constant("fail" as const), at: index }),
  fc.record({ do: fc.constant("swap" as const), at: index, with: index }),
  fc.record({ do: fc.constant("drop" as const), at: index }),
  fc.record({ do: fc.constant("touch" as const), file: fc.constantFrom("a.txt", "b.txt") }),
  fc.record({ do: fc.constant("lose" as const), at: index }),
  { weight: 3, arbitrary: fc.record({ do: fc.constant("module" as const) }) },
  fc.record({ do: fc.constant("environment" as const) }),
  fc.record({ do: fc.constant("force" as const), at: index }),
  fc.record({ do: fc.constant("reread" as const) }),
  { weight: 3, arbitrary: fc.record({ do: fc.constant("later" as const) }) },
);
type Step = typeof step extends fc.Arbitrary<infer S> ? S : never;

describe("plans that are kept", function () {
  this.timeout(120_000);

  it(`are those that would be made anew (${HISTORIES} histories)`, async () => {
    const analyze = createAnalyzer(await loadPythonParser());
    const start = fc.array(fc.nat(TEXTS.length - 1), { minLength: 3, maxLength: 7 });
    const history = fc.array(step, { minLength: 5, maxLength: 25 });
    await fc.assert(
      fc.asyncProperty(start, history, (texts, steps) => play(texts, steps, analyze)),
      { numRuns: HISTORIES, seed: Number(process.env.STRATA_TEST_SEED ?? 1) },
    );
  });
});

async function play(texts: readonly number[], steps: readonly Step[], analyze: EnginePorts["analyze"]): Promise<void> {
  const world = createWorld(analyze);
  let cells: readonly Cell[] = texts.map((text, at) => cellOf(`c${at}`, TEXTS[text] ?? ""));
  let made = 0;
  const planner = createPlanner();
  let prepared: PreparedNotebook | undefined;
  const settled = new Map<string, CellRecord>();
  const force = new Set<string>();

  const question = (): PlanQuestion => {
    prepared = prepareNotebook({ ...NOTEBOOK, cells }, world.engine, prepared);
    return {
      cells: prepared.cells,
      above: prepared.above,
      environment: world.environment,
      force,
      settled,
      failed: (_cell, key, head) => head?.status === "error" && head.key === key,
    };
  };
  const idle = (): PlanQuestion => ({ ...question(), force: new Set(), settled: new Map() });
  const check = async (): Promise<void> => {
    // Demands of a run, and those of nobody, by turns.
    for (const asked of [idle(), question(), idle()]) {
      assert.deepStrictEqual(await planner(asked, world.ports), await createPlanner()(asked, world.ports));
    }
  };

  await check();
  for (const each of steps) {
    const id = "at" in each ? cells[each.at % cells.length]?.id : undefined;
    switch (each.do) {
      case "edit":
        cells = cells.map((cell) => (cell.id === id ? { ...cell, source: TEXTS[each.text] ?? "" } : cell));
        break;
      case "swap": {
        const [a, b] = [each.at % cells.length, each.with % cells.length];
        cells = cells.map((cell, at) => (at === a ? cells[b] : at === b ? cells[a] : cell) as Cell);
        break;
      }
      case "drop":
        cells = cells.length > 2 ? cells.filter((cell) => cell.id !== id) : [...cells, cellOf(`n${made++}`, "x = 5")];
        break;
      case "run":
      case "settle":
      case "fail": {
        const planned = await createPlanner()(each.do === "settle" ? question() : idle(), world.ports);
        const plan = planned.cells.find(({ action }) => action === "run");
        const source = cells.find((cell) => cell.id === plan?.cell)?.source ?? "";
        if (plan?.action !== "run") break;
        const analysis = prepared?.cells.find(({ cell }) => cell.id === plan.cell)?.analysis;
        const names = (analysis?.defines ?? []).filter(
          (name) => !analysis?.definitions.some((own) => own.name === name),
        );
        const changed = [...(planned.inputs.get(plan.cell)?.exposed ?? [])].filter((name) =>
          analysis?.mutates.includes(name),
        );
        if (each.do === "fail") world.fail(plan.cell, plan.key);
        else {
          const record = world.run(plan.cell, plan.key, source, [...names, ...changed], plan.components);
          if (each.do === "settle") settled.set(plan.cell, record);
        }
        break;
      }
      case "force":
        if (id !== undefined && !force.delete(id)) force.add(id);
        break;
      case "lose":
        world.lose(each.at);
        break;
      case "touch":
        world.touch(each.file);
        break;
      case "module":
        world.toggleModule();
        break;
      case "environment":
        world.changeEnvironment();
        break;
      case "reread":
        world.reread();
        break;
      case "later":
        world.wait();
        break;
      default:
        each satisfies never;
    }
    await check();
  }
}

const NOTEBOOK: Omit<Notebook, "cells"> = {
  id: "n",
  name: "N",
  env: {},
  workers: [],
  mounts: [],
  connections: [],
  ai: {},
  secretManager: {},
};

function cellOf(id: string, source: string): Cell {
  return { id, file: `${id}.py`, language: "python", order: 0, source, env: {}, mounts: [] };
}
