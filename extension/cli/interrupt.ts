/**
 * Ctrl-C, a request to end from outside, and a terminal that was closed: the first asks the run to stop, and it then
 * says what became of each cell; the second ends this process at once, and with it every Python that it started.
 */
import { EXIT } from "./exit.ts";

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

export interface Interrupt {
  readonly signal: AbortSignal;
  /** As the first signal would. */
  readonly request: () => void;
  /** From now on the signals do what they do in any program. */
  release(): void;
}

export function listenForInterrupt(onFirst: () => void): Interrupt {
  const abort = new AbortController();
  const request = (): void => {
    if (abort.signal.aborted) return;
    abort.abort();
    onFirst();
  };
  const onSignal = (): void => {
    // Runners kill their processes when this one exits.
    if (abort.signal.aborted) process.exit(EXIT.interrupted);
    request();
  };
  for (const signal of SIGNALS) process.on(signal, onSignal);
  return {
    signal: abort.signal,
    request,
    release() {
      for (const signal of SIGNALS) process.off(signal, onSignal);
    },
  };
}
