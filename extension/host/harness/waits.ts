/** What a runner waits for besides results. */

/** Until it is done, or nobody wants to know any more. Never rejects. */
export function orAborted(done: Promise<void>, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const settle = () => {
      signal.removeEventListener("abort", settle);
      resolve();
    };
    signal.addEventListener("abort", settle, { once: true });
    void done.then(settle, settle);
  });
}
