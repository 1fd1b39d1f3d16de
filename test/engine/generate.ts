/** Random notebooks, and random histories of them: what people do, and what happens to files and stores meanwhile. */
import assert from "node:assert/strict";
import * as fc from "fast-check";
import { FAMILY } from "./beginnings.ts";
import { after, isSound, show, statement } from "./grammar.ts";
import type { History, Sources, Step } from "./history.ts";
import type { Choose, Names, Statement } from "./scribe.ts";

const HELPER = (n: number): string =>
  `N = ${n}\ncount = 0\nCACHE = {}\nROWS = [${n}]\nKEPT = []\ndef bump():\n    global count\n    count += 1\n    return count\ndef value(v):\n    return v * N\ndef grow(a):\n    a.append(N)\nclass Thing:\n    v = N\n    made = []\n    def __init__(self, n):\n        self.n, self.items = n, []\n        self.made.append(n)\n    def get(self):\n        return self.n + N\nNAMES = []\ndef listed(thing):\n    NAMES.append(thing.__name__)\n    return thing\nclass Listed:\n    def __init_subclass__(cls):\n        listed(cls)\n`;

const USER =
  "import functools\nimport helper\nfrom helper import ROWS\nM = helper.N\ndef peek():\n    return helper.N, helper.count\ndef keep(v, seen=[]):\n    seen.append(v)\n    ROWS.append(v)\n    return len(seen)\ndef counted(fn):\n    calls = []\n    @functools.wraps(fn)\n    def inner(v):\n        calls.append(v)\n        return fn(v) + len(calls)\n    return inner\n@counted\ndef marked(v):\n    return v\n";

const FILES: Readonly<Record<string, string>> = {
  "data.txt": "3 1",
  "helper.py": HELPER(2),
  "user.py": USER,
  "noisy.py": "import random\nprint('noisy')\nR = random.randint(0, 99)\n",
  "sub/data.txt": "inside 5",
  "lib/extra.py": "V = 9\n",
};

/** The same history for the same seed. Those of a family have the beginning in common. */
export function historyOf(seed: number): History {
  const beginning = drawn(Math.floor(seed / FAMILY), begin);
  return drawn(seed, (choose) => goOn(beginning, choose));
}

const evenly = (max: number): fc.Arbitrary<number> => fc.noBias(fc.nat({ max }));

function drawn<T>(seed: number, make: (choose: Choose) => T): T {
  const [made] = fc.sample(
    // Each alike: by itself the library prefers small numbers, which are the first statements of the grammar.
    fc.gen().map((draw) => make((count) => draw(evenly, count - 1))),
    { seed, numRuns: 1 },
  );
  assert.ok(made !== undefined);
  return made;
}

interface Draft {
  readonly id: string;
  readonly statements: readonly Statement[];
}

interface Beginning {
  readonly cells: readonly Draft[];
  readonly science: boolean;
  readonly jobs: number;
}

function begin(choose: Choose): Beginning {
  const science = choose(10) === 0;
  const seeded: Draft = {
    id: "seed",
    statements: [{ text: "import random\nrandom.seed(7)\nn, xs, d = 1, [1, 2], {'a': 1}", leaves: START, needs: [] }],
  };
  const cells: Draft[] = [seeded];
  for (let size = 2 + choose(4); size > 0; size -= 1) {
    const statements = cellOf(namesAt(cells, cells.length), choose, science);
    cells.push({ id: `c${cells.length}`, statements });
  }
  return { cells, science, jobs: 1 + choose(2) };
}

