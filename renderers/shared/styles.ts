/**
 * The look all renderers share, on VS Code's theme variables. Contrast borders exist only in high-contrast themes,
 * so a variable that falls back to another draws a quiet line in ordinary themes and a strong one there.
 */
const SHARED = `
/* No specificity: each renderer brings this rule, and a later copy must not win over an earlier renderer's own. */
:where(.strata) {
  --strata-line: var(--vscode-contrastBorder, var(--vscode-widget-border, var(--vscode-panel-border, rgba(128, 128, 128, 0.35))));
  --strata-background: var(--vscode-notebook-editorBackground, var(--vscode-editor-background, Canvas));
  --strata-muted: var(--vscode-descriptionForeground, GrayText);
  --strata-focus: var(--vscode-focusBorder, Highlight);
  --strata-mono: var(--vscode-editor-font-family, ui-monospace, monospace);
  color: var(--vscode-foreground, CanvasText);
  font-family: var(--vscode-font-family, system-ui, sans-serif);
  font-size: var(--vscode-font-size, 13px);
  line-height: 1.4;
}
.strata-complaint { color: var(--vscode-errorForeground, inherit); padding: 4px 0; }
.strata-button {
  font: inherit; font-size: 12px; line-height: 18px; padding: 0 6px; border-radius: 3px; cursor: pointer;
  color: var(--vscode-foreground, inherit); background: transparent; border: 1px solid transparent;
}
.strata-button:hover { background: var(--vscode-toolbar-hoverBackground, rgba(128, 128, 128, 0.2)); outline: 1px dashed var(--vscode-contrastActiveBorder, transparent); outline-offset: -1px; }
.strata-button:focus-visible { outline: 1px solid var(--strata-focus); outline-offset: -1px; }
.strata-button[disabled] { opacity: 0.5; cursor: default; }
.strata-bar {
  display: inline-flex; gap: 1px; padding: 1px; border-radius: 4px; border: 1px solid var(--strata-line);
  background: var(--vscode-editorWidget-background, var(--strata-background));
}
`;

/** Adds a renderer's rules to the document, together with the shared ones. Called once an activation. */
export function installStyles(css: string): void {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(SHARED + css);
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
}
