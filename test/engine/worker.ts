/**
 * One of the processes that play histories: told the number of a seed, it says how that history went. Started by pool.ts.
 */
import { historyOf } from "./generate.ts";
import { type History, report } from "./history.ts";
import type { Played } from "./play.ts";
import { openPlayer } from "./player.ts";
import type { Answer, Task } from "./pool.ts";
import { failureOf, kindOf, reduce } from "./reduce.ts";

const REDUCE_MS = 90_000;

const player = openPlayer();

process.on("message", async (task: Task) => {
  process.send?.((await answerOf(task)) satisfies Answer);
});

// Who started it says when it is over.
for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => {});

process.on("disconnect", async () => {
  await player.close();
  process.exit();
});

async function answerOf({ seed, tier, small }: Task): Promise<Answer> {
  const history = historyOf(seed);
  const play = (one: History): Promise<Played> => player.play(one, tier, true);
  try {
    return { seed, played: await player.play(history, tier) };
  } catch (thrown) {
    const failure = thrown instanceof Error ? thrown : new Error(String(thrown));
    if (!small) return { seed, failure: failure.message };
    const less = await reduce(history, play, kindOf(failure), performance.now() + REDUCE_MS);
    const again = (await failureOf(less, play)) ?? failure;
    return { seed, failure: `${again.message}\n\n${report(less)}` };
  }
}
