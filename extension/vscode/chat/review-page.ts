/** The page on which an agent's changes are looked at: what differs in each cell, and its result before and after. */
import { diffLines } from "../../core/agent/line-diff.ts";
import type { Review, ReviewedCell, ReviewedResult } from "../../host/agent/review.ts";

export function reviewPage(review: Review, nonce: string): string {
  const count = review.cells.filter((cell) => cell.change !== undefined).length;
  const body =
    review.cells.length === 0
      ? '<p class="empty">The agent\'s branch changes nothing. Your notebook is as you made it.</p>'
      : `<header><h1>${count} changed ${count === 1 ? "cell" : "cells"}</h1><div class="all">${button("accept", "Accept All", "", true)}${button("reject", "Reject All", "")}</div></header>${conflictNote(review)}
${review.cells.map(cellSection).join("\n")}${writtenNote(review.written)}`;
  return `<!DOCTYPE html>
<html lang="en"><head><meta charset="UTF-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:; style-src 'nonce-${nonce}'; script-src 'nonce-${nonce}';">
<title>Agent's Changes</title><style nonce="${nonce}">${STYLE}</style></head>
<body>${body}<script nonce="${nonce}">${SCRIPT}</script></body></html>`;
}

const WORDS = { created: "New cell", edited: "Edited", moved: "Moved", deleted: "Deleted" } as const;

function cellSection(cell: ReviewedCell): string {
  const { change } = cell;
  const what =
    change === undefined
      ? "Another result"
      : change.kind === "edited" && change.moved
        ? "Edited and moved"
        : WORDS[change.kind];
  const conflict =
    change?.conflict === undefined
      ? ""
      : `<p class="conflict" role="alert">${escaped(change.conflict)} Accepting takes the agent's side in place of yours; one undo brings yours back.</p>`;
  const buttons =
    change === undefined
      ? ""
      : `<div class="buttons">${acceptButton(change.conflict !== undefined, cell.id)}${button("reject", "Reject", cell.id)}${button("open", "Open as Diff", cell.id)}</div>`;
  return `<section aria-label="${escaped(cell.name)}"><div class="head"><h2>${escaped(cell.name)}</h2><span class="kind ${change?.kind ?? "result"}">${what}</span>${buttons}</div>${conflict}
${change === undefined || change.kind === "moved" ? "" : `<pre class="source">${sourceLines(cell)}</pre>`}
${results(cell)}</section>`;
}

function sourceLines({ before, after }: ReviewedCell): string {
  const signs = { same: " ", added: "+", removed: "-" } as const;
  return diffLines(before, after)
    .map(({ kind, text }) => `<span class="line ${kind}">${signs[kind]} ${escaped(text)}\n</span>`)
    .join("");
}

function results({ resultBefore, resultAfter, change }: ReviewedCell): string {
  const sides = [
    ...(resultBefore.state === "none" ? [] : [result("Result now", resultBefore)]),
    ...(resultAfter.state === "none" || change?.kind === "moved"
      ? []
      : [result(resultBefore.state === "none" ? "Result" : "Result on the branch", resultAfter)]),
  ];
  const missing =
    resultAfter.state === "none" && change !== undefined && change.kind !== "deleted" && change.kind !== "moved";
  if (missing) sides.push('<figure><figcaption>Result on the branch</figcaption><p class="none">Not run.</p></figure>');
  return sides.length === 0 ? "" : `<div class="results">${sides.join("")}</div>`;
}

function result(title: string, { text, images, state }: ReviewedResult): string {
  // Pictures are shown themselves.
  const words = text
    .split("\n")
    .filter((line) => !/^\[picture \d+: [^\]]*\]$/.test(line))
    .join("\n");
  const pictures = images
    .map((image) => `<img alt="Picture that the cell shows" src="data:${escaped(image.mime)};base64,${image.data}">`)
    .join("");
  const empty = words === "" && pictures === "" ? '<p class="none">Shows nothing.</p>' : "";
  return `<figure class="${state}"><figcaption>${title}${state === "failed" ? ", failed" : ""}</figcaption>${words === "" ? "" : `<pre>${escaped(words)}</pre>`}${pictures}${empty}</figure>`;
}

function writtenNote(files: readonly string[]): string {
  if (files.length === 0) return "";
  return `<p class="note">Cells of the branch wrote files, which stay whatever you decide: ${files.map(escaped).join(", ")}.</p>`;
}

