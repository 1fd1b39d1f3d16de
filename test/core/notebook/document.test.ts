import assert from "node:assert/strict";
import fc from "fast-check";
import { type Bundle, type FileContent, packBundle, unpackBundle } from "../../../extension/core/notebook/bundle.ts";
import {
  type DocumentCell,
  fromDocument,
  missingIdentities,
  type NotebookDocument,
  toDocument,
} from "../../../extension/core/notebook/document.ts";
import { sourceOf, textFor } from "../../../extension/core/notebook/text.ts";

const TOML = `# Mine
notebook_id = "n"
updated_at = 2024-01-01T00:00:00Z

[[cells]] # the first
id = "a"
file = "a.py"
order = 1
env = { MODE = "x", A_TOKEN = "t" }
timeout = 9

[[cells]]
id = "b"
file = "b.md"
language = "markdown"
order = 2
`;

function bundle(
  toml = TOML,
  cells: Record<string, FileContent> = { "a.py": { text: "x = 1\n" }, "b.md": { text: "# B\r\n\r\nText" } },
): Bundle {
  return {
    toml: { text: toml },
    cells,
    others: ["left.py", "New.py"],
    digests: { "notebook.toml": "d0", "cells/a.py": "d1" },
  };
}

/** Stands in for a hash; two seeds never share an id. */
function makeIds() {
  const seeds: string[] = [];
  return (seed: string) => {
    if (!seeds.includes(seed)) seeds.push(seed);
    return `new${seeds.indexOf(seed)}`;
  };
}

function open(from: Bundle): NotebookDocument {
  // What an editor hands back went through JSON, and through its bytes.
  const unpacked = unpackBundle(packBundle(from));
  assert.equal(unpacked.kind, "bundle");
  const { cells, metadata } = toDocument(unpacked.kind === "bundle" ? unpacked.bundle : from);
  return JSON.parse(JSON.stringify({ cells, metadata }));
}

function save(document: NotebookDocument) {
  const closed = fromDocument(document, makeIds());
  assert.equal(closed.kind, "bundle", JSON.stringify(closed));
  if (closed.kind !== "bundle") throw new Error("unreachable");
  return closed;
}

function text(content: FileContent | undefined): string | undefined {
  return content !== undefined && "text" in content ? content.text : undefined;
}

const fresh = (source: string, language: DocumentCell["language"] = "python"): DocumentCell => ({
  kind: language === "markdown" ? "markup" : "code",
  language,
  source,
});

describe("the bundle", () => {
  it("has equal bytes for equal folders, whatever the sequence of their files", () => {
    const a = bundle(TOML, { "a.py": { text: "é\u0000" }, "b.md": { base64: "/w==" }, "c.py": { missing: true } });
    const b = bundle(TOML, { "c.py": { missing: true }, "b.md": { base64: "/w==" }, "a.py": { text: "é\u0000" } });
    assert.deepEqual(packBundle(a), packBundle(b));
    assert.deepEqual(unpackBundle(packBundle(b)), { kind: "bundle", bundle: { ...a, others: [...a.others].sort() } });
  });

  const damaged: [what: string, bytes: Uint8Array, code: string][] = [
    ["no bytes", new Uint8Array(), "bundle-malformed"],
    ["bytes that are not UTF-8", new Uint8Array([0xff]), "bundle-malformed"],
    ["other JSON", Buffer.from('{"cells": []}'), "bundle-malformed"],
    ["a bundle cut short", packBundle(bundle()).subarray(0, 60), "bundle-malformed"],
    ["a later version", Buffer.from('{"format":"strata-notebook-bundle","version":99}'), "bundle-version"],
    [
      "a part of the wrong type",
      Buffer.from(
        '{"format":"strata-notebook-bundle","version":1,"toml":{"text":""},"cells":{"a":{"base64":"?"}},"others":[],"digests":{}}',
      ),
      "bundle-malformed",
    ],
  ];
  for (const [what, bytes, code] of damaged) {
    it(`refuses ${what}`, () => {
      const unpacked = unpackBundle(bytes);
      assert.equal(unpacked.kind === "problem" ? unpacked.problem.code : unpacked.kind, code);
    });
  }
});

