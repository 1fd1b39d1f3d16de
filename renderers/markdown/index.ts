/**
 * Markdown and LaTeX outputs. Math becomes MathML, which Chromium draws itself: no fonts to ship, and screen readers
 * can read it. Raw HTML is off, and what is left passes a sanitiser.
 */
import DOMPurify from "dompurify";
import katex from "katex";
import MarkdownIt from "markdown-it";
import type { ActivationFunction } from "vscode-notebook-renderer";
import { element } from "../shared/element.ts";
import { publicMime } from "../shared/mime.ts";
import { outputs } from "../shared/outputs.ts";
import { installStyles } from "../shared/styles.ts";
import { addMath, wholeMath } from "./math.ts";

const STYLES = `
.strata-markdown { line-height: 1.5; overflow-wrap: anywhere; }
.strata-markdown > :first-child { margin-top: 0; }
.strata-markdown > :last-child { margin-bottom: 0; }
.strata-markdown h1, .strata-markdown h2, .strata-markdown h3, .strata-markdown h4 { font-weight: 600; line-height: 1.25; margin: 16px 0 8px; }
.strata-markdown h1 { font-size: 1.8em; } .strata-markdown h2 { font-size: 1.4em; } .strata-markdown h3 { font-size: 1.2em; } .strata-markdown h4 { font-size: 1em; }
.strata-markdown p, .strata-markdown ul, .strata-markdown ol, .strata-markdown blockquote, .strata-markdown pre, .strata-markdown table { margin: 0 0 8px; }
.strata-markdown a { color: var(--vscode-textLink-foreground); text-decoration: none; }
.strata-markdown a:hover { color: var(--vscode-textLink-activeForeground); text-decoration: underline; }
.strata-markdown a:focus-visible { outline: 1px solid var(--strata-focus); }
.strata-markdown code { font-family: var(--strata-mono); font-size: 0.95em; color: var(--vscode-textPreformat-foreground); background: var(--vscode-textPreformat-background, transparent); padding: 1px 3px; border-radius: 3px; }
.strata-markdown pre { background: var(--vscode-textCodeBlock-background, transparent); border: 1px solid var(--vscode-contrastBorder, transparent); border-radius: 4px; padding: 8px 10px; overflow: auto; }
.strata-markdown pre code { color: inherit; background: none; padding: 0; }
.strata-markdown blockquote { border-left: 4px solid var(--vscode-textBlockQuote-border, var(--strata-line)); background: var(--vscode-textBlockQuote-background, transparent); padding: 2px 10px; }
.strata-markdown blockquote > :last-child { margin-bottom: 0; }
.strata-markdown table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
.strata-markdown th, .strata-markdown td { padding: 3px 10px; text-align: left; border-bottom: 1px solid var(--strata-line); }
.strata-markdown th { font-weight: 600; }
.strata-markdown hr { border: none; border-top: 1px solid var(--strata-line); }
.strata-markdown img { max-width: 100%; }
.strata-markdown math { font-size: 1.15em; }
.strata-markdown math[display="block"] { margin: 8px 0; overflow-x: auto; overflow-y: hidden; }
.strata-markdown .math-error { color: var(--vscode-errorForeground); font-family: var(--strata-mono); }
`;

export const activate: ActivationFunction = (context) => {
  installStyles(STYLES);
  const markdown = new MarkdownIt({ html: false, linkify: true });
  // Guessing links from bare words turns file names such as "data.py" into addresses.
  markdown.linkify.set({ fuzzyLink: false });
  addMath(markdown, mathText);
  // A picture from elsewhere tells its server that the notebook was opened: only where the user trusts the folder.
  const image = markdown.renderer.rules.image;
  markdown.renderer.rules.image = (tokens, at, options, env, self) => {
    const token = tokens[at];
    const source = String(token?.attrGet("src") ?? "");
    if (context.workspace.isTrusted || source.startsWith("data:")) {
      return image ? image(tokens, at, options, env, self) : self.renderToken(tokens, at, options);
    }
    return element("a", { text: token?.content || source, attributes: { href: source } }).outerHTML;
  };

  return outputs((item, host) => {
    const source = item.text();
    const whole = publicMime(item.mime) === "text/latex" ? wholeMath(source) : undefined;
    const root = element("div", { class: "strata strata-markdown" });
    root.append(clean(whole ? mathText(whole.tex, whole.display) : markdown.render(source)));
    host.replaceChildren(root);
    return { dispose: () => root.remove() };
  });
};

function mathText(tex: string, display: boolean): string {
  try {
    return katex.renderToString(tex, {
      output: "mathml",
      displayMode: display,
      throwOnError: true,
      strict: "ignore",
      trust: false,
      maxExpand: 1000,
      maxSize: 50,
    });
  } catch (error) {
    const text = element("span", {
      class: "math-error",
      text: tex,
      title: error instanceof Error ? error.message : String(error),
    });
    return text.outerHTML;
  }
}

function clean(html: string): DocumentFragment {
  return DOMPurify.sanitize(html, {
    RETURN_DOM_FRAGMENT: true,
    ADD_TAGS: ["semantics"],
    // The TeX beside the MathML would otherwise be shown as text.
    FORBID_TAGS: ["annotation", "style", "form", "input", "button", "iframe", "video", "audio"],
    FORBID_CONTENTS: ["annotation", "style", "script", "iframe"],
    FORBID_ATTR: ["style"],
  });
}
