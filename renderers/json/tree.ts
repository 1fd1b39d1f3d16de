/** A collapsible tree after the WAI-ARIA tree pattern. Children are made when their parent is first opened, in portions. */
import { copyText } from "../shared/clipboard.ts";
import { button, element } from "../shared/element.ts";
import { entriesOf, type Json, kindOf, pathText, summary, valueText } from "./value.ts";

/** Children made at once; the rest waits behind a "more" item. */
const PORTION = 100;
/** Levels and items opened at first: what fits a glance. */
const OPEN_LEVELS = 2;
const OPEN_ITEMS = 20;

interface Node {
  readonly item: HTMLElement;
  readonly value: Json;
  readonly path: readonly (string | number)[];
  readonly group: HTMLElement | undefined;
  made: boolean;
}

export function createTree(root: Json): { readonly node: HTMLElement; dispose(): void } {
  const nodes = new WeakMap<Element, Node>();
  const tree = element("div", { class: "tree", attributes: { role: "tree", "aria-label": "JSON output" } });
  const status = element("span", { class: "said", attributes: { role: "status" } });
  const tools = element("span", {
    class: "strata-bar",
    children: [
      button("Copy Value", "Copy the value (Ctrl+C)", () => void copy("value")),
      button("Copy Path", "Copy the way to the value", () => void copy("path")),
    ],
  });
  const node = element("div", { children: [tree, status] });
  const listening = new AbortController();
  let current: HTMLElement | undefined;

  function makeItem(
    key: string | number | undefined,
    value: Json,
    path: readonly (string | number)[],
    position: number,
    size: number,
  ): HTMLElement {
    const kind = kindOf(value);
    const hasChildren = (kind === "array" || kind === "object") && entriesOf(value).length > 0;
    const row = element("div", { class: "line" });
    row.append(
      element("span", { class: hasChildren ? "twistie" : "twistie none", attributes: { "aria-hidden": "true" } }),
    );
    if (key !== undefined)
      row.append(
        element("span", { class: typeof key === "number" ? "key position" : "key", text: String(key) }),
        element("span", { class: "colon", text: ": " }),
      );
    row.append(element("span", { class: `value ${kind}`, text: summary(value) }));
    const group = hasChildren ? element("div", { class: "group", attributes: { role: "group" } }) : undefined;
    if (group) group.hidden = true;
    const item = element("div", {
      class: "item",
      attributes: {
        role: "treeitem",
        tabindex: "-1",
        "aria-level": String(path.length + 1),
        "aria-posinset": String(position),
        "aria-setsize": String(size),
      },
      children: group ? [row, group] : [row],
    });
    row.style.paddingLeft = `${path.length * 14}px`;
    if (group) item.setAttribute("aria-expanded", "false");
    nodes.set(item, { item, value, path, group, made: false });
    return item;
  }

  function makeChildren(parent: Node, from: number): void {
    const { group, value, path } = parent;
    if (!group) return;
    const entries = entriesOf(value);
    const to = Math.min(entries.length, from + PORTION);
    const made: HTMLElement[] = [];
    for (let at = from; at < to; at++) {
      const [key, item] = entries[at] ?? ["", null];
      made.push(makeItem(key, item, [...path, key], at + 1, entries.length));
    }
    if (to < entries.length) {
      const more = element("div", {
        class: "item more",
        attributes: { role: "treeitem", tabindex: "-1", "aria-level": String(path.length + 2) },
      });
      const line = element("div", { class: "line", text: `… ${(entries.length - to).toLocaleString("en-US")} more` });
      line.style.paddingLeft = `${(path.length + 1) * 14 + 16}px`;
      more.append(line);
      more.dataset.from = String(to);
      made.push(more);
    }
    group.append(...made);
  }

  function setOpen(item: HTMLElement, open: boolean): void {
    const found = nodes.get(item);
    if (!found?.group) return;
    if (open && !found.made) {
      found.made = true;
      makeChildren(found, 0);
    }
    found.group.hidden = !open;
    item.setAttribute("aria-expanded", String(open));
  }

  function showMore(more: HTMLElement): void {
    const parent = more.parentElement?.closest<HTMLElement>(".item");
    const found = parent ? nodes.get(parent) : undefined;
    if (!found) return;
    const before = more.previousElementSibling;
    more.remove();
    makeChildren(found, Number(more.dataset.from));
    focus((before?.nextElementSibling as HTMLElement | null) ?? parent ?? undefined);
  }

  function activate(item: HTMLElement): void {
    if (item.classList.contains("more")) showMore(item);
    else setOpen(item, item.getAttribute("aria-expanded") !== "true");
  }

  function focus(item: HTMLElement | undefined, really = true): void {
    if (!item) return;
    if (current) current.tabIndex = -1;
    current = item;
    item.tabIndex = 0;
    if (really) item.focus({ preventScroll: false });
    const line = item.querySelector(".line");
    if (line && !item.classList.contains("more")) line.append(tools);
  }

  function shown(): HTMLElement[] {
    return [...tree.querySelectorAll<HTMLElement>(".item")].filter((item) => !item.parentElement?.closest("[hidden]"));
  }

  async function copy(what: "value" | "path"): Promise<void> {
    const found = current && nodes.get(current);
    if (!found) return;
    const done = await copyText(what === "value" ? valueText(found.value) : pathText(found.path));
    status.textContent = done ? `Copied the ${what}.` : "The clipboard is not available here.";
  }

  function onKey(event: KeyboardEvent): void {
    const item = current;
    if (!item || (event.target as HTMLElement).closest("button")) return;
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const open = item.getAttribute("aria-expanded");
    const items = shown();
    const at = items.indexOf(item);
    if (event.key === "ArrowDown") focus(items[at + 1]);
    else if (event.key === "ArrowUp") focus(items[at - 1]);
    else if (event.key === "Home") focus(items[0]);
    else if (event.key === "End") focus(items.at(-1));
    else if (event.key === "ArrowRight")
      open === "false" ? setOpen(item, true) : open === "true" && focus(items[at + 1]);
    else if (event.key === "ArrowLeft")
      open === "true" ? setOpen(item, false) : focus(item.parentElement?.closest<HTMLElement>(".item") ?? undefined);
    else if (event.key === "Enter" || event.key === " ") activate(item);
    else if (event.key === "*")
      for (const each of item.parentElement?.children ?? []) setOpen(each as HTMLElement, true);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  function openAtFirst(item: HTMLElement, level: number): void {
    const found = nodes.get(item);
    if (!found?.group || level >= OPEN_LEVELS || (level > 0 && entriesOf(found.value).length > OPEN_ITEMS)) return;
    setOpen(item, true);
    for (const child of found.group.children) openAtFirst(child as HTMLElement, level + 1);
  }

  const top = makeItem(undefined, root, [], 1, 1);
  tree.append(top);
  openAtFirst(top, 0);
  focus(top, false);
  const options = { signal: listening.signal };
  tree.addEventListener("keydown", onKey, options);
  tree.addEventListener(
    "click",
    (event) => {
      const item = (event.target as HTMLElement).closest<HTMLElement>(".item");
      if (!item || (event.target as HTMLElement).closest("button")) return;
      focus(item);
      if (document.getSelection()?.isCollapsed !== false) activate(item);
    },
    options,
  );
  document.addEventListener(
    "copy",
    (event) => {
      const found = current && nodes.get(current);
      if (!found || document.activeElement !== current || document.getSelection()?.isCollapsed === false) return;
      event.clipboardData?.setData("text/plain", valueText(found.value));
      event.preventDefault();
      status.textContent = "Copied the value.";
    },
    options,
  );
  return { node, dispose: () => listening.abort() };
}
