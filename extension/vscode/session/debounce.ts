/** Calls once things have been quiet for a while. */
export interface Debounced {
  call(): void;
  dispose(): void;
}

/** The time may depend on when it is asked: a quick action can come sooner. */
export function debounce(milliseconds: number | (() => number), action: () => void): Debounced {
  let timer: ReturnType<typeof setTimeout> | undefined;
  return {
    call() {
      clearTimeout(timer);
      timer = setTimeout(action, typeof milliseconds === "number" ? milliseconds : milliseconds());
    },
    dispose() {
      clearTimeout(timer);
    },
  };
}
