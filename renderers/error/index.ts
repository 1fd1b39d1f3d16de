/** Errors: what went wrong first, then the way there, with the user's own frames as links and library frames folded. */
import type { ActivationFunction } from "vscode-notebook-renderer";
import { MESSAGE_VERSION, type RevealRequest } from "../../extension/core/outputs/messages.ts";
import type { CellError, TraceFrame } from "../../extension/core/outputs/model.ts";
import { copyText } from "../shared/clipboard.ts";
import { button, element } from "../shared/element.ts";
import { outputs, type View } from "../shared/outputs.ts";
import { installStyles } from "../shared/styles.ts";
import { fileName, groupFrames, parseError } from "./frames.ts";

const STYLES = `
.strata-error { position: relative; border-left: 3px solid var(--vscode-errorForeground, currentColor); padding: 2px 0 2px 10px; }
.strata-error .headline { font-family: var(--strata-mono); font-size: var(--vscode-editor-font-size, 13px); white-space: pre-wrap; overflow-wrap: anywhere; padding-right: 60px; }
.strata-error .headline .name { color: var(--vscode-errorForeground); font-weight: 600; }
.strata-error .frames { list-style: none; margin: 6px 0 0; padding: 0; font-family: var(--strata-mono); font-size: calc(var(--vscode-editor-font-size, 13px) - 1px); line-height: 1.5; }
.strata-error .frames ol { list-style: none; margin: 0; padding-left: 16px; }
.strata-error .where { font: inherit; padding: 0; border: none; background: none; text-align: left; color: var(--vscode-foreground); }
.strata-error button.where { color: var(--vscode-textLink-foreground); cursor: pointer; }
.strata-error button.where:hover { color: var(--vscode-textLink-activeForeground); text-decoration: underline; }
.strata-error .where:focus-visible, .strata-error summary:focus-visible { outline: 1px solid var(--strata-focus); outline-offset: 1px; border-radius: 2px; }
.strata-error .function { color: var(--strata-muted); }
.strata-error .source { display: block; white-space: pre-wrap; overflow-wrap: anywhere; padding-left: 16px; }
.strata-error summary { color: var(--strata-muted); cursor: pointer; width: max-content; max-width: 100%; }
.strata-error .whole { margin-top: 4px; font-size: 12px; }
.strata-error pre { font-family: var(--strata-mono); font-size: calc(var(--vscode-editor-font-size, 13px) - 1px); white-space: pre-wrap; overflow-wrap: anywhere; margin: 6px 0 0; }
.strata-error .strata-bar { position: absolute; top: 0; right: 0; opacity: 0; }
.strata-error:hover .strata-bar, .strata-error:focus-within .strata-bar { opacity: 1; }
.strata-error .said { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
`;

export const activate: ActivationFunction = (context) => {
  installStyles(STYLES);
  const post = context.postMessage?.bind(context);
  return outputs((item, host) => showError(host, parseError(item.json()), post));
};

function showError(host: HTMLElement, error: CellError, post: ((message: unknown) => void) | undefined): View {
  const said = element("span", { class: "said", attributes: { role: "status" } });
  const plain = error.traceback === "" ? `${error.name}: ${error.message}` : error.traceback;
  const copy = button("Copy", "Copy the traceback", () => {
    void copyText(plain, post).then((done) => {
      said.textContent = done ? "Copied the traceback." : "The clipboard is not available here.";
    });
  });
  const headline = element("div", {
    class: "headline",
    children: [
      element("span", { class: "name", text: error.name }),
      ...(error.message === "" ? [] : [document.createTextNode(`: ${error.message}`)]),
    ],
  });
  const root = element("div", {
    class: "strata strata-error",
    attributes: { role: "group", "aria-label": `Error, ${error.name}` },
    children: [headline, element("div", { class: "strata-bar", children: [copy] }), said],
  });
  if (error.frames.length > 0) {
    const items = groupFrames(error.frames).map((group) => {
      if (group.kind === "own") return frameItem(group.frame, post);
      const count = group.frames.length;
      const inner = element("ol", { children: group.frames.map((frame) => frameItem(frame, post)) });
      const summary = element("summary", { text: `${count} ${count === 1 ? "frame" : "frames"} in ${group.name}` });
      return element("li", { children: [element("details", { children: [summary, inner] })] });
    });
    root.append(
      element("ol", { class: "frames", attributes: { "aria-label": "Traceback, innermost last" }, children: items }),
    );
  }
  if (error.traceback !== "" && error.traceback.trim() !== headline.textContent?.trim()) {
    const whole = element("pre", { text: error.traceback });
    if (error.frames.length === 0) root.append(whole);
    else
      root.append(
        element("details", { class: "whole", children: [element("summary", { text: "Full traceback" }), whole] }),
      );
  }
  host.replaceChildren(root);
  return { dispose: () => root.remove() };
}

function frameItem(frame: TraceFrame, post: ((message: unknown) => void) | undefined): HTMLElement {
  const label = `${fileName(frame.file)}:${frame.line}`;
  const title = `${frame.file}, line ${frame.line}`;
  let where: HTMLElement;
  if (post && !frame.file.startsWith("<")) {
    where = element("button", { class: "where", text: label, title, attributes: { type: "button" } });
    where.addEventListener("click", () => {
      const message: RevealRequest = {
        type: "reveal",
        version: MESSAGE_VERSION,
        file: frame.file,
        line: frame.line,
        ...(frame.cell !== undefined && { cell: frame.cell }),
      };
      post(message);
    });
  } else where = element("span", { class: "where", text: label, title });
  const children: Node[] = [where];
  if (frame.function !== "" && frame.function !== "<module>")
    children.push(element("span", { class: "function", text: ` in ${frame.function}` }));
  if (frame.text) children.push(element("span", { class: "source", text: frame.text.trim() }));
  return element("li", { children });
}
