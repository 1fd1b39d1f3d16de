/** An analyser that remembers what it was asked before. */
import { analyzeCell } from "./analyze.ts";
import type { CellAnalysis, Definition } from "./model.ts";
import type { PythonParser } from "./syntax.ts";
import { areSameLines, withoutComments } from "./without-comments.ts";

type Recall = (source: string) => CellAnalysis | undefined;
/** `futures`: those that cells elsewhere in the notebook ask for, which a script has for all of it. */
export type Analyzer = (source: string, futures?: readonly string[]) => CellAnalysis;

/** Texts whose analysis is remembered; a notebook and the edits of an hour fit. */
const MAX_REMEMBERED = 2000;

/**
 * The same text gives the same object, as long as it is remembered, and so do texts that differ in comments only, if not in
 * those of definitions. `recall` gives what this very analyser has said of a text at another time, if that is known.
 */
export function createAnalyzer(parser: PythonParser, recall: Recall = () => undefined): Analyzer {
  const remembered = new Map<string, CellAnalysis>();
  const byCode = new Map<string, { readonly source: string; readonly analysis: CellAnalysis }>();
  return (source, futures = []) => {
    if (futures.length > 0) {
      const key = `${futures}\n${source}`;
      const analysis = remembered.get(key) ?? analyzeCell(parser, source, undefined, futures);
      remember(remembered, key, analysis);
      return analysis;
    }
    const known = remembered.get(source);
    if (known !== undefined) return known;
    const code = withoutComments(source);
    const twin = code === undefined ? undefined : byCode.get(code);
    const same = twin?.analysis.definitions.every((definition) => isWritten(definition, twin.source, source)) === true;
    const analysis = (same ? twin?.analysis : recall(source)) ?? analyzeCell(parser, source, code);
    remember(remembered, source, analysis);
    // What is said of a text that does not parse depends on all of it.
    if (code !== undefined && analysis.syntaxError === undefined) remember(byCode, code, { source, analysis });
    return analysis;
  };
}

function remember<T>(map: Map<string, T>, key: string, value: T): void {
  if (map.size >= MAX_REMEMBERED) {
    const oldest = map.keys().next();
    if (oldest.done !== true) map.delete(oldest.value);
  }
  map.set(key, value);
}

/** Are its lines the same in both texts? */
function isWritten({ line, source }: Definition, before: string, after: string): boolean {
  return areSameLines(before, after, line, source.split("\n").length);
}
