/** A small context menu at a point: the WAI-ARIA menu pattern, closed by a choice, Escape or a click elsewhere. */
import { element } from "../shared/element.ts";

export interface MenuEntry {
  readonly label: string;
  readonly act: () => void;
}

export function openMenu(
  entries: readonly MenuEntry[],
  x: number,
  y: number,
  back: HTMLElement,
  signal: AbortSignal,
): void {
  const closing = new AbortController();
  const menu = element("div", { class: "strata strata-menu", attributes: { role: "menu" } });
  const items = entries.map(({ label, act }) => {
    const item = element("button", { text: label, attributes: { role: "menuitem", type: "button", tabindex: "-1" } });
    item.addEventListener("click", () => {
      close();
      act();
    });
    return item;
  });
  menu.append(...items);
  document.body.append(menu);
  menu.style.left = `${Math.max(0, Math.min(x, document.documentElement.clientWidth - menu.offsetWidth - 4))}px`;
  menu.style.top = `${Math.max(0, Math.min(y, document.documentElement.clientHeight - menu.offsetHeight - 4))}px`;
  items[0]?.focus();

  function close(): void {
    if (closing.signal.aborted) return;
    closing.abort();
    menu.remove();
    back.focus({ preventScroll: true });
  }

  const options = { signal: closing.signal };
  menu.addEventListener(
    "keydown",
    (event) => {
      event.stopPropagation();
      const step = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
      if (event.key === "Escape" || event.key === "Tab") close();
      else if (step === 0) return;
      else
        items[
          (items.indexOf(document.activeElement as HTMLButtonElement) + step + items.length) % items.length
        ]?.focus();
      event.preventDefault();
    },
    options,
  );
  document.addEventListener("pointerdown", (event) => menu.contains(event.target as Node) || close(), {
    capture: true,
    ...options,
  });
  window.addEventListener("blur", close, options);
  signal.addEventListener("abort", close, options);
}
