/**
 * Whatever is done to a notebook, what is shown fresh is what the script prints. PROPERTY_RUNS=n plays more histories than
 * CI does, PROPERTY_SEED=s those from s on; a failure names its seed. `npm run histories` is for hundreds of thousands.
 */
import assert from "node:assert/strict";
import { availableParallelism } from "node:os";
import { tierOf } from "./player.ts";
import { type Answer, openPool, type Pool } from "./pool.ts";
import { add, NOTHING_PLAYED, told } from "./totals.ts";

const asked = process.env.PROPERTY_SEED;
const runs = Number(process.env.PROPERTY_RUNS ?? 2000);
/** Where nobody says which, always the same ones: a change is judged by what it changed. Campaigns play new ones. */
const first = Number(asked ?? 3_000_400);
const CHUNK = 100;
/** Of so many failures the histories are made small. */
const SMALL = 3;

describe(`script equivalence (${runs} random histories from seed ${first})`, function () {
  this.timeout(0);
  let pool: Pool;
  let total = NOTHING_PLAYED;
  let failures = 0;
  const chunks = chunksOf(first, runs);

  before(() => {
    pool = openPool(availableParallelism());
    for (const chunk of chunks) {
      const seeds = Array.from({ length: chunk.to - chunk.from + 1 }, (_, at) => chunk.from + at);
      chunk.answers = Promise.all(seeds.map((seed) => play(seed)));
    }
  });

  async function play(seed: number): Promise<Answer> {
    const answer = await pool.play({ seed, tier: tierOf(seed), small: failures < SMALL });
    if ("failure" in answer) failures += 1;
    else total = add(total, answer.played);
    return answer;
  }

  for (const chunk of chunks) {
    it(`histories ${chunk.from} to ${chunk.to}`, async () => {
      const failed = (await chunk.answers).flatMap((answer) => ("failure" in answer ? [answer] : []));
      const stories = failed.map(({ seed, failure }) => `${failure}\nPROPERTY_SEED=${seed} PROPERTY_RUNS=1`);
      assert.equal(failed.length, 0, stories.join("\n\n"));
    });
  }

  it("compared much, and most cells ran", () => {
    assert.ok(total.compared > 5 * runs, `only ${total.compared} results were compared`);
    assert.ok(total.failed < total.ran, `${total.failed} runs failed, ${total.ran} did not`);
  });

  after(async () => {
    process.stdout.write(`    ${told(total)}\n`);
    await pool.close();
  });
});

interface Chunk {
  readonly from: number;
  readonly to: number;
  answers: Promise<readonly Answer[]>;
}

function chunksOf(from: number, count: number): Chunk[] {
  return Array.from({ length: Math.ceil(count / CHUNK) }, (_, at) => ({
    from: from + at * CHUNK,
    to: Math.min(from + (at + 1) * CHUNK, from + count) - 1,
    answers: Promise.resolve([]),
  }));
}
