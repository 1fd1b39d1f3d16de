/** The digest of content: pinned, the same here and in the harness, and no damage goes unnoticed. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtemp, open as openFile, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { digestOf, digestOfFile } from "../../../extension/host/store/digest.ts";
import { openStore, type Store } from "../../../extension/host/store/open.ts";

const MIB = 1 << 20;
const sha256 = (bytes: Uint8Array): Buffer => createHash("sha256").update(bytes).digest();

/** Bytes that are different in every piece. */
function sample(length: number): Buffer {
  const bytes = Buffer.alloc(length);
  for (let at = 0; at < length; at += 4099) bytes[at] = (at / 4099) % 251;
  return bytes;
}

describe("the digest of content", () => {
  let dir: string;
  before(async () => {
    dir = await mkdtemp(join(tmpdir(), "strata-digest-"));
  });
  after(() => rm(dir, { recursive: true, force: true }));

  it("is the SHA-256 up to 1 MiB", () => {
    for (const length of [0, 1, MIB - 1, MIB]) {
      assert.equal(digestOf(sample(length)), sha256(sample(length)).toString("hex"));
    }
  });

  it("is what docs/store.md says above", () => {
    const bytes = sample(2 * MIB + 5);
    const length = Buffer.from([5, 0, 0x20, 0, 0, 0, 0, 0]);
    const pieces = [bytes.subarray(0, MIB), bytes.subarray(MIB, 2 * MIB), bytes.subarray(2 * MIB)].map(sha256);
    const whole = Buffer.concat([Buffer.from("strata.pieces.v1\n"), length, ...pieces]);
    assert.equal(digestOf(bytes), createHash("sha512").update(whole).digest("hex").slice(0, 64));
    // Short content that is made to look like the pieces of long content has another digest.
    assert.notEqual(digestOf(whole), digestOf(bytes));
  });

  it("never changes", () => {
    assert.equal(digestOf(sample(3 * MIB)), "40496d91f0b0dd252c8d6e3003a882aca135a6927f10352b90c5857fa7f8b468");
  });

  it("is the same in the harness, from memory and from a file, on one core and on many", async () => {
    const lengths = [0, 1, MIB - 1, MIB, MIB + 1, 2 * MIB, 5 * MIB + 77];
    for (const length of lengths) await writeFile(join(dir, String(length)), sample(length));
    const script = [
      "import sys",
      `sys.path.insert(0, ${JSON.stringify(resolve(import.meta.dirname, "../../../python-harness"))})`,
      "from strata_harness import digest",
      "for path in sys.argv[1:]:",
      "    found = {digest.of_bytes(open(path, 'rb').read())}",
      "    for cores in (1, 2, 8):",
      "        digest._cores = lambda: cores",
      "        found.add(digest.of_file(path)[0])",
      "    print(*found)",
    ].join("\n");
    const paths = lengths.map((length) => join(dir, String(length)));
    const said = execFileSync(process.env.STRATA_TEST_PYTHON ?? "python3", ["-c", script, ...paths], {
      encoding: "utf8",
    });
    assert.deepEqual(
      said.trim().split("\n"),
      lengths.map((length) => digestOf(sample(length))),
    );
    for (const length of lengths) {
      const file = await openFile(join(dir, String(length)));
      assert.equal(await digestOfFile(file).finally(() => file.close()), digestOf(sample(length)));
    }
  });
});

describe("long content", () => {
  const bytes = sample(4 * MIB + 1000);
  let dir: string;
  let store: Store;
  let problems: string[];
  beforeEach(async () => {
    problems = [];
    dir = await mkdtemp(join(tmpdir(), "strata-store-"));
    store = await openStore(dir, { onProblem: ({ code }) => problems.push(code) });
  });
  afterEach(async () => {
    await store.close();
    await rm(dir, { recursive: true, force: true });
  });

  const damages: readonly (readonly [string, (path: string) => Promise<void>])[] = [
    ...[0, MIB - 1, MIB, 2 * MIB + 7, 3 * MIB, 4 * MIB, bytes.length - 1].map(
      (at) => [`one bit at ${at}`, (path: string) => flip(path, at)] as const,
    ),
    ["its last byte gone", (path) => truncate(path, bytes.length - 1)],
    ["its last piece gone", (path) => truncate(path, 4 * MIB)],
    ["all but a piece gone", (path) => truncate(path, MIB)],
    ["a byte more", (path) => writeFile(path, "x", { flag: "a" })],
    ["a piece more", (path) => writeFile(path, Buffer.alloc(MIB), { flag: "a" })],
    ["two pieces exchanged", (path) => exchange(path)],
  ];
  for (const [name, damage] of damages) {
    it(`is a miss with ${name}`, async () => {
      const digest = await store.content.put(bytes);
      assert.equal(await store.content.verify(digest), true);
      await damage(store.content.path(digest));
      assert.equal(await store.content.verify(digest), false);
      assert.deepEqual(problems, ["content-damaged"]);
      assert.equal(await store.content.read(digest), undefined);
    });
  }

  async function flip(path: string, at: number): Promise<void> {
    const file = await openFile(path, "r+");
    await file.write(Buffer.from([(bytes[at] ?? 0) ^ 1]), 0, 1, at);
    await file.close();
  }

  async function exchange(path: string): Promise<void> {
    const file = await openFile(path, "r+");
    await file.write(bytes, MIB, MIB, 2 * MIB);
    await file.write(bytes, 2 * MIB, MIB, MIB);
    await file.close();
  }
});