describe("the document", () => {
  it("shows cells in order, and gives the same bundle back when nothing was edited", () => {
    const document = open(bundle());
    assert.deepEqual(document.cells, [
      { kind: "code", language: "python", source: "x = 1", identity: { id: "a", file: "a.py" } },
      { kind: "markup", language: "markdown", source: "# B\n\nText", identity: { id: "b", file: "b.md" } },
    ]);
    assert.deepEqual(packBundle(save(document).bundle), packBundle(bundle()));
  });

  it("changes one file when one source is edited, and keeps its line endings", () => {
    const document = open(bundle());
    const [a, b] = document.cells as [DocumentCell, DocumentCell];
    const saved = save({ ...document, cells: [a, { ...b, source: "# B\n\nMore\nText" }] }).bundle;
    assert.deepEqual(saved, {
      ...bundle(),
      others: saved.others,
      cells: { ...bundle().cells, "b.md": { text: "# B\r\n\r\nMore\r\nText" } },
    });
  });

  it("gives a new cell an id and a free name, and nothing else changes", () => {
    const document = open(bundle());
    const [a, b] = document.cells as [DocumentCell, DocumentCell];
    const saved = save({ ...document, cells: [a, fresh("# @name New\ny = 2"), fresh("z"), b] }).bundle;
    assert.deepEqual(Object.keys(saved.cells), ["a.py", "new_2.py", "new1.py", "b.md"]);
    assert.equal(text(saved.cells["new_2.py"]), "# @name New\ny = 2\n");
    const added = (id: string, file: string, order: string) =>
      `[[cells]]\nid = "${id}"\nfile = "${file}"\nlanguage = "python"\norder = ${order}\n\n`;
    assert.equal(
      text(saved.toml),
      TOML.replace(
        '[[cells]]\nid = "b"',
        `${added("new0", "new_2.py", "1.3")}${added("new1", "new1.py", "1.7")}[[cells]]\nid = "b"`,
      ),
    );
  });

  it("keeps the id on the first of two equal cells; the copy gets its own, and the settings without secrets", () => {
    const document = open(bundle());
    const [a, b] = document.cells as [DocumentCell, DocumentCell];
    const saved = save({ ...document, cells: [a, { ...a, source: "x = 2" }, b] }).bundle;
    const cells = toDocument(saved).notebook?.cells ?? [];
    assert.deepEqual(
      cells.map(({ id, source, timeout, env }) => [id, source, timeout, env]),
      [
        ["a", "x = 1", 9, { MODE: "x", A_TOKEN: "t" }],
        ["new0", "x = 2", 9, { MODE: "x", A_TOKEN: "" }],
        ["b", "# B\n\nText", undefined, {}],
      ],
    );
  });

  it("drops a deleted cell with its entry and its file, and no other character", () => {
    const document = open(bundle());
    const saved = save({ ...document, cells: document.cells.slice(1) }).bundle;
    assert.deepEqual(Object.keys(saved.cells), ["b.md"]);
    assert.equal(text(saved.toml), TOML.replace(/\[\[cells\]\] # the first\n[^[]*/, ""));
  });

  it("moves the entry of a moved cell, and renumbers one", () => {
    const document = open(bundle());
    const saved = save({ ...document, cells: [...document.cells].reverse() }).bundle;
    assert.deepEqual(
      toDocument(saved).cells.map(({ identity }) => identity?.id),
      ["b", "a"],
    );
    assert.deepEqual(saved.cells, bundle().cells);
  });

  it("follows a change of language with the file's extension, once", () => {
    const document = open(bundle());
    const [a, b] = document.cells as [DocumentCell, DocumentCell];
    const saved = save({ ...document, cells: [{ ...a, kind: "markup", language: "markdown" }, b] }).bundle;
    assert.deepEqual(Object.keys(saved.cells), ["a.md", "b.md"]);
    assert.equal(text(saved.cells["a.md"]), "x = 1\n");
    assert.match(text(saved.toml) ?? "", /id = "a"\nfile = "a\.md"\nlanguage = "markdown"\norder = 1\n/);
    const sql = save({ ...document, cells: [{ ...a, language: "sql" }, b] }).bundle;
    assert.deepEqual(Object.keys(sql.cells), ["a.py", "b.md"]);
  });

  it("splits and joins", () => {
    const document = open(bundle(TOML, { "a.py": { text: "x = 1\ny = 2\n" }, "b.md": { text: "B" } }));
    const [a, b] = document.cells as [DocumentCell, DocumentCell];
    const split = save({ ...document, cells: [{ ...a, source: "x = 1" }, { ...a, source: "y = 2" }, b] }).bundle;
    assert.deepEqual(
      toDocument(split).cells.map(({ source, identity }) => [identity?.id, source]),
      [
        ["a", "x = 1"],
        ["new0", "y = 2"],
        ["b", "B"],
      ],
    );
    const again = open(split);
    const joined = save({ ...again, cells: [{ ...a, source: "x = 1\ny = 2" }, again.cells[2] as DocumentCell] }).bundle;
    assert.equal(text(joined.toml), TOML);
    assert.deepEqual(joined.cells, { "a.py": { text: "x = 1\ny = 2\n" }, "b.md": { text: "B" } });
  });

  it("names what an editor should remember, and holds to it while the cell is edited", () => {
    const document = open(bundle());
    const [a, b] = document.cells as [DocumentCell, DocumentCell];
    const cells: DocumentCell[] = [a, { ...a }, fresh(""), { ...b, kind: "code", language: "python" }];
    const missing = missingIdentities({ ...document, cells }, makeIds());
    assert.deepEqual(missing, [
      { index: 1, identity: { id: "new0", file: "new0.py", copyOf: "a" } },
      { index: 2, identity: { id: "new1", file: "new1.py" } },
      { index: 3, identity: { id: "b", file: "b.py" } },
    ]);
    for (const { index, identity } of missing) cells[index] = { ...(cells[index] as DocumentCell), identity };
    assert.deepEqual(missingIdentities({ ...document, cells }, makeIds()), []);
    const first = save({ ...document, cells }).bundle;
    cells[2] = { ...(cells[2] as DocumentCell), source: "# @name Now with a name" };
    const moved = [cells[2], cells[0], cells[1], cells[3]] as DocumentCell[];
    const second = save({ ...document, cells: moved }).bundle;
    assert.deepEqual(Object.keys(second.cells).sort(), Object.keys(first.cells).sort());
    assert.equal(toDocument(second).notebook?.cells.find(({ id }) => id === "new0")?.timeout, 9);
  });

  it("never gives a new cell the id or the file of an entry that cannot be read", () => {
    const toml = `${TOML}\n[[cells]]\nid = "new0"\nfile = "../x.py"\n`;
    const document = open(bundle(toml));
    const saved = save({ ...document, cells: [...document.cells, fresh("1")] }).bundle;
    assert.deepEqual(
      toDocument(saved)
        .notebook?.cells.map(({ id }) => id)
        .sort(),
      ["a", "b", "new1"].sort(),
    );
    assert.ok(text(saved.toml)?.includes('id = "new0"\nfile = "../x.py"\n'));
  });

  it("does not believe metadata that leads outside, or onto another cell's file", () => {
    const document = open(bundle());
    const odd: DocumentCell[] = [
      { ...fresh("1"), identity: { id: "e", file: "../../evil.py" } },
      { ...fresh("2"), identity: { id: "f", file: "A.PY" } },
      { ...fresh("3"), identity: { id: "g", file: "left.py" } },
    ];
    const saved = save({ ...document, cells: [...document.cells, ...odd] }).bundle;
    assert.deepEqual(Object.keys(saved.cells), ["a.py", "b.md", "e.py", "f.py", "g.py"]);
  });

  it("keeps a file that is missing missing until something is written into its cell", () => {
    const document = open(bundle(TOML, { "a.py": { missing: true }, "b.md": { text: "" } }));
    assert.deepEqual(save(document).bundle.cells["a.py"], { missing: true });
    const [a, b] = document.cells as [DocumentCell, DocumentCell];
    assert.deepEqual(save({ ...document, cells: [{ ...a, source: "1" }, b] }).bundle.cells["a.py"], { text: "1\n" });
  });

  it("keeps the bytes of a file that is not UTF-8, says so when its cell was edited, and lets it be renamed", () => {
    const raw = { base64: Buffer.from([0x78, 0xff, 0x0a]).toString("base64") };
    const document = open(bundle(TOML, { "a.py": raw, "b.md": { text: "" } }));
    const [a, b] = document.cells as [DocumentCell, DocumentCell];
    assert.equal(a.source, "x\uFFFD");
    const untouched = save(document);
    assert.deepEqual([untouched.bundle.cells["a.py"], untouched.problems], [raw, []]);
    const edited = save({ ...document, cells: [{ ...a, source: "other" }, b] });
    assert.deepEqual(
      [edited.bundle.cells["a.py"], edited.problems.map(({ code, cell }) => [code, cell])],
      [raw, [["cell-not-utf8", "a"]]],
    );
    const renamed = save({ ...document, cells: [{ ...a, kind: "markup", language: "markdown" }, b] });
    assert.deepEqual(renamed.bundle.cells["a.md"], raw);
  });

  for (const [what, toml] of [
    ["torn", { text: '# mine\nname = "x\n' }],
    ["not UTF-8", { base64: "Yf8=" }],
    ["without array", { text: "cells = 1" }],
  ] as [string, FileContent][]) {
    it(`shows why a notebook.toml is ${what}, gives it back to the byte, and saves nothing else`, () => {
      const torn: Bundle = { toml, cells: {}, others: ["a.py"], digests: { "notebook.toml": "d" } };
      const document = open(torn);
      assert.equal(document.metadata.torn, true);
      assert.equal(document.cells.length, 1);
      assert.match(document.cells[0]?.source ?? "", /notebook\.toml|`cells`/);
      assert.deepEqual(packBundle(save(document).bundle), packBundle(torn));
      for (const cells of [[], [fresh("x")], [...document.cells, fresh("x")]]) {
        assert.equal(fromDocument({ ...document, cells }, makeIds()).kind, "problem");
      }
    });
  }

  it("refuses a document that came from nowhere", () => {
    for (const metadata of [undefined, {}, { bundle: 3 }])
      assert.equal(fromDocument({ cells: [], metadata }, makeIds()).kind, "problem");
  });

  it("opens and saves a cell of 5 MB, and packs 2 MB that are not UTF-8", function () {
    this.timeout(60_000);
    const source = "value = 'é and more'\n".repeat(250_000);
    const raw = Buffer.alloc(2_000_000, 0xff).toString("base64");
    const big = bundle(TOML, { "a.py": { text: source }, "b.md": { base64: raw } });
    const document = open(big);
    const [a, b] = document.cells as [DocumentCell, DocumentCell];
    const saved = save({ ...document, cells: [{ ...a, source: `${a.source}x` }, b] }).bundle;
    assert.equal(text(saved.cells["a.py"]), `${source.slice(0, -1)}x\n`);
    assert.deepEqual(saved.cells["b.md"], { base64: raw });
  });

  it("gives back what the editor holds, for any sequence of cells and edits", function () {
    this.timeout(60_000);
    const edit = fc.record({
      from: fc.option(fc.nat(3), { nil: undefined }),
      source: fc.option(fc.string({ unit: fc.constantFrom("a", "#", " ", "\n", "é") }), { nil: undefined }),
      language: fc.constantFrom("python" as const, "markdown" as const, "sql" as const),
    });
    const eols = fc.constantFrom("x = 1\n", "x\r\ny\r\n", "x\ny\r\nz", "\uFEFFx\n", "", "\n\n", "x\ry");
    fc.assert(
      fc.property(fc.tuple(eols, eols), fc.array(edit, { maxLength: 6 }), ([one, two], plan) => {
        const document = open(bundle(TOML, { "a.py": { text: one }, "b.md": { text: two } }));
        const cells = plan.map(({ from, source, language }): DocumentCell => {
          const base = from === undefined ? undefined : document.cells[from];
          if (base === undefined) return fresh(source ?? "", language);
          return source === undefined ? base : { ...base, source };
        });
        const { bundle: saved } = save({ ...document, cells });
        const again = open(saved);
        assert.deepEqual(
          again.cells.map(({ source, language }) => [source, language]),
          cells.map(({ source, language }) => [source, language]),
        );
        const ids = again.cells.map(({ identity }) => identity?.id);
        assert.equal(new Set(ids).size, ids.length);
        for (const id of ["a", "b"]) {
          const at = cells.findIndex(({ identity }) => identity?.id === id);
          if (at >= 0) assert.equal(ids[at], id);
        }
        assert.deepEqual(packBundle(save(again).bundle), packBundle(saved));
      }),
    );
  });
});

describe("the text of an edited file", () => {
  it("shows the source that was wanted, and is untouched where the source is", function () {
    this.timeout(60_000);
    const lines = fc
      .array(fc.tuple(fc.constantFrom("a", "b", "", "\uFEFF"), fc.constantFrom("\n", "\r\n", "\r", "")), {
        maxLength: 6,
      })
      .map((parts) => parts.flat().join(""));
    fc.assert(
      fc.property(lines, lines, (previous, wanted) => {
        const source = sourceOf(`${wanted}\n`);
        assert.equal(sourceOf(textFor(source, previous)), source);
        assert.equal(textFor(sourceOf(previous), previous), previous);
      }),
      { numRuns: 2000 },
    );
  });
});
