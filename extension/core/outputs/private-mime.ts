/**
 * MIME types of our own for what our renderers show. A renderer for `text/html` itself would take over every other
 * notebook of the editor, and would let somebody choose the editor's own renderer for ours, which is not sandboxed.
 */
export const PRIVATE_MIME: Readonly<Record<string, string>> = {
  "image/png": "application/vnd.strata.image.png",
  "image/jpeg": "application/vnd.strata.image.jpeg",
  "image/gif": "application/vnd.strata.image.gif",
  "image/svg+xml": "application/vnd.strata.image.svg+xml",
  "text/html": "application/vnd.strata.text.html",
  "text/markdown": "application/vnd.strata.text.markdown",
  "text/latex": "application/vnd.strata.text.latex",
  "application/json": "application/vnd.strata.application.json",
};
