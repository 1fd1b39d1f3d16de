/** At most so many requests at once to one provider; the others wait their turn, and a waiting one can be cancelled. */
import type { ModelEvent, ModelProvider } from "../../core/ai/model.ts";
import { CANCELLED } from "./failures.ts";

export interface Limit {
  /** Resolves to a release, or to undefined when the signal aborted first. */
  enter(signal: AbortSignal): Promise<(() => void) | undefined>;
}

export function createLimit(places: number): Limit {
  let free = places;
  const waiting: (() => void)[] = [];
  const release = (): void => {
    const next = waiting.shift();
    if (next === undefined) free += 1;
    else next();
  };
  return {
    enter(signal) {
      if (signal.aborted) return Promise.resolve(undefined);
      if (free > 0) {
        free -= 1;
        return Promise.resolve(release);
      }
      return new Promise((resolve) => {
        const take = (): void => {
          signal.removeEventListener("abort", leave);
          resolve(release);
        };
        const leave = (): void => {
          waiting.splice(waiting.indexOf(take), 1);
          resolve(undefined);
        };
        waiting.push(take);
        signal.addEventListener("abort", leave, { once: true });
      });
    },
  };
}

export function withLimit(provider: ModelProvider, limit: Limit): ModelProvider {
  return {
    id: provider.id,
    async *stream(request, signal): AsyncGenerator<ModelEvent> {
      const release = await limit.enter(signal);
      if (release === undefined) return void (yield { type: "failed", failure: CANCELLED, attempts: 1 });
      try {
        yield* provider.stream(request, signal);
      } finally {
        release();
      }
    },
  };
}
