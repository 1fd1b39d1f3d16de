/** Random notebooks with comments and odd formatting, random edits: the model is what was wanted, the rest stays put. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { editCells, type WantedCell } from "../../../extension/core/notebook/edit-toml.ts";
import { parseNotebook } from "../../../extension/core/notebook/parse.ts";
import { plain, readToml } from "../../../extension/core/notebook/toml.ts";

interface MadeCell {
  readonly id: string;
  readonly order: number | undefined;
  readonly isFloat: boolean;
  readonly language: string | undefined;
  readonly quote: string;
  readonly above: readonly string[];
  readonly behind: boolean;
  readonly below: boolean;
  readonly extras: readonly string[];
  readonly gap: number;
  /** Something that is no usable cell, in its place. */
  readonly broken: boolean;
}

type Form = "sections" | "lines" | "one line";

const madeCell = (at: number): fc.Arbitrary<MadeCell> =>
  fc.record({
    id: fc.constant(`c${at}`),
    order: fc.option(
      fc.oneof(fc.integer({ min: 0, max: 9 }), fc.double({ min: -2, max: 12, noNaN: true, noDefaultInfinity: true })),
      { nil: undefined, freq: 8 },
    ),
    isFloat: fc.boolean(),
    language: fc.constantFrom(undefined, "python", "markdown", "sql", "prompt"),
    quote: fc.constantFrom('"', "'"),
    above: fc.array(fc.constantFrom("# about it", "#  [[cells]]", '# id = "c0"'), { maxLength: 2 }),
    behind: fc.boolean(),
    below: fc.boolean(),
    extras: fc.subarray(["env", "mounts", "worker", "unknown", "dotted"]),
    gap: fc.integer({ min: 0, max: 2 }),
    broken: fc.boolean().map((value) => value && at % 3 === 2),
  });

const notebooks = fc.record({
  form: fc.constantFrom<Form>("sections", "lines", "one line"),
  cells: fc
    .integer({ min: 0, max: 6 })
    .chain((count) => fc.tuple(...Array.from({ length: count }, (_, at) => madeCell(at)))),
  isSorted: fc.boolean(),
  crlf: fc.boolean(),
  finalNewline: fc.boolean(),
  trailingComma: fc.boolean(),
  tail: fc.boolean(),
  between: fc.boolean(),
});
type Made = typeof notebooks extends fc.Arbitrary<infer T> ? T : never;

