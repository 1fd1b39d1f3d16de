/** SQL cells in the graph: the names they refer to and the one they define. */
import type { CellAnalysis, Use } from "../analysis/model.ts";
import type { Annotations } from "../notebook/annotations-model.ts";

const SQL_PARAMETER = /(?<![:\w]):([A-Za-z_]\w*)/g;
const IDENTIFIER = /^[A-Za-z_]\w*$/;

export function foreignAnalysis(source: string, annotations: Annotations): CellAnalysis {
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
  const output = annotations.name !== undefined && IDENTIFIER.test(annotations.name) ? annotations.name : "result";
  return {
    defines: [output],
    maybeDefines: [],
    uses,
    reads: uses.map((use) => use.name),
    mutates: [],
    deletes: [],
    unbinds: [],
    imports: [],
    definitions: [],
    dynamic: [],
    normalized: lines
      .slice(annotations.bodyLine - 1)
      .join("\n")
      .trim(),
    code: source,
    ambient: [],
    magics: [],
    futures: [],
  };
}
