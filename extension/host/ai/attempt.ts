/**
 * One request and its answer, made total: whatever the SDK throws or leaves out becomes a last event, silence becomes a
 * time-out, and a cancelled signal ends it at once.
 */
import type { ModelEvent } from "../../core/ai/model.ts";
import { CANCELLED, type FailureContext, failureOf, simpleFailure } from "./failures.ts";

/** Sends the request and yields events; calls `alive` at whatever the server sends. May throw, may end early. */
export type Exchange = (signal: AbortSignal, alive: () => void) => AsyncIterable<ModelEvent>;

export async function* attempt(
  exchange: Exchange,
  context: FailureContext,
  signal: AbortSignal,
): AsyncGenerator<ModelEvent> {
  const failed = (failure: ReturnType<typeof failureOf>): ModelEvent => ({ type: "failed", failure, attempts: 1 });
  if (signal.aborted) return void (yield failed(CANCELLED));
  const watch = watchdog(context.timeoutMs);
  try {
    for await (const event of exchange(AbortSignal.any([signal, watch.signal]), watch.alive)) {
      yield event;
      if (event.type === "done" || event.type === "failed") return;
    }
    if (signal.aborted) yield failed(CANCELLED);
    else yield failed(simpleFailure(watch.signal.aborted ? "timeout" : "cut", context));
  } catch (thrown) {
    if (signal.aborted) yield failed(CANCELLED);
    else yield failed(watch.signal.aborted ? simpleFailure("timeout", context) : failureOf(thrown, context));
  } finally {
    watch.stop();
  }
}

/** Aborts after so long without a sign of life. */
function watchdog(ms: number): { readonly signal: AbortSignal; readonly alive: () => void; readonly stop: () => void } {
  const controller = new AbortController();
  let timer = setTimeout(() => controller.abort(), ms);
  return {
    signal: controller.signal,
    alive() {
      clearTimeout(timer);
      timer = setTimeout(() => controller.abort(), ms);
    },
    stop: () => clearTimeout(timer),
  };
}