/** The text, line by line, with the cell that each line belongs to. */
function write(made: Made): {
  readonly text: string;
  readonly lines: readonly { text: string; cell: string | undefined }[];
} {
  const lines: { text: string; cell: string | undefined }[] = [];
  const put = (text: string, cell?: string) => lines.push({ text, cell });
  put("# A notebook with its own ways");
  put('notebook_id   =  "n"   # spaces');
  put('name = "x"');
  put("numbers = [ 1,2 , 3 ]");
  put("");
  const cells = made.isSorted ? [...made.cells].sort((a, b) => (a.order ?? 0) - (b.order ?? 0)) : made.cells;
  const orderOf = (cell: MadeCell) =>
    cell.order === undefined
      ? []
      : [`order = ${cell.isFloat && Number.isInteger(cell.order) ? `${cell.order}.0` : cell.order}`];
  const pairs = (cell: MadeCell) => [
    ...(cell.broken ? [] : [`id = ${cell.quote}${cell.id}${cell.quote}`]),
    `file=${cell.quote}${cell.id}.py${cell.quote}`,
    ...(cell.language === undefined ? [] : [`language = "${cell.language}"`]),
    ...orderOf(cell),
    ...(cell.extras.includes("worker") ? ['worker = "w1"'] : []),
    ...(cell.extras.includes("unknown") ? ["future = [1, { a = 1979-05-27 }]"] : []),
    ...(cell.extras.includes("dotted") ? ["x.y = 0x1F"] : []),
  ];
  if (made.form === "sections") {
    for (const [at, cell] of cells.entries()) {
      for (const comment of cell.above) put(comment, cell.id);
      put(`[[cells]]${cell.behind ? " # here" : ""}`, cell.id);
      for (const pair of pairs(cell)) put(`${pair}${cell.behind ? "   # why" : ""}`, cell.id);
      if (made.between && at === 1) {
        put("");
        put("[ai] # in the middle");
        put('model = "m"');
      }
      if (cell.extras.includes("env")) {
        put("", cell.id);
        put("  [cells.env]", cell.id);
        put('  A = "# no comment"', cell.id);
      }
      if (cell.extras.includes("mounts")) {
        put("[[cells.mounts]]", cell.id);
        put('name = "m"', cell.id);
        put('uri = """a', cell.id);
        put('# not a comment"""', cell.id);
      }
      if (cell.below && cell.gap > 0) put("# timeout = 3", cell.id);
      for (let blank = 0; blank < cell.gap; blank++) put("");
    }
  } else if (made.form === "lines" && cells.length > 0) {
    put("cells = [ # all of them");
    for (const [at, cell] of cells.entries()) {
      for (const comment of cell.above) put(`  ${comment}`, cell.id);
      const comma = at < cells.length - 1 || made.trailingComma ? "," : "";
      put(`  {${pairs(cell).join(", ")}}${comma}${cell.behind ? " # behind" : ""}`, cell.id);
    }
    put("]");
  } else {
    put(`cells = [${cells.map((cell) => `{ ${pairs(cell).join(", ")} }`).join(", ")}] # in one line`, "*");
  }
  if (made.tail) {
    put("");
    put("# standing alone");
    put("");
    put("# about workers");
    put("[[workers]]");
    put('name = "w1" # first');
    put('backend = "local"');
  }
  const newline = made.crlf ? "\r\n" : "\n";
  return { text: lines.map(({ text }) => text).join(newline) + (made.finalNewline ? newline : ""), lines };
}

/** Which cells go, in what sequence the rest is, what is new, whose language changes: each from one number. */
const edits = fc.record({
  keep: fc.array(fc.integer({ min: 0, max: 99 }), { minLength: 6, maxLength: 6 }),
  insert: fc.array(fc.record({ at: fc.nat(7), language: fc.constantFrom("python" as const, "markdown" as const) }), {
    maxLength: 3,
  }),
  moves: fc.array(fc.tuple(fc.nat(6), fc.nat(6)), { maxLength: 2 }),
});
type Edits = typeof edits extends fc.Arbitrary<infer T> ? T : never;

function applyEdits(before: readonly WantedCell[], edit: Edits): WantedCell[] {
  const wanted = before
    .filter((_, at) => (edit.keep[at] ?? 99) >= 20)
    .map((cell, at): WantedCell => {
      if ((edit.keep[at] ?? 0) < 90) return cell;
      const language = cell.language === "markdown" ? "python" : "markdown";
      return { ...cell, language, file: cell.file.replace(/\.\w+$/, language === "markdown" ? ".md" : ".new.py") };
    });
  for (const [from, to] of edit.moves) {
    const [cell] = wanted.splice(from % Math.max(1, wanted.length), 1);
    if (cell !== undefined) wanted.splice(to % (wanted.length + 1), 0, cell);
  }
  for (const [count, { at, language }] of edit.insert.entries()) {
    const settings = { env: { API_TOKEN: "hidden", PLAIN: "shown" }, worker: "w1" };
    const file = `new${count}${language === "markdown" ? ".md" : ".py"}`;
    wanted.splice(at % (wanted.length + 1), 0, {
      id: `new${count}`,
      file,
      language,
      ...(count === 1 ? { settings } : {}),
    });
  }
  return wanted;
}

function parse(toml: string) {
  const parsed = parseNotebook({ toml, cellFiles: new Map() });
  assert.ok(parsed.notebook, `not a notebook any more: ${JSON.stringify(parsed.problems)}\n${toml}`);
  return parsed.notebook;
}

