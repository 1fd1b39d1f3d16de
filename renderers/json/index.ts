/** JSON outputs as a tree; text that is not JSON after all is shown as it is. */
import type { ActivationFunction } from "vscode-notebook-renderer";
import { element } from "../shared/element.ts";
import { outputs } from "../shared/outputs.ts";
import { installStyles } from "../shared/styles.ts";
import { createTree } from "./tree.ts";
import { type Json, parseJson } from "./value.ts";

const STYLES = `
.strata-json { font-family: var(--strata-mono); font-size: var(--vscode-editor-font-size, 13px); max-height: 480px; overflow: auto; }
.strata-json .item { outline: none; }
.strata-json .line { position: relative; white-space: pre; min-height: 20px; line-height: 20px; width: max-content; min-width: 100%; box-sizing: border-box; padding-right: 8px; cursor: default; border-radius: 3px; }
.strata-json .line:hover { background: var(--vscode-list-hoverBackground, rgba(130, 130, 130, 0.1)); outline: 1px dashed var(--vscode-contrastActiveBorder, transparent); outline-offset: -1px; }
.strata-json .item:focus-visible > .line { outline: 1px solid var(--strata-focus); outline-offset: -1px; }
.strata-json .twistie { display: inline-block; width: 16px; text-align: center; color: var(--vscode-icon-foreground, inherit); }
.strata-json .twistie::before { content: ""; display: inline-block; width: 5px; height: 5px; border: solid currentColor; border-width: 0 1px 1px 0; transform: translateY(-2px) rotate(45deg); }
.strata-json .item[aria-expanded="false"] > .line .twistie::before { transform: translateX(-1px) rotate(-45deg); }
.strata-json .twistie.none::before { display: none; }
.strata-json .key { color: var(--vscode-debugTokenExpression-name, inherit); }
.strata-json .key.position { color: var(--strata-muted); }
.strata-json .value.string { color: var(--vscode-debugTokenExpression-string, inherit); }
.strata-json .value.number { color: var(--vscode-debugTokenExpression-number, inherit); }
.strata-json .value.boolean, .strata-json .value.null { color: var(--vscode-debugTokenExpression-boolean, inherit); }
.strata-json .value.array, .strata-json .value.object, .strata-json .more { color: var(--strata-muted); }
.strata-json .strata-bar { margin-left: 12px; visibility: hidden; font-family: var(--vscode-font-family); border-color: transparent; background: none; padding: 0; vertical-align: top; }
.strata-json .strata-bar .strata-button { line-height: 16px; font-size: 11px; }
.strata-json .line:hover > .strata-bar, .strata-json .item:focus-within > .line > .strata-bar { visibility: visible; }
.strata-json .said { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
.strata-json pre { margin: 0; white-space: pre-wrap; font: inherit; }
`;

export const activate: ActivationFunction = () => {
  installStyles(STYLES);
  return outputs((item, host) => {
    const root = element("div", { class: "strata strata-json" });
    host.replaceChildren(root);
    let value: Json;
    try {
      value = parseJson(item.text());
    } catch {
      // Python writes NaN and Infinity, which JSON has not.
      root.append(element("pre", { text: item.text() }));
      return { dispose: () => root.remove() };
    }
    const tree = createTree(value);
    root.append(tree.node);
    return {
      dispose() {
        tree.dispose();
        root.remove();
      },
    };
  });
};
