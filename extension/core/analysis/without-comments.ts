/**
 * The text of a cell without its comments, with every token on its line and in its column. Texts that agree in this mean
 * the same, so an edit of a comment costs no parse. Only where it is certain what is a comment: undefined means that the
 * text has to be looked at as it is.
 */
import { mayHaveMagics } from "../magics/find.ts";

export function withoutComments(text: string): string | undefined {
  if (mayHaveMagics(text) || text.includes("\r")) return undefined;
  let code = "";
  let done = 0;
  for (let at = 0; at < text.length; at++) {
    const char = text.charCodeAt(at);
    if (char === QUOTE || char === APOSTROPHE) {
      const end = endOfLiteral(text, at);
      if (end === undefined) return undefined;
      at = end - 1;
    } else if (char === HASH) {
      let start = at;
      while (start > done && isBlank(text.charCodeAt(start - 1))) start--;
      // Without the comment, the backslash would join the lines.
      if (text.charCodeAt(start - 1) === BACKSLASH) return undefined;
      code += text.slice(done, start);
      const newline = text.indexOf("\n", at);
      done = newline < 0 ? text.length : newline;
      at = done - 1;
    }
  }
  code += text.slice(done);
  let end = code.length;
  while (end > 0 && (isBlank(code.charCodeAt(end - 1)) || code.charCodeAt(end - 1) === NEWLINE)) end--;
  return code.charCodeAt(end - 1) === BACKSLASH ? undefined : code.slice(0, end);
}

/** `first` is 1-based. */
export function areSameLines(a: string, b: string, first: number, count: number): boolean {
  const lines = (text: string): string[] => text.split("\n").slice(first - 1, first - 1 + count);
  const others = lines(b);
  return lines(a).every((line, at) => line === others[at]);
}

const [QUOTE, APOSTROPHE, HASH, BACKSLASH, NEWLINE, SPACE, TAB] = [34, 39, 35, 92, 10, 32, 9] as const;

function isBlank(code: number): boolean {
  return code === SPACE || code === TAB;
}

/** Where the string ends whose quotes begin here; undefined when it does not, or when that depends on the version of Python. */
function endOfLiteral(text: string, start: number): number | undefined {
  const quote = text[start] as string;
  const quotes = text.startsWith(quote.repeat(3), start) ? quote.repeat(3) : quote;
  for (let at = start + quotes.length; at < text.length; at++) {
    const char = text[at];
    if (char === "\\") at++;
    else if (char === "\n" && quotes.length === 1) return undefined;
    else if (char === quote && text.startsWith(quotes, at)) {
      const content = text.slice(start + quotes.length, at);
      return isInterpolated(text, start) && !isBalanced(content) ? undefined : at + quotes.length;
    }
  }
  return undefined;
}

function isInterpolated(text: string, start: number): boolean {
  return /[ft]/i.test(text.slice(Math.max(0, start - 2), start));
}

/** Since Python 3.12 the expressions in an f-string may have its own quotes in them: then the literal is not over. */
function isBalanced(content: string): boolean {
  let depth = 0;
  for (let at = 0; at < content.length; at++) {
    const char = content[at];
    if (depth === 0 && (char === "{" || char === "}") && content[at + 1] === char) at++;
    else if (char === "{") depth++;
    else if (char === "}") depth--;
  }
  return depth === 0;
}
