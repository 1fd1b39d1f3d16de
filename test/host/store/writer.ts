/**
 * A process that fills a store, for tests of several at once: `writer.ts DIR NAME COUNT BYTES`.
 * It says when it is ready, and begins by opening the store when its stdin says so. Each round puts content of about
 * that size, adds a record that needs it to a key that other writers use too, and moves a head; then it says so.
 */
import { once } from "node:events";
import { openStore } from "../../../extension/host/store/open.ts";
import { keyOf, sampleHead, withValue } from "./samples.ts";

const [dir = "", name = "", count = "0", size = "0"] = process.argv.slice(2);
process.stdout.write("ready\n");
await once(process.stdin, "data");
process.stdin.destroy();
const store = await openStore(dir, {
  onProblem: (problem) => process.stderr.write(`${problem.code}: ${problem.message}\n`),
});
for (let n = 0; n < Number(count); n++) {
  const bytes = Buffer.alloc(Number(size), `${name} ${n} `);
  const digest = await store.content.put(bytes);
  // Two writers a key: each must keep the other's record.
  const shared = withValue(n, digest, bytes.length);
  await store.index.add({ ...shared, cell: name, observed: [{ kind: "missing", path: name }] });
  await store.index.setHead("notebook", `${name}-${n}`, sampleHead(n));
  process.stdout.write(`${keyOf(n)} ${digest}\n`);
}
await store.close();
