/** SQL cells in the graph: the names they refer to and the one they define. */
import type { CellAnalysis, Use } from "../analysis/model.ts";
import { otherLanguage } from "../analysis/other-language.ts";
import type { Annotations } from "../notebook/annotations-model.ts";

const SQL_PARAMETER = /(?<![:\w]):([A-Za-z_]\w*)/g;

export function sqlAnalysis(source: string, annotations: Annotations): CellAnalysis {
  const lines = source.split("\n");
  const uses: Use[] = [];
  lines.forEach((text, index) => {
    if (index + 1 < annotations.bodyLine) return;
    for (const match of text.matchAll(SQL_PARAMETER)) {
      const name = match[1] as string;
      if (uses.some((use) => use.name === name)) continue;
      uses.push({ name, line: index + 1, column: match.index, mayMutate: false, keepsPart: false, optional: false });
    }
  });
  return otherLanguage(source, annotations, uses);
}
