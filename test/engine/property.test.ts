/**
 * Whatever is done to a notebook, what is shown fresh is what the script prints.
 * PROPERTY_RUNS=n plays more histories, PROPERTY_SEED=s others; a failure names the seed to play it again.
 */
import assert from "node:assert/strict";
import * as fc from "fast-check";
import { generate, type History, play, report } from "./history.ts";
import { failureOf, kindOf, reduce } from "./reduce.ts";

const runs = Number(process.env.PROPERTY_RUNS ?? 25);
const first = Number(process.env.PROPERTY_SEED ?? 20_261);
const REDUCE_MS = 90_000;

describe(`script equivalence (${runs} random histories from seed ${first})`, function () {
  this.timeout(0);
  const total = { compared: 0, ran: 0, failed: 0 };

  for (let seed = first; seed < first + runs; seed += 1) {
    it(`history ${seed}`, async () => {
      const history = historyOf(seed);
      try {
        const played = await play(history);
        total.compared += played.compared;
        total.ran += played.ran;
        total.failed += played.failed;
      } catch (thrown) {
        const failure = thrown instanceof Error ? thrown : new Error(String(thrown));
        const small = await reduce(history, kindOf(failure), performance.now() + REDUCE_MS);
        const again = (await failureOf(small)) ?? failure;
        assert.fail(`${again.message}\nPROPERTY_SEED=${seed} PROPERTY_RUNS=1\n\n${report(small)}`);
      }
    });
  }

  it("compared something, and most cells ran", () => {
    assert.ok(total.compared > 5 * runs, `only ${total.compared} results were compared`);
    assert.ok(total.failed < total.ran, `${total.failed} runs failed, ${total.ran} did not`);
  });

  after(() => {
    process.stdout.write(`    ${total.ran} cells ran, ${total.failed} failed, ${total.compared} results compared\n`);
  });
});

function historyOf(seed: number): History {
  const histories = fc.gen().map((draw) => generate((count) => draw(fc.nat, { max: count - 1 })));
  const [history] = fc.sample(histories, { seed, numRuns: 1 });
  assert.ok(history !== undefined);
  return history;
}
