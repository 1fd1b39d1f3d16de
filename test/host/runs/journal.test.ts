/** The story of a detached run: whole lines, in order, to the end of its writer, and no gap where the disk was full. */
import assert from "node:assert/strict";
import { appendFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Entry, openJournal, readJournal } from "../../../extension/host/runs/journal.ts";

const says = (text: string): Entry => ({ type: "progress", text });
const never = new AbortController().signal;

describe("the story of a detached run", () => {
  let folder: string;
  let path: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "strata-journal-"));
    path = join(folder, "journal.jsonl");
  });
  afterEach(() => rm(folder, { recursive: true }));

  it("is read while it is written, and to its end when its writer is gone", async () => {
    const journal = openJournal(path, assert.fail);
    journal.write(says("one"));
    let end = (): void => {};
    const over = new Promise<void>((resolve) => {
      end = resolve;
    });
    const found: Entry[] = [];
    for await (const entry of readJournal(path, over, never)) {
      found.push(entry);
      if (found.length === 1) journal.write(says("two"));
      if (found.length !== 2) continue;
      journal.write({ type: "end", code: 0 });
      journal.close();
      // Its writer was killed in the middle of a line.
      appendFileSync(path, '{"type":"progress","te');
      end();
    }
    assert.deepEqual(found, [says("one"), says("two"), { type: "end", code: 0 }]);
  });

  it("is left when the reader wants to leave", async () => {
    openJournal(path, assert.fail).close();
    const leaving = new AbortController();
    setImmediate(() => leaving.abort());
    for await (const _ of readJournal(path, new Promise(() => {}), leaving.signal)) assert.fail("Nothing was written.");
  });

  const onLinux = process.platform === "linux" ? it : it.skip;
  onLinux("ends where the disk is full, which is said once (needs Linux's /dev/full)", () => {
    const said: string[] = [];
    const journal = openJournal("/dev/full", (message) => said.push(message));
    journal.write(says("one"));
    journal.write(says("two"));
    journal.close();
    assert.equal(said.length, 1);
    assert.match(said[0] ?? "", /\/dev\/full \(ENOSPC\)\. It goes on/);
  });
});
