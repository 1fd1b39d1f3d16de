/**
 * One of the processes that play histories: told the number of a seed, it says how that history went. Started by pool.ts.
 */
import { historyOf } from "./generate.ts";
import { report } from "./history.ts";
import { openPlayer } from "./player.ts";
import type { Answer, Task } from "./pool.ts";
import { failureOf, kindOf, reduce } from "./reduce.ts";

const REDUCE_MS = 90_000;

const player = openPlayer();

process.on("message", async ({ seed, whole, small }: Task) => {
  process.send?.((await answerOf(seed, whole, small)) satisfies Answer);
});

// Who started it says when it is over.
for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => {});

process.on("disconnect", async () => {
  await player.close();
  process.exit();
});

async function answerOf(seed: number, whole: boolean, small: boolean): Promise<Answer> {
  const history = historyOf(seed);
  const play = whole ? player.playWhole : player.play;
  try {
    return { seed, played: await play(history) };
  } catch (thrown) {
    const failure = thrown instanceof Error ? thrown : new Error(String(thrown));
    if (!small) return { seed, failure: failure.message };
    const less = await reduce(history, play, kindOf(failure), performance.now() + REDUCE_MS);
    const again = (await failureOf(less, play)) ?? failure;
    return { seed, failure: `${again.message}\n\n${report(less)}` };
  }
}
