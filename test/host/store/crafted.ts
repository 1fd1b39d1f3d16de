/**
 * What somebody with bad intentions would put into a notebook's store: a value whose loading runs a command, under a
 * record that says it is what a cell of the notebook made.
 */
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import type { CellRecord } from "../../../extension/core/store/model.ts";
import { signRecord } from "../../../extension/core/store/signed.ts";
import { loadKeys, type StoreKeys } from "../../../extension/host/store/keys.ts";
import { openStore } from "../../../extension/host/store/open.ts";
import { createSigner } from "../../../extension/host/store/signer.ts";

/** A value file (docs/harness-protocol.md) whose pickle makes `witness` when it is loaded, and is `{"x": 0}`. */
export function craftedValue(witness: string): Uint8Array {
  // In the opcodes of protocol 0: an empty dict, the key, the call, and the item set.
  const stream = Buffer.from(`}S'x'\ncos\nsystem\n(S'touch ${witness}'\ntRs.`, "latin1");
  const header = Buffer.from(JSON.stringify({ pickle: [64, stream.length], buffers: [] }).padEnd(48), "latin1");
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(header.length));
  return Buffer.concat([Buffer.from("STRATA1\n"), length, header, stream]);
}

export function keysOf(state: string): StoreKeys {
  return loadKeys({
    env: { XDG_STATE_HOME: state },
    platform: "linux",
    onProblem: ({ message }) => {
      throw new Error(message);
    },
  });
}

/**
 * Every record of the store names crafted values afterwards, in each form that could be tried: signed by the attacker,
 * unsigned, and with the signature that the user gave the record that was there.
 */
export async function craft(dir: string, witness: string, attacker: StoreKeys): Promise<void> {
  const store = await openStore(dir, {
    keys: attacker,
    onProblem: ({ message }) => {
      throw new Error(message);
    },
  });
  const bytes = craftedValue(witness);
  const digest = await store.content.put(bytes);
  await store.close();
  const db = new DatabaseSync(join(dir, "v2", "index.sqlite"));
  const rows = db.prepare("SELECT key, value FROM keyv WHERE namespace = 'records'").all();
  for (const row of rows) {
    const { value } = JSON.parse(String(row.value)) as { value: { text: string; signature: string }[] };
    const forged = value.flatMap(({ text, signature }) => {
      const record = JSON.parse(text) as CellRecord;
      const values = record.values.map((one) => ({ ...one, digest, bytes: bytes.length }));
      const crafted = { ...record, values };
      const signed = signRecord(crafted, createSigner(attacker)).signed;
      return [signed, crafted, { text: signed.text, signature }];
    });
    db.prepare("UPDATE keyv SET value = ? WHERE namespace = 'records' AND key = ?").run(
      JSON.stringify({ value: forged }),
      String(row.key),
    );
  }
  db.close();
  if (rows.length === 0) throw new Error(`There are no records in ${dir}.`);
}
