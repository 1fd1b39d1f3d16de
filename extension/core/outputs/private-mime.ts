/**
 * MIME types of our own for what our renderers show. A renderer for `text/html` itself would take over every other
 * notebook of the editor, and would let somebody choose the editor's own renderer for ours, which is not sandboxed.
 */
const PREFIX = "application/vnd.strata.";

const RENDERED: ReadonlySet<string> = new Set([
  "image/png",
  "image/jpeg",
  "image/gif",
  "image/svg+xml",
  "text/html",
  "text/markdown",
  "text/latex",
  "application/json",
]);

/** "text/html" → "application/vnd.strata.text.html"; undefined for what our renderers do not show. */
export function privateMime(mime: string): string | undefined {
  return RENDERED.has(mime) ? PREFIX + mime.replace("/", ".") : undefined;
}

/** The other way round; any other type is returned as it is. */
export function publicMime(mime: string): string {
  if (!mime.startsWith(PREFIX)) return mime;
  const shown = mime.slice(PREFIX.length).replace(".", "/");
  return RENDERED.has(shown) ? shown : mime;
}
