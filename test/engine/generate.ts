/** Random notebooks, and random histories of them: what people do, and what happens to files and stores meanwhile. */
import assert from "node:assert/strict";
import * as fc from "fast-check";
import { FAMILY } from "./beginnings.ts";
import { after, lackedBy, show, statement, type Theme, themeOf } from "./grammar.ts";
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

/**
 * Without these a script gives something else each time: what draws from a generator that nobody has seeded, and what reads
 * the files that its own last run has left.
 */
const UNREPEATABLE = ["seeded", "file", "json", "csv", "pickle", "made"] as const;

/** Names that a statement is to have something to do with. */
type Aim = ReadonlySet<string>;

const NO_AIM: Aim = new Set();

interface Draft {
  readonly id: string;
  readonly statements: readonly Statement[];
}

interface Beginning {
  readonly cells: readonly Draft[];
  readonly science: boolean;
  readonly theme: Theme;
  readonly jobs: number;
}

function begin(choose: Choose): Beginning {
  const science = choose(10) === 0;
  const theme = themeOf(choose, science);
  const seeded: Draft = {
    id: "seed",
    statements: [{ text: "import random\nrandom.seed(7)\nn, xs, d = 1, [1, 2], {'a': 1}", leaves: START, needs: [] }],
  };
  const cells: Draft[] = [seeded];
  for (let size = 2 + choose(4); size > 0; size -= 1) {
    const statements = cellOf(namesAt(cells, cells.length), choose, theme, NO_AIM);
    const cell = { id: `c${cells.length}`, statements };
    if (!definesTwice([...cells, cell])) cells.push(cell);
  }
  return { cells, science, theme, jobs: 1 + choose(2) };
}

function goOn({ cells: first, science, theme, jobs }: Beginning, choose: Choose): History {
  let cells = [...first];
  let count = cells.length - 1;
  const draft = (at: number): Draft => {
    count += 1;
    return { id: `c${count}`, statements: cellOf(namesAt(cells, at), choose, theme, usedFrom(cells, at)) };
  };
  const states = [cells];
  const steps: Step[] = [runAll];

  /** Whether the notebook is another one now. */
  const set = (why: string, next: Draft[]): boolean => {
    if (isSame(next, cells) || definesTwice(next)) return false;
    // A script ends at its first error, so that nothing below is compared: few changes take away what is needed below.
    const lacked = lackedBy(next.flatMap(({ statements }) => statements));
    if (lacked.size > 0 && choose(12) > 0) return false;
    if (UNREPEATABLE.some((kind) => lacked.has(kind))) return false;
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
        return set("insert", cells.toSpliced(at, 0, draft(at)));
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
        const change = kinds[choose(kinds.length)] ?? cellOf;
        // Mostly it is about what cells below use: those must not be believed any more.
        const aim = choose(3) === 0 ? NO_AIM : usedFrom(cells, at + 1);
        const statements = change(names, choose, theme, aim, cell.statements);
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

function cellOf(names: Names, choose: Choose, theme: Theme, aim: Aim): readonly Statement[] {
  const statements: Statement[] = [];
  for (let size = 1 + choose(3); size > 0; size -= 1)
    statements.push(statement(after(names, statements), choose, theme, statements.length === 0 ? aim : NO_AIM));
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
  theme: Theme,
  aim: Aim,
  statements: readonly Statement[],
): readonly Statement[] {
  const at = choose(statements.length);
  const gone = choose(2);
  // One statement less, now and then.
  if (gone === 1 && statements.length > 1 && choose(3) === 0) return statements.toSpliced(at, 1);
  return statements.toSpliced(at, gone, statement(after(names, statements.slice(0, at)), choose, theme, aim));
}

const NUMBER = /(?<![\w.'"])\d(?![\w.'"])/g;

function tweaked(
  _names: Names,
  choose: Choose,
  _theme: Theme,
  _aim: Aim,
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

/** Names that the cells from there on use. */
function usedFrom(cells: readonly Draft[], at: number): Aim {
  const statements = cells.slice(at).flatMap((cell) => cell.statements);
  return new Set(statements.flatMap(({ needs, likes = [] }) => [...needs.map(([name]) => name), ...likes]));
}

/** Is there a class, or a decorated function, whose very text stands there twice? See "What cannot be known, or is not". */
function definesTwice(cells: readonly Draft[]): boolean {
  const texts = cells
    .flatMap(({ statements }) => statements.map(({ text }) => text))
    .filter((text) => MARKED.test(text));
  return new Set(texts).size < texts.length;
}

const MARKED = /^(@|class )/m;

function isSame(one: readonly Draft[], other: readonly Draft[]): boolean {
  return JSON.stringify(sourcesOf(one)) === JSON.stringify(sourcesOf(other));
}

function sourcesOf(cells: readonly Draft[]): Sources {
  return Object.fromEntries(cells.map(({ id, statements }) => [id, statements.map(({ text }) => text)]));
}
