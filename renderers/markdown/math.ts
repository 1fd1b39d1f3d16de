/** Teaches markdown-it `$…$`, `$$…$$`, `\\(…\\)` and `\\[…\\]`; the TeX itself is handed to `render`. */
import type MarkdownIt from "markdown-it";

export type RenderMath = (tex: string, display: boolean) => string;

interface Found {
  readonly tex: string;
  readonly display: boolean;
  readonly end: number;
}

/** Math that begins exactly at `at`, or undefined. */
export function mathAt(text: string, at: number): Found | undefined {
  for (const [open, close, display] of [
    ["$$", "$$", true],
    ["\\[", "\\]", true],
    ["\\(", "\\)", false],
  ] as const) {
    if (!text.startsWith(open, at)) continue;
    const end = text.indexOf(close, at + 2);
    const tex = end < 0 ? "" : text.slice(at + 2, end).trim();
    return tex === "" ? undefined : { tex, display, end: end + 2 };
  }
  if (text[at] !== "$") return undefined;
  // A dollar before a space or after one is money, and so is one before a digit.
  if (/^\s?$/.test(text[at + 1] ?? "")) return undefined;
  for (let end = text.indexOf("$", at + 1); end > 0; end = text.indexOf("$", end + 1)) {
    if (text[end - 1] === "\\") continue;
    if (/\s/.test(text[end - 1] ?? "") || /\d/.test(text[end + 1] ?? "")) return undefined;
    return { tex: text.slice(at + 1, end), display: false, end: end + 1 };
  }
  return undefined;
}

export function addMath(markdown: InstanceType<typeof MarkdownIt>, render: RenderMath): void {
  markdown.inline.ruler.before("escape", "math", (state, silent) => {
    const found = mathAt(state.src, state.pos);
    if (!found || found.end > state.posMax) return false;
    if (!silent) {
      const token = state.push("math", "", 0);
      token.content = found.tex;
      token.meta = { display: found.display };
    }
    state.pos = found.end;
    return true;
  });
  // Display math may hold blank lines, asterisks and underscores that mean other things in Markdown.
  markdown.block.ruler.before(
    "fence",
    "math",
    (state, startLine, endLine, silent) => {
      const start = (state.bMarks[startLine] ?? 0) + (state.tShift[startLine] ?? 0);
      if (!state.src.startsWith("$$", start) && !state.src.startsWith("\\[", start)) return false;
      const found = mathAt(state.src.slice(0, state.eMarks[endLine - 1]), start);
      if (!found) return false;
      const lineEnd = state.src.indexOf("\n", found.end);
      if (state.src.slice(found.end, lineEnd < 0 ? undefined : lineEnd).trim() !== "") return false;
      if (silent) return true;
      let line = startLine;
      while (line < endLine && (state.eMarks[line] ?? 0) < found.end) line++;
      const token = state.push("math", "", 0);
      token.block = true;
      token.content = found.tex;
      token.meta = { display: true };
      state.line = line + 1;
      return true;
    },
    { alt: ["paragraph", "blockquote", "list"] },
  );
  markdown.renderer.rules.math = (tokens, at) => {
    const token = tokens[at];
    return token ? render(token.content, token.meta?.display === true) : "";
  };
}

/** The TeX of a text/latex output without its outer delimiters; prose around math stays for Markdown's rules. */
export function wholeMath(text: string): { readonly tex: string; readonly display: boolean } | undefined {
  const trimmed = text.trim();
  const found = mathAt(trimmed, 0);
  if (found && found.end === trimmed.length)
    return {
      tex: found.tex.replace(/^\\displaystyle\s*/, ""),
      display: found.display || found.tex.startsWith("\\displaystyle"),
    };
  if (/^\\begin\{[a-zA-Z]+\*?\}/.test(trimmed)) return { tex: trimmed, display: true };
  return /\$|\\\(|\\\[/.test(trimmed) ? undefined : { tex: trimmed, display: true };
}
