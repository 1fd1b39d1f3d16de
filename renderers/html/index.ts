/** HTML outputs, each in a sandboxed frame as tall as its content. */
import type { ActivationFunction } from "vscode-notebook-renderer";
import { element } from "../shared/element.ts";
import { outputs, type View } from "../shared/outputs.ts";
import { installStyles } from "../shared/styles.ts";
import { type FrameTheme, frameDocument, mayOpen, parseFrameMessage } from "./frame.ts";

const STYLES = `
.strata-html iframe { display: block; width: 100%; height: 0; border: none; background: transparent; color-scheme: normal; }
`;

const PADDING = "var(--notebook-output-node-left-padding, 0px)";

/** How long the notebook waits for a frame's first height before it measures the output. */
const FIRST_HEIGHT_MS = 1000;

export const activate: ActivationFunction = (context) => {
  installStyles(STYLES);
  return outputs((item, host, signal) => showHtml(host, item.text(), context.workspace.isTrusted, signal));
};

async function showHtml(host: HTMLElement, html: string, trusted: boolean, signal: AbortSignal): Promise<View> {
  const ending = new AbortController();
  const frame = element("iframe", {
    title: "HTML output",
    attributes: { sandbox: "allow-scripts", referrerpolicy: "no-referrer" },
  });
  const root = element("div", { class: "strata strata-html", children: [frame] });
  const nonce = crypto.randomUUID();
  frame.srcdoc = frameDocument(html, currentTheme(), trusted, nonce);

  const first = new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, FIRST_HEIGHT_MS);
    const done = () => {
      clearTimeout(timer);
      resolve();
    };
    signal.addEventListener("abort", done, { once: true });
    window.addEventListener(
      "message",
      (event) => {
        if (event.source !== frame.contentWindow) return;
        const message = parseFrameMessage(event.data);
        if (!message) return;
        // The notebook's own listener must not take a frame's words for VS Code's.
        event.stopImmediatePropagation();
        if (message.kind === "height") {
          frame.style.height = `${message.height}px`;
          done();
        } else if (message.kind === "open") open(message.href);
        else scroll(message.x, message.y, message.mode, message.shift);
      },
      { signal: ending.signal },
    );
  });

  /** A link in the page, clicked: VS Code opens it outside. Only right after the user did something in the frame. */
  function open(href: string): void {
    if (!mayOpen(href) || !navigator.userActivation.isActive) return;
    const link = element("a", { attributes: { href, target: "_blank", rel: "noreferrer noopener" } });
    root.append(link);
    link.click();
    link.remove();
  }

  /** The notebook scrolls by wheel events that reach the window; those in a frame never do. */
  function scroll(deltaX: number, deltaY: number, deltaMode: number, shiftKey: boolean): void {
    const event = new WheelEvent("wheel", { deltaX, deltaY, deltaMode, shiftKey, bubbles: true, cancelable: true });
    // VS Code reads the older properties, which count 120 a notch of about 100 pixels, the other way round.
    const old = { wheelDeltaX: -deltaX * 1.2, wheelDeltaY: -deltaY * 1.2, wheelDelta: -deltaY * 1.2 };
    for (const [name, value] of Object.entries(old)) Object.defineProperty(event, name, { value });
    root.dispatchEvent(event);
  }

  const watching = new MutationObserver(() => {
    const { variables, className } = currentTheme();
    frame.contentWindow?.postMessage({ theme: variables, className }, "*");
  });
  watching.observe(document.documentElement, { attributes: true, attributeFilter: ["style"] });
  watching.observe(document.body, { attributes: true, attributeFilter: ["class"] });

  host.replaceChildren(root);
  // VS Code takes the padding that other outputs have away from HTML, which then stands out of line.
  const output = host.closest(".output");
  if (output && getComputedStyle(output).paddingLeft === "0px") root.style.paddingLeft = PADDING;
  await first;
  return {
    dispose() {
      ending.abort();
      watching.disconnect();
      root.remove();
    },
  };
}

/** VS Code keeps the theme as variables on the root element and its kind as a class of the body. */
function currentTheme(): FrameTheme {
  const { style } = document.documentElement;
  const variables = Array.from(style)
    .filter((name) => name.startsWith("--vscode-"))
    .map((name) => `${name}: ${style.getPropertyValue(name)};`)
    .join(" ");
  const className = [...document.body.classList].filter((name) => name.startsWith("vscode-")).join(" ");
  return { variables, className };
}