function data(toml: string): Record<string, unknown> {
  const document = readToml(toml);
  assert.equal(document.kind, "ok");
  return document.kind === "ok" ? (plain(document.root) as Record<string, unknown>) : {};
}

function shapes(toml: string): WantedCell[] {
  return parse(toml).cells.map(({ id, file, language }) => ({ id, file, language }));
}

describe("editing notebook.toml in place", () => {
  it("gives the wanted cells and disturbs nothing else", function () {
    this.timeout(120_000);
    fc.assert(
      fc.property(notebooks, edits, (made, edit) => {
        const { text, lines } = write(made);
        const before = shapes(text);
        const wanted = applyEdits(before, edit);
        const edited = editCells(text, wanted);
        assert.equal(edited.kind, "edited");
        if (edited.kind !== "edited") return;
        const { toml } = edited;

        assert.deepEqual(
          shapes(toml),
          wanted.map(({ id, file, language }) => ({ id, file, language })),
        );
        assert.deepEqual(editCells(toml, wanted), { kind: "edited", toml }, "a second time changes nothing");
        const rest = ({ cells: _, ...others }: Record<string, unknown>) => others;
        assert.deepEqual(rest(data(toml)), rest(data(text)));
        assert.ok(!toml.includes("hidden"), "a secret was written");

        const entries = (toml: string) =>
          ((data(toml).cells ?? []) as Record<string, unknown>[]).map(
            ({ order: _o, file: _f, language: _l, ...entry }) => entry,
          );
        const gone = before.filter(({ id }) => !wanted.some((cell) => cell.id === id)).map(({ id }) => id);
        const survivors = entries(text).filter(({ id }) => !gone.includes(id as string));
        const kept = entries(toml).filter(({ id }) => !String(id).startsWith("new"));
        const byId = (a: Record<string, unknown>, b: Record<string, unknown>) =>
          String(a.id).localeCompare(String(b.id));
        assert.deepEqual([...kept].sort(byId), [...survivors].sort(byId), "unknown keys and settings stay");

        if (made.crlf) assert.ok(!/[^\r]\n/.test(toml), "line endings stay");
        if (toml !== text && made.tail)
          assert.equal(toml.endsWith("\n"), made.finalNewline, "the end of the file stays");

        // Lines of no cell, and lines of cells whose entry is the same, stand there as before and in the same sequence.
        const places = wanted.map(({ id }) => before.findIndex((cell) => cell.id === id)).filter((place) => place >= 0);
        const isMoved = places.some((place, at) => at > 0 && place < (places[at - 1] ?? 0));
        const orders = new Map(parse(text).cells.map((cell) => [cell.id, cell.order]));
        const same = new Set<string>();
        for (const cell of isMoved ? [] : parse(toml).cells) {
          const old = before.find(({ id }) => id === cell.id);
          const isSame =
            orders.get(cell.id) === cell.order && old?.file === cell.file && old.language === cell.language;
          if (isSame) same.add(cell.id);
        }
        for (const cell of made.cells) if (cell.broken) same.add(cell.id);
        const expected = lines
          .filter(({ text, cell }) => text !== "" && (cell === undefined || same.has(cell)))
          .map(({ text }) => text);
        const actual = toml.split(/\r?\n/);
        let at = 0;
        for (const line of expected) {
          const bare = line.replace(/\},?( # behind)?$/, "}$1");
          while (at < actual.length && actual[at] !== line && actual[at]?.replace(/\},?( # behind)?$/, "}$1") !== bare)
            at++;
          assert.ok(at < actual.length, `this line is gone or moved: ${line}\n--- before\n${text}\n--- after\n${toml}`);
          at++;
        }
      }),
      { numRuns: Number(process.env.PROPERTY_RUNS ?? 400) },
    );
  });
});
