/** What the index holds is believed only when its writer is trusted, and kept for others when not. */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import type { CellHead, CellRecord, Observation } from "../../../extension/core/store/model.ts";
import {
  headContext,
  ownRecords,
  RECORD_CONTEXT,
  readHead,
  readRow,
  type Signer,
  signHead,
  signRecord,
  toRow,
  withEntry,
} from "../../../extension/core/store/signed.ts";
import { keyOf, observing, sampleHead, sampleRecord } from "../../host/store/samples.ts";

/** Who signed what, where; that nobody else could is another matter. */
function signerOf(who: string): Signer {
  const sign = (context: string, text: string) =>
    createHash("sha256").update(`${who} ${context} ${text}`).digest("hex");
  return { sign, accepts: (context, { text, signature }) => signature === sign(context, text) };
}

const me = signerOf("me");
const other = signerOf("other");
const key = keyOf(1);

/** Through JSON, as storage gives it back. */
const stored = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

function rowOf(...signed: readonly (readonly [CellRecord, Signer])[]): unknown {
  return stored(toRow(signed.map(([record, signer]) => signRecord(record, signer))));
}

describe("a row of records", () => {
  const mine = observing(1, "mine");
  const theirs = observing(1, "theirs");

  it("gives one's own and knows of the others", () => {
    const entries = readRow(rowOf([mine, me], [theirs, other]), key, me);
    assert.deepEqual(ownRecords(entries), [mine]);
    assert.deepEqual(
      entries.map(({ record, own }) => [record, own]),
      [
        [mine, true],
        [theirs, false],
      ],
    );
  });

  const [entry] = [signRecord(mine, me)];
  const forged: readonly { readonly name: string; readonly row: unknown; readonly entries: number }[] = [
    { name: "unsigned, as earlier versions wrote it", row: [mine], entries: 1 },
    { name: "with an empty signature", row: [{ ...entry.signed, signature: "" }], entries: 1 },
    {
      name: "with one character changed",
      row: [{ ...entry.signed, text: entry.signed.text.replace("mine", "mime") }],
      entries: 1,
    },
    {
      name: "with the signature of another text",
      row: [{ ...entry.signed, signature: signRecord(theirs, me).signed.signature }],
      entries: 1,
    },
    {
      name: "signed as something else",
      row: [{ text: entry.signed.text, signature: me.sign(headContext("n", "c"), entry.signed.text) }],
      entries: 1,
    },
    { name: "under the key of another recipe", row: rowOf([sampleRecord(2), me]), entries: 0 },
    { name: "whose text is no JSON", row: [{ text: "{", signature: me.sign(RECORD_CONTEXT, "{") }], entries: 0 },
    { name: "whose parts have the wrong types", row: [{ text: 1, signature: [] }, null, 7, "x", []], entries: 0 },
    { name: "that is no list", row: { 0: entry.signed }, entries: 0 },
    { name: "that is absent", row: undefined, entries: 0 },
  ];
  for (const { name, row, entries } of forged) {
    it(`believes nothing ${name}`, () => {
      const found = readRow(stored(row ?? null), key, me);
      assert.deepEqual(ownRecords(found), []);
      assert.equal(found.length, entries);
    });
  }

  it("keeps other people's records when one's own is added, though they observed the same", () => {
    const [added, before] = [{ ...theirs, durationMs: 9 }, readRow(rowOf([theirs, other], [mine, me]), key, me)];
    const after = withEntry(before, signRecord(added, me));
    assert.deepEqual(ownRecords(after), [added, mine]);
    assert.deepEqual(ownRecords(readRow(stored(toRow(after)), key, other)), [theirs]);
  });

  it("grows neither by one's own records nor by others'", () => {
    let entries = readRow(undefined, key, me);
    for (let n = 0; n < 40; n++) {
      const signer = n % 2 === 0 ? me : other;
      entries = withEntry(readRow(stored(toRow(entries)), key, signer), signRecord(observing(1, `${n}`), signer));
    }
    assert.equal(entries.length, 16);
  });
});

describe("a stored head", () => {
  const outputs: CellHead["outputs"] = [
    { type: "stream", name: "stdout", text: "text" },
    {
      type: "display",
      data: [
        { mime: "text/html", text: "<script>" },
        { mime: "text/plain", text: "plain" },
      ],
    },
    { type: "display", data: [{ mime: "application/javascript", text: "1" }] },
    { type: "display", data: [{ mime: "image/png", digest: keyOf(3), bytes: 1 }] },
  ];
  const head = sampleHead(1, { outputs });

  it("comes back whole to its writer", () => {
    assert.deepEqual(readHead(stored(signHead(head, "n", "c", me)), "n", "c", me)?.head, head);
  });

  for (const [name, value, cell] of [
    ["of somebody else", signHead(head, "n", "c", other), "c"],
    ["of another cell", signHead(head, "n", "c", me), "d"],
    ["of an earlier version", head, "c"],
  ] as const) {
    it(`${name} shows text and pictures only`, () => {
      const found = readHead(stored(value), "n", cell, me);
      assert.equal(found?.own, false);
      assert.deepEqual(
        found.head.outputs.flatMap((output) => (output.type === "display" ? output.data.map(({ mime }) => mime) : [])),
        ["text/plain", "text/plain", "image/png"],
      );
      assert.match(JSON.stringify(found.head.outputs[2]), /made by somebody else/);
      assert.deepEqual(found.head.outputs[0], outputs[0]);
    });
  }
});

// The order of keys in the text is the writer's; nothing depends on it.
const ambient: Observation = { kind: "ambient", component: "random", digest: null };
it("a record's text is parsed as it was signed, whatever the order of its keys", () => {
  const record = sampleRecord(1, { observed: [ambient] });
  const text = JSON.stringify(Object.fromEntries(Object.entries(record).reverse()));
  const row = [{ text, signature: me.sign(RECORD_CONTEXT, text) }];
  assert.deepEqual(ownRecords(readRow(stored(row), key, me)), [record]);
});
