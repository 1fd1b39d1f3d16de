/**
 * Long runs of comment lines, taken out of the text that is parsed, every offset kept: at each line of such a run the
 * grammar's scanner looks ahead to the run's end, so 4,000 lines would take 20 s.
 */
import { AT_REST, isAtRest, scanLine } from "./logical-lines.ts";

const LONG_RUN = /(?:^[ \t]*(?:#.*)?\r?\n){60}/m;
const COMMENT_LINE = /^[ \t]*#/;

/** As long as the given text; where no run is long, the text itself. */
export function takeOutCommentLines(text: string): string {
  if (!LONG_RUN.test(text)) return text;
  let open = AT_REST;
  return text
    .split("\n")
    .map((line) => {
      if (isAtRest(open) && COMMENT_LINE.test(line)) return " ".repeat(line.length);
      open = scanLine(line, open);
      return line;
    })
    .join("\n");
}
