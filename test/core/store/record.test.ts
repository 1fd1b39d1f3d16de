/** Records parsed at the edge: whatever storage holds, only whole ones come through. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { TABLE_MIME } from "../../../extension/core/outputs/model.ts";
import type { CellRecord, Observation } from "../../../extension/core/store/model.ts";
import {
  contentOf,
  parseHead,
  parseRecord,
  RECORDS_PER_KEY,
  withRecord,
} from "../../../extension/core/store/record.ts";

const digest = (n: number) => n.toString(16).padStart(64, "0");

/** Every field filled, every variant of every union present. */
const full: CellRecord = {
  version: 1,
  key: digest(1),
  notebook: "n",
  cell: "c",
  components: {
    language: "python",
    code: "x = 1",
    inputs: [
      { name: "a", ref: `value:${digest(2)}`, from: "b" },
      { name: "b", ref: "import:import b" },
    ],
    environment: { python: "CPython 3.12.1", platform: "linux-x86_64", packages: ["six==1.16.0"] },
    directives: { "env.A": digest(3) },
  },
  observed: [
    { kind: "file", path: "a.csv", size: 3, mtimeNs: "1", digest: digest(4) },
    { kind: "missing", path: "b" },
    { kind: "directory", path: "d", digest: digest(5) },
    { kind: "environ", name: "HOME", digest: null },
    { kind: "ambient", component: "random", digest: digest(6) },
    { kind: "written", path: "out", size: 0, mtimeNs: "2", digest: digest(7) },
    { kind: "file", path: "large", size: 1e12, mtimeNs: "2", digest: "" },
  ],
  values: [
    {
      digest: digest(8),
      bytes: 10,
      variables: [{ name: "x", type: "int", immutable: true, summary: "1", unchanged: false }],
      needs: ["g"],
      definitions: [digest(9)],
    },
  ],
  unstorable: [{ name: "lock", type: "_thread.lock", reason: "no" }],
  changed: ["a"],
  deleted: ["b"],
  ambient: { random: digest(10) },
  definitions: {
    [digest(9)]: {
      hash: digest(9),
      name: "f",
      source: "def f(): ...",
      early: [
        { kind: "value", name: "v", digest: digest(11), variable: "v" },
        { kind: "definition", name: "d", hash: digest(9) },
        { kind: "import", name: "i", statement: "import i" },
        { kind: "path", name: "p", path: "/p" },
      ],
      late: ["g"],
      globals: ["h"],
      ambient: ["random"],
      futures: ["annotations"],
      cell: "c",
      file: "/n/cells/c.py",
      line: 1,
    },
  },
  sample: ["clock"],
  outputs: [
    { type: "stream", name: "stderr", text: "warning", truncated: true },
    {
      type: "display",
      id: "d",
      data: [
        { mime: "text/plain", text: "1" },
        { mime: "image/png", digest: digest(12), bytes: 5 },
        { mime: TABLE_MIME, text: JSON.stringify({ version: 1, digest: digest(13) }) },
      ],
    },
    {
      type: "error",
      error: { name: "E", message: "m", traceback: "t", frames: [{ file: "f", line: 1, function: "g" }], line: 1 },
    },
  ],
  durationMs: 1.5,
  finishedAt: "2026-01-01T00:00:00Z",
};

