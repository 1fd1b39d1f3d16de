/**
 * The document that runs inside the sandboxed frame, and the few messages it may send out.
 * It has an opaque origin: it cannot see the notebook, VS Code or any storage.
 */

/** From the frame; everything in it is untrusted. */
export type FrameMessage =
  | { readonly kind: "height"; readonly height: number }
  | { readonly kind: "open"; readonly href: string }
  | { readonly kind: "wheel"; readonly x: number; readonly y: number; readonly mode: number; readonly shift: boolean };

export interface FrameTheme {
  /** `--vscode-…: …;` declarations. */
  readonly variables: string;
  readonly className: string;
}

const TALLEST = 20_000;

/** Reads a message; undefined for anything else. */
export function parseFrameMessage(data: unknown): FrameMessage | undefined {
  if (typeof data !== "object" || data === null) return undefined;
  const message = data as Record<string, unknown>;
  const finite = (value: unknown): value is number => typeof value === "number" && Number.isFinite(value);
  if (message.strata === "height" && finite(message.height)) {
    return { kind: "height", height: Math.min(TALLEST, Math.max(0, Math.ceil(message.height))) };
  }
  if (message.strata === "open" && typeof message.href === "string") return { kind: "open", href: message.href };
  if (message.strata === "wheel" && finite(message.x) && finite(message.y) && finite(message.mode)) {
    return { kind: "wheel", x: message.x, y: message.y, mode: message.mode, shift: message.shift === true };
  }
  return undefined;
}

/** Schemes that may leave the frame; `command:` and `file:` must not. */
export function mayOpen(href: string): boolean {
  return /^(https?|mailto):/i.test(href);
}

/**
 * Runs in the frame, before anything of the output does, so that broken markup cannot swallow it.
 * Kept as a function for the type checker; only its text is used, so it may refer to nothing outside.
 */
function bridge(): void {
  const say = (message: object) => parent.postMessage(message, "*");
  const report = () => {
    const { documentElement: root, body } = document;
    say({ strata: "height", height: Math.max(root.getBoundingClientRect().height, body ? body.scrollHeight : 0) });
  };
  addEventListener("DOMContentLoaded", () => {
    const watching = new ResizeObserver(report);
    watching.observe(document.documentElement);
    watching.observe(document.body);
    report();
  });
  addEventListener("load", report);
  addEventListener("message", (event) => {
    if (event.source !== parent || typeof event.data?.theme !== "string") return;
    document.documentElement.style.cssText = event.data.theme;
    document.body.className = event.data.className;
  });
  addEventListener("click", (event) => {
    const link = event.composedPath().find((each) => each instanceof HTMLAnchorElement) as
      | HTMLAnchorElement
      | undefined;
    const written = link?.getAttribute("href");
    if (!link || !written) return;
    event.preventDefault();
    if (written.startsWith("#")) document.getElementById(written.slice(1))?.scrollIntoView();
    else say({ strata: "open", href: link.href });
  });
  addEventListener(
    "wheel",
    (event) => {
      if (event.defaultPrevented || event.ctrlKey) return;
      for (const node of event.composedPath()) {
        if (!(node instanceof Element) || node === document.documentElement) continue;
        const room = event.deltaY < 0 ? node.scrollTop : node.scrollHeight - node.clientHeight - node.scrollTop;
        if (room > 1 && /auto|scroll/.test(getComputedStyle(node).overflowY)) return;
      }
      say({ strata: "wheel", x: event.deltaX, y: event.deltaY, mode: event.deltaMode, shift: event.shiftKey });
    },
    { passive: true },
  );
}

/** Plain HTML, above all tables, in the notebook's own look; what the output styles itself wins. */
const LOOK = `
:root { color-scheme: light dark; }
body { margin: 0; color: var(--vscode-foreground); background: transparent; font: var(--vscode-font-size, 13px)/1.4 var(--vscode-font-family, system-ui, sans-serif); overflow-wrap: anywhere; }
body.vscode-light { color-scheme: light; } body.vscode-dark, body.vscode-high-contrast:not(.vscode-high-contrast-light) { color-scheme: dark; }
a { color: var(--vscode-textLink-foreground); } a:hover { color: var(--vscode-textLink-activeForeground); }
pre, code, kbd, samp { font-family: var(--vscode-editor-font-family, monospace); }
table { border-collapse: collapse; border: none; font-variant-numeric: tabular-nums; }
th, td { padding: 3px 8px; border: none; text-align: right; vertical-align: top; }
thead { border-bottom: 1px solid var(--vscode-contrastBorder, var(--vscode-widget-border, rgba(128, 128, 128, 0.35))); }
tbody tr:nth-child(even) { background: var(--vscode-keybindingTable-rowsBackground, rgba(130, 130, 130, 0.04)); }
tbody tr:hover { background: var(--vscode-list-hoverBackground, rgba(130, 130, 130, 0.1)); }
hr { border: none; border-top: 1px solid var(--vscode-contrastBorder, var(--vscode-widget-border, rgba(128, 128, 128, 0.35))); }
`;

/**
 * The whole document. Where the workspace is not trusted, a policy lets only the bridge run and nothing be fetched,
 * so that opening somebody's notebook neither runs their code nor calls home.
 */
export function frameDocument(html: string, theme: FrameTheme, trusted: boolean, nonce: string): string {
  const policy = trusted
    ? ""
    : `<meta http-equiv="Content-Security-Policy" content="default-src 'none'; script-src 'nonce-${nonce}'; style-src 'unsafe-inline'; img-src data:; font-src data:">`;
  return `<!doctype html><html style="${attribute(theme.variables)}"><head><meta charset="utf-8">${policy}<script nonce="${nonce}">(${bridge.toString()})()</script><style>${LOOK}</style></head><body class="${attribute(theme.className)}">${html}</body></html>`;
}

function attribute(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll('"', "&quot;").replaceAll("<", "&lt;");
}