function goOn({ cells: first, science, jobs }: Beginning, choose: Choose): History {
  let cells = [...first];
  let count = cells.length - 1;
  const draft = (names: Names): Draft => {
    count += 1;
    return { id: `c${count}`, statements: cellOf(names, choose, science) };
  };
  const states = [cells];
  const steps: Step[] = [runAll];

  /** Whether the notebook is another one now. */
  const set = (why: string, next: Draft[]): boolean => {
    // A script ends at its first error, so that nothing below is compared: few changes take away what is needed below.
    if (!isSound(next.flatMap(({ statements }) => statements)) && choose(12) > 0) return false;
    cells = next;
    states.push(cells);
    steps.push({ do: "set", why, cells: sourcesOf(cells) });
    return true;
  };
  const happen = (step: Step): boolean => {
    steps.push(step);
    return true;
  };
  const change = (): boolean => {
    const at = 1 + choose(Math.max(1, cells.length - 1));
    const cell = cells[at];
    switch (choose(17)) {
      case 4:
      case 5:
        return set("revert", states[choose(states.length)] ?? cells);
      case 6:
        return set("insert", cells.toSpliced(at, 0, draft(namesAt(cells, at))));
      case 7:
        return cells.length > 3 && set("delete", cells.toSpliced(at, 1));
      case 8: {
        if (cell === undefined) return false;
        const rest = cells.toSpliced(at, 1);
        return set(`move ${cell.id}`, rest.toSpliced(1 + choose(rest.length), 0, cell));
      }
      case 9:
        return set("edit seed", cells.with(0, seedOf(choose(3))));
      case 10:
        return happen({ do: "reopen" });
      case 11:
      case 12: {
        const text = cells.flatMap(({ statements }) => statements.map((each) => each.text)).join("\n");
        const files = OUTSIDE.filter(({ seenIn }) => seenIn.test(text));
        const file = files[choose(Math.max(1, files.length))];
        if (file === undefined) return false;
        return happen({ do: "file", path: file.path, content: file.contents(choose)[choose(3)] });
      }
      case 13:
        return happen({ do: "damage", at: choose(100) / 100, how: choose(2) === 0 ? "delete" : "truncate" });
      default: {
        if (cell === undefined) return false;
        const names = namesAt(cells, at);
        // Some edits write the cell anew, some touch one statement, and some only one number in it.
        const kinds = [cellOf, touched, tweaked] as const;
        const statements = kinds[choose(kinds.length)]?.(names, choose, science, cell.statements) ?? cell.statements;
        return set(`edit ${cell.id}`, cells.with(at, { id: cell.id, statements }));
      }
    }
  };
  for (let length = 3 + choose(5); length > 0; length -= 1) {
    for (let tries = 0; tries < 5 && !change(); tries += 1);
    const id = cells[choose(cells.length)]?.id ?? "seed";
    const runs: readonly (Step | undefined)[] = [
      runAll,
      runAll,
      { do: "run", target: { kind: "cells", cells: [id] }, force: false },
      { do: "run", target: { kind: "cells", cells: [id] }, force: true },
      { do: "run", target: { kind: "below", cell: id }, force: false },
      { do: "run", target: { kind: "above", cell: id }, force: false },
      undefined,
    ];
    const next = runs[choose(runs.length)];
    if (next !== undefined) steps.push(next);
  }
  steps.push(runAll);
  return { files: FILES, cells: sourcesOf(first), steps, jobs, science };
}

/** What may change beside the notebook, where its text speaks of it. Without content a file is removed. */
const OUTSIDE: readonly {
  readonly path: string;
  readonly seenIn: RegExp;
  readonly contents: (choose: Choose) => readonly (string | undefined)[];
}[] = [
  { path: "data.txt", seenIn: /data(\*|)\.txt/, contents: (choose) => ["3 1", `${choose(9)} ${choose(9)}`, "1"] },
  { path: "data2.txt", seenIn: /data[2*]\.txt/, contents: (choose) => [`${choose(9)}`, undefined, `${choose(9)}`] },
  { path: "helper.py", seenIn: /helper|user/, contents: () => [HELPER(1), HELPER(2), HELPER(3)] },
  { path: "lib/extra.py", seenIn: /extra/, contents: () => ["V = 9\n", "V = 1\n", "V = 2\n"] },
];

const runAll: Step = { do: "run", target: { kind: "all" }, force: false };
const START = [
  ["n", "num"],
  ["xs", "list"],
  ["d", "dict"],
] as const;

function seedOf(seed: number): Draft {
  const text = `import random\nrandom.seed(${seed})\nn, xs, d = ${seed}, [1, 2], {'a': 1}`;
  return { id: "seed", statements: [{ text, leaves: START, needs: [] }] };
}

function cellOf(names: Names, choose: Choose, science: boolean): readonly Statement[] {
  const statements: Statement[] = [];
  for (let size = 1 + choose(3); size > 0; size -= 1)
    statements.push(statement(after(names, statements), choose, science));
  const shown: Statement[] = [];
  for (let count = choose(4); count > 0; count -= 1) {
    const one = show(after(names, statements), statements, choose);
    if (one !== undefined && !shown.some(({ text }) => text === one.text)) shown.push(one);
  }
  return [...statements, ...shown];
}

function touched(
  names: Names,
  choose: Choose,
  science: boolean,
  statements: readonly Statement[],
): readonly Statement[] {
  const at = choose(statements.length);
  return statements.toSpliced(at, choose(2), statement(after(names, statements.slice(0, at)), choose, science));
}

const NUMBER = /(?<![\w.'"])\d(?![\w.'"])/g;

function tweaked(
  _names: Names,
  choose: Choose,
  _science: boolean,
  statements: readonly Statement[],
): readonly Statement[] {
  const places = statements.flatMap(({ text }, at) => [...text.matchAll(NUMBER)].map(({ index }) => ({ at, index })));
  const place = places[choose(Math.max(1, places.length))];
  const chosen = place && statements[place.at];
  if (place === undefined || chosen === undefined) return statements;
  const text = `${chosen.text.slice(0, place.index)}${choose(5)}${chosen.text.slice(place.index + 1)}`;
  return statements.with(place.at, { ...chosen, text });
}

function namesAt(cells: readonly Draft[], at: number): Names {
  return after(
    new Map(),
    cells.slice(0, at).flatMap((cell) => cell.statements),
  );
}

function sourcesOf(cells: readonly Draft[]): Sources {
  return Object.fromEntries(cells.map(({ id, statements }) => [id, statements.map(({ text }) => text)]));
}
