/** Where logical lines begin and end, followed line by line without a parser. */
export interface Open {
  readonly depth: number;
  readonly quote: string | undefined;
  readonly continued: boolean;
}

/** Between two logical lines. */
export const AT_REST: Open = { depth: 0, quote: undefined, continued: false };

export function isAtRest(open: Open): boolean {
  return open.depth === 0 && open.quote === undefined && !open.continued;
}

/** Follows brackets, quotes and backslashes through a line. */
export function scanLine(line: string, before: Open): Open {
  let { depth, quote } = before;
  for (let at = 0; at < line.length; at++) {
    const char = line[at] as string;
    if (quote !== undefined) {
      if (char === "\\") at++;
      else if (line.startsWith(quote, at)) {
        at += quote.length - 1;
        quote = undefined;
      }
    } else if (char === "#") break;
    else if (char === '"' || char === "'") {
      quote = line.startsWith(char.repeat(3), at) ? char.repeat(3) : char;
      at += quote.length - 1;
    } else if (char === "(" || char === "[" || char === "{") depth++;
    else if (char === ")" || char === "]" || char === "}") depth = Math.max(0, depth - 1);
  }
  const continued = /\\\r?$/.test(line) && (quote !== undefined || !line.includes("#"));
  // A string in single quotes ends with its line, closed or not.
  if (quote?.length === 1 && !continued) quote = undefined;
  return { depth, quote, continued };
}
