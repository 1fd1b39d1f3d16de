/** Calls once things have been quiet for a while. */
export interface Debounced {
  call(): void;
  dispose(): void;
}

export function debounce(milliseconds: number, action: () => void): Debounced {
  let timer: ReturnType<typeof setTimeout> | undefined;
  return {
    call() {
      clearTimeout(timer);
      timer = setTimeout(action, milliseconds);
    },
    dispose() {
      clearTimeout(timer);
    },
  };
}
