/**
 * Repeats what failed for a passing reason, waiting longer each time, or as long as the provider asks. The SDKs' own
 * retries are off: they know nothing of an answer that breaks off, and cannot tell anybody that they wait.
 */
import type { FailureKind, ModelEvent, ModelFailure, ModelProvider } from "../../core/ai/model.ts";
import { CANCELLED } from "./failures.ts";

export interface RetryPolicy {
  /** Requests in all. */
  readonly attempts: number;
  readonly firstMs: number;
  readonly longestMs: number;
  /** Resolves early when the signal aborts. */
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>;
  /** 0 to 1, so that many clients do not come back at once. */
  readonly random: () => number;
}

const PASSING: ReadonlySet<FailureKind> = new Set(["rate-limited", "overloaded", "unreachable", "cut"]);

export function withRetries(provider: ModelProvider, policy: RetryPolicy): ModelProvider {
  return {
    id: provider.id,
    async *stream(request, signal): AsyncGenerator<ModelEvent> {
      for (let attempt = 1; ; attempt++) {
        let failure: ModelFailure | undefined;
        for await (const event of provider.stream(request, signal)) {
          if (event.type === "failed") failure = event.failure;
          else yield event.type === "done" ? { ...event, attempts: attempt } : event;
        }
        if (failure === undefined) return;
        const waitMs = delay(failure, attempt, policy);
        if (!PASSING.has(failure.kind) || attempt >= policy.attempts || waitMs > policy.longestMs) {
          return void (yield { type: "failed", failure, attempts: attempt });
        }
        yield { type: "retry", attempt: attempt + 1, waitMs, failure };
        await policy.sleep(waitMs, signal);
        if (signal.aborted) return void (yield { type: "failed", failure: CANCELLED, attempts: attempt });
      }
    },
  };
}

function delay(failure: ModelFailure, attempt: number, policy: RetryPolicy): number {
  if (failure.retryAfterMs !== undefined) return failure.retryAfterMs;
  const step = Math.min(policy.longestMs, policy.firstMs * 2 ** (attempt - 1));
  return Math.round(step * (0.75 + policy.random() / 4));
}

export function sleep(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    const end = (): void => {
      clearTimeout(timer);
      signal.removeEventListener("abort", end);
      resolve();
    };
    const timer = setTimeout(end, ms);
    signal.addEventListener("abort", end);
  });
}