function button(action: string, title: string, cell: string, primary = false): string {
  return `<button${primary ? ' class="primary"' : ""} data-action="${action}" data-cell="${escaped(cell)}">${title}</button>`;
}

/** Only a person who has seen that it is a conflict can decide it: the button says that it was shown. */
function acceptButton(conflict: boolean, cell: string): string {
  if (!conflict) return button("accept", "Accept", cell, true);
  return `<button data-action="accept" data-conflict="shown" data-cell="${escaped(cell)}">Accept Anyway</button>`;
}

function conflictNote({ cells }: Review): string {
  const count = cells.filter(({ change }) => change?.conflict !== undefined).length;
  if (count === 0) return "";
  return `<p class="note">${count === 1 ? "1 conflict, which" : `${count} conflicts, which`} “Accept All” leaves for you to decide.</p>`;
}

function escaped(text: string): string {
  const names: Readonly<Record<string, string>> = {
    "&": "&amp;",
    "<": "&lt;",
    ">": "&gt;",
    '"': "&quot;",
    "'": "&#39;",
  };
  return text.replace(/[&<>"']/g, (character) => names[character] ?? character);
}

const SCRIPT = `
const api = acquireVsCodeApi();
addEventListener("click", (event) => {
  const button = event.target.closest("button");
  if (!button) return;
  const { action, cell, conflict } = button.dataset;
  api.postMessage({ action, cell: cell || undefined, conflict: conflict === "shown" });
});
// The page is drawn anew when the notebook changes.
scrollTo(0, api.getState()?.top ?? 0);
addEventListener("scroll", () => api.setState({ top: scrollY }));`;

const STYLE = `
body { color: var(--vscode-foreground); font-family: var(--vscode-font-family); font-size: var(--vscode-font-size); padding: 0 20px 24px; max-width: 1100px; margin: 0 auto; }
header, .head { display: flex; align-items: center; gap: 10px; flex-wrap: wrap; }
header { position: sticky; top: 0; background: var(--vscode-editor-background); padding: 12px 0; z-index: 1; }
h1 { font-size: 1.3em; margin: 0; font-weight: 600; } h2 { font-size: 1.05em; margin: 0; font-weight: 600; }
.all, .buttons { margin-left: auto; display: flex; gap: 6px; }
section { border: 1px solid var(--vscode-panel-border, var(--vscode-contrastBorder, transparent)); border-radius: 4px; padding: 10px 12px; margin: 0 0 14px; }
.kind { font-size: 0.85em; padding: 1px 7px; border-radius: 9px; background: var(--vscode-badge-background); color: var(--vscode-badge-foreground); }
button { border: 1px solid var(--vscode-button-border, transparent); border-radius: 2px; padding: 3px 10px; font: inherit; cursor: pointer; background: var(--vscode-button-secondaryBackground); color: var(--vscode-button-secondaryForeground); }
button.primary { background: var(--vscode-button-background); color: var(--vscode-button-foreground); }
button:hover { filter: brightness(1.1); } button:focus-visible { outline: 1px solid var(--vscode-focusBorder); outline-offset: 2px; }
pre { font-family: var(--vscode-editor-font-family); font-size: var(--vscode-editor-font-size); overflow: auto; margin: 8px 0 0; max-height: 420px; }
pre.source { background: var(--vscode-textCodeBlock-background); padding: 6px 0; }
.line { display: block; padding: 0 8px; white-space: pre; width: max-content; min-width: calc(100% - 16px); }
.added { background: var(--vscode-diffEditor-insertedLineBackground, var(--vscode-diffEditor-insertedTextBackground)); }
.removed { background: var(--vscode-diffEditor-removedLineBackground, var(--vscode-diffEditor-removedTextBackground)); }
.results { display: grid; grid-template-columns: repeat(auto-fit, minmax(320px, 1fr)); gap: 12px; margin-top: 10px; }
figure { margin: 0; min-width: 0; } figcaption, .none, .note, .empty { color: var(--vscode-descriptionForeground); }
figure.failed figcaption { color: var(--vscode-errorForeground); }
img { max-width: 100%; background: #fff; border-radius: 2px; margin-top: 8px; display: block; }
.conflict { border-left: 3px solid var(--vscode-editorWarning-foreground); padding-left: 8px; margin: 8px 0 0; }`;
