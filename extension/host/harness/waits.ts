/** What a runner waits for besides results. */
import type { Guest } from "./guest.ts";

/** Resolves when the guest says that the run has left nothing behind in it, and that it can take another. */
export function offerOf(guest: Guest): Promise<void> {
  return new Promise((resolve) => {
    guest.onOther = ({ type }) => {
      if (type === "again") resolve();
    };
  });
}

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
