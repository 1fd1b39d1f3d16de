/**
 * The grid's look: VS Code's own list and table colours, lines that strengthen in high contrast.
 * The web view sets scrollbar-color, which is inherited and would switch off the styled scrollbar whose width layout counts on.
 */
export const TABLE_STYLES = `
.strata-table { position: relative; max-width: 100%; contain: layout style; }
.strata-table .frame { display: inline-block; max-width: 100%; box-sizing: border-box; border: 1px solid var(--strata-line); border-radius: 4px; overflow: hidden; vertical-align: top; }
.strata-table .grid { position: relative; overflow: auto; box-sizing: border-box; background: var(--strata-background); outline: none; cursor: default; user-select: none; -webkit-user-select: none; font-variant-numeric: tabular-nums; scrollbar-color: auto; scrollbar-width: auto; }
.strata-table .frame:has(.grid:focus-visible) { border-color: var(--strata-focus); }
.strata-table .grid::-webkit-scrollbar { width: 10px; height: 10px; }
.strata-table .grid::-webkit-scrollbar-thumb { background: var(--vscode-scrollbarSlider-background, rgba(121, 121, 121, 0.4)); min-height: 24px; min-width: 24px; }
.strata-table .grid::-webkit-scrollbar-thumb:hover { background: var(--vscode-scrollbarSlider-hoverBackground, rgba(100, 100, 100, 0.7)); }
.strata-table .grid::-webkit-scrollbar-thumb:active { background: var(--vscode-scrollbarSlider-activeBackground, rgba(191, 191, 191, 0.4)); }
.strata-table .grid::-webkit-scrollbar-corner { background: transparent; }
.strata-table .pane { position: sticky; top: 0; left: 0; overflow: hidden; }
.strata-table .head, .strata-table .body { position: absolute; left: 0; right: 0; overflow: hidden; }
.strata-table .head { top: 0; z-index: 2; border-bottom: 1px solid var(--strata-line); box-sizing: border-box; background: var(--strata-background); }
.strata-table .body { bottom: 0; }
.strata-table .row { position: absolute; left: 0; right: 0; top: 0; }
.strata-table .cell { position: absolute; top: 0; bottom: 0; box-sizing: border-box; padding: 0 8px; overflow: hidden; white-space: pre; text-overflow: ellipsis; background: var(--strata-background); }
.strata-table .cell.right { text-align: right; }
.strata-table .cell.missing { color: var(--strata-muted); font-style: italic; }
.strata-table .cell.waiting { color: transparent; }
.strata-table .cell.waiting::after { content: ""; display: block; position: absolute; left: 8px; right: 30%; top: 40%; height: 20%; border-radius: 3px; background: currentColor; color: var(--strata-muted); opacity: 0.18; }
.strata-table .head .cell { cursor: default; line-height: 1.3; padding-top: 3px; }
.strata-table .head .name { display: block; overflow: hidden; text-overflow: ellipsis; font-weight: 600; }
.strata-table .head .type { display: block; font-weight: normal; overflow: hidden; text-overflow: ellipsis; font-size: 0.85em; color: var(--strata-muted); }
.strata-table .cell.index { z-index: 1; font-weight: 600; color: var(--strata-muted); }
.strata-table .cell.last-index { border-right: 1px solid var(--strata-line); }
.strata-table .row.odd .cell, .strata-table .head .cell { background-image: linear-gradient(var(--vscode-keybindingTable-rowsBackground, rgba(130, 130, 130, 0.04)), var(--vscode-keybindingTable-rowsBackground, rgba(130, 130, 130, 0.04))); }
.strata-table .body .row:hover .cell { background-image: linear-gradient(var(--vscode-list-hoverBackground, rgba(130, 130, 130, 0.1)), var(--vscode-list-hoverBackground, rgba(130, 130, 130, 0.1))); }
.strata-table .body .row .cell.selected { background-image: linear-gradient(var(--vscode-editor-inactiveSelectionBackground, rgba(130, 130, 200, 0.25)), var(--vscode-editor-inactiveSelectionBackground, rgba(130, 130, 200, 0.25))); }
.strata-table .grid:focus .body .row .cell.selected { background-image: linear-gradient(var(--vscode-editor-selectionBackground, rgba(60, 120, 200, 0.35)), var(--vscode-editor-selectionBackground, rgba(60, 120, 200, 0.35))); }
.strata-table .grid:focus .body .cell.active { outline: 1px solid var(--strata-focus); outline-offset: -1px; }
.vscode-high-contrast .strata-table .grid:focus .body .row .cell.selected { background-image: none; background: var(--vscode-editor-selectionBackground, Highlight); color: var(--vscode-editor-selectionForeground, HighlightText); }
.vscode-high-contrast .strata-table .grid:focus .body .cell.active { outline: 2px solid var(--strata-focus); outline-offset: -2px; }
.vscode-high-contrast .strata-table .body .row:hover .cell { background-image: none; box-shadow: inset 0 1px var(--vscode-contrastActiveBorder, transparent), inset 0 -1px var(--vscode-contrastActiveBorder, transparent); }
.strata-table .grip { position: absolute; top: 0; right: 0; width: 7px; height: 100%; cursor: col-resize; touch-action: none; }
.strata-table .grip::after { content: ""; position: absolute; right: 0; top: 20%; height: 60%; width: 1px; background: var(--strata-line); opacity: 0.6; }
.strata-table .grip:hover::after, .strata-table .grip.dragging::after { top: 0; height: 100%; width: 2px; opacity: 1; background: var(--vscode-sash-hoverBorder, var(--strata-focus)); }
.strata-table .notice { position: absolute; left: 8px; right: 8px; bottom: 6px; z-index: 3; pointer-events: none; }
.strata-table .notice > div { display: inline-flex; gap: 6px; align-items: baseline; padding: 2px 8px; border-radius: 3px; pointer-events: auto; color: var(--vscode-foreground); background: var(--vscode-editorWidget-background, var(--strata-background)); border: 1px solid var(--vscode-contrastBorder, var(--vscode-inputValidation-warningBorder, var(--strata-line))); }
.strata-table .status { display: flex; align-items: center; gap: 8px; min-height: 22px; padding-top: 2px; color: var(--strata-muted); font-size: 12px; }
.strata-table .status .said { margin-left: 4px; color: var(--vscode-foreground); }
.strata-table .status .tools { opacity: 0; display: inline-flex; gap: 2px; }
.strata-table:hover .status .tools, .strata-table:focus-within .status .tools { opacity: 1; }
.vscode-high-contrast .strata-table .status .tools { opacity: 1; }
@media (prefers-reduced-motion: no-preference) { .strata-table .status .tools { transition: opacity 0.1s; } }
.strata-menu { position: fixed; z-index: 1000; margin: 0; padding: 4px; min-width: 160px; border-radius: 5px; border: 1px solid var(--vscode-menu-border, var(--strata-line)); color: var(--vscode-menu-foreground, inherit); background: var(--vscode-menu-background, var(--strata-background)); box-shadow: 0 2px 8px var(--vscode-widget-shadow, rgba(0, 0, 0, 0.16)); }
.strata-menu button { display: block; width: 100%; padding: 2px 10px; font: inherit; text-align: left; border: 1px solid transparent; border-radius: 3px; color: inherit; background: transparent; }
.strata-menu button:focus, .strata-menu button:hover { outline: none; color: var(--vscode-menu-selectionForeground, inherit); background: var(--vscode-menu-selectionBackground, rgba(128, 128, 128, 0.3)); border-color: var(--vscode-menu-selectionBorder, transparent); }
`;
