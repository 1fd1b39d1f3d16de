/**
 * A second chance for text the parser refuses: line breaks and comments inside brackets mean nothing to Python,
 * but the grammar's scanner may still see the end of a block in a line that is indented less. Every offset is kept.
 */
export function flattenBrackets(text: string): string {
  let result = "";
  let copied = 0;
  let depth = 0;
  const replace = (start: number, end: number): void => {
    result += text.slice(copied, start) + " ".repeat(end - start);
    copied = end;
  };
  for (let at = 0; at < text.length; at++) {
    const char = text[at] as string;
    if (char === "#") {
      const newline = text.indexOf("\n", at);
      const end = newline < 0 ? text.length : newline;
      if (depth > 0) replace(at, end);
      at = end - 1;
    } else if (char === '"' || char === "'") at = (endOfString(text, at) ?? text.length) - 1;
    else if (char === "(" || char === "[" || char === "{") depth++;
    else if (char === ")" || char === "]" || char === "}") depth--;
    else if ((char === "\n" || char === "\r") && depth > 0) replace(at, at + 1);
  }
  return result + text.slice(copied);
}

/** The quotes a string literal begins with here, after its prefix. */
export function quotesAt(text: string, at: number): string {
  const triple = (text[at] as string).repeat(3);
  return text.startsWith(triple, at) ? triple : (text[at] as string);
}

/** Where the string literal ends whose quotes begin here; undefined when it does not. */
export function endOfString(text: string, start: number): number | undefined {
  const quotes = quotesAt(text, start);
  for (let at = start + quotes.length; at < text.length; at++) {
    if (text[at] === "\\") at++;
    else if (text.startsWith(quotes, at)) return at + quotes.length;
    else if (quotes.length === 1 && text[at] === "\n") return undefined;
  }
  return undefined;
}