describe("a stored record", () => {
  it("comes through whole, the same after JSON", () => {
    assert.deepEqual(parseRecord(JSON.parse(JSON.stringify(full))), full);
    assert.deepEqual(parseRecord(full, full.key), full);
    assert.equal(parseRecord(full, digest(2)), undefined);
  });

  it("is absent when any field of it, at any depth, is missing or of another type", () => {
    // The contract makes these optional: they may be missing, and some are not looked at.
    const optional = new Set(["from", "id", "truncated", "line", "cell", "text"]);
    for (const path of pathsIn(full)) {
      if (optional.has(String(path.at(-1)))) continue;
      for (const wrong of [undefined, Symbol("wrong")]) {
        const damaged = structuredClone(full);
        setAt(damaged, path, wrong);
        assert.equal(parseRecord(damaged), undefined, `${path.join(".")} ${wrong === undefined ? "missing" : "wrong"}`);
      }
    }
  });

  it("is absent, and never an error, for any JSON value at all", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => parseRecord(value) === undefined && parseHead(value) === undefined),
    );
  });

  it("of a kind of observation that is not known here is not believed", () => {
    assert.equal(parseRecord({ ...full, observed: [{ kind: "moon-phase", path: "x" }] }), undefined);
  });

  it("names the content it needs, a table's rows included, each once", () => {
    assert.deepEqual(contentOf({ ...full, values: [...full.values, ...full.values] }), [8, 10, 11, 12, 13].map(digest));
    const broken = { type: "display", data: [{ mime: TABLE_MIME, text: "{" }] } as const;
    assert.deepEqual(contentOf({ ...full, values: [], ambient: {}, definitions: {}, outputs: [broken] }), []);
  });
});

describe("a stored head", () => {
  const { version, key, components, outputs, durationMs, finishedAt } = full;
  const head = { version, key, components, outputs, durationMs, finishedAt };
  const error = { name: "E", message: "m", traceback: "t", frames: [] };

  for (const sound of [
    { ...head, status: "ok" },
    { ...head, status: "interrupted" },
    { ...head, status: "error", error },
  ]) {
    it(`comes through with status ${sound.status}`, () => assert.deepEqual(parseHead(sound), sound));
  }
  for (const [name, wrong] of [
    ["an unknown status", { ...head, status: "tired" }],
    ["half an error", { ...head, status: "error", error: { name: "E" } }],
    ["a later version", { ...head, status: "ok", version: 2 }],
  ] as const) {
    it(`is absent with ${name}`, () => assert.equal(parseHead(wrong), undefined));
  }
});

describe("a list of records", () => {
  const at = (path: string, mtimeNs: string, durationMs: number): CellRecord => {
    const seen: Observation = { kind: "file", path, size: 1, mtimeNs, digest: digest(1) };
    return { ...full, observed: [seen], durationMs };
  };

  it("takes a record with the same observations in the place of the older one, whatever their times and order", () => {
    const missing: Observation = { kind: "missing", path: "z" };
    const before = { ...at("a", "1", 1), observed: [...at("a", "1", 1).observed, missing] };
    const after = { ...at("a", "2", 2), observed: [missing, ...at("a", "2", 2).observed] };
    assert.deepEqual(withRecord([at("b", "1", 0), before], after), [after, at("b", "1", 0)]);
  });

  it("is newest first, without two of the same observations, and never too long", () => {
    fc.assert(
      fc.property(fc.array(fc.nat({ max: 12 })), (added) => {
        const records = added.reduce<readonly CellRecord[]>(
          (list, n, order) => withRecord(list, at(`p${n}`, "1", order)),
          [],
        );
        const newest = [...new Map(added.map((n, order) => [n, order])).values()]
          .sort((a, b) => b - a)
          .slice(0, RECORDS_PER_KEY);
        assert.deepEqual(
          records.map((record) => record.durationMs),
          newest,
        );
      }),
    );
  });
});

type Path = readonly (string | number)[];

function pathsIn(value: unknown, path: Path = []): Path[] {
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => {
    const here = [...path, Array.isArray(value) ? Number(key) : key];
    return [here, ...pathsIn(inner, here)];
  });
}

function setAt(target: unknown, path: Path, value: unknown): void {
  const last = path.at(-1);
  const parent = path
    .slice(0, -1)
    .reduce<unknown>((inner, key) => (inner as Record<string | number, unknown>)[key], target);
  (parent as Record<string | number, unknown>)[last as string | number] = value;
}
