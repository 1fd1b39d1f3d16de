/** A prompt cell in the graph: the names its expressions use, and the one variable it defines. */
import type { CellAnalysis, Use } from "../analysis/model.ts";
import { otherLanguage } from "../analysis/other-language.ts";
import type { Annotations } from "../notebook/annotations-model.ts";
import { expressionsOf, parseTemplate, type Template } from "./template.ts";

export interface PromptText {
  readonly template: Template;
  readonly analysis: CellAnalysis;
  /** Where and why the text cannot be a prompt; the first of several. */
  readonly problem: string | undefined;
}

export function promptText(
  source: string,
  annotations: Annotations,
  analyze: (source: string) => CellAnalysis,
): PromptText {
  const template = parseTemplate(source, annotations.bodyLine);
  const uses = new Map<string, Use>();
  let problem = template.problems[0] && `Line ${template.problems[0].line}: ${template.problems[0].message}`;
  const { each } = annotations;
  const take = (found: CellAnalysis, line: number, column: number): void => {
    for (const use of found.uses) {
      if (uses.has(use.name) || use.name === each?.name) continue;
      uses.set(use.name, {
        name: use.name,
        line: line + use.line - 1,
        column: use.line === 1 ? column + use.column : use.column,
        // The cell's own copy is rendered: whatever an expression does to it, nobody sees.
        mayMutate: false,
        keepsPart: false,
        optional: use.optional,
      });
    }
  };
  for (const expression of expressionsOf(template)) {
    const found = analyze(expression.source);
    take(found, expression.line, expression.column);
    if (found.syntaxError !== undefined || found.defines.length > 0) {
      const why = found.syntaxError?.message ?? "it is a statement";
      problem ??= `Line ${expression.line}: \`{{ ${expression.source} }}\` is no Python expression: ${why}.`;
    }
  }
  if (each !== undefined) take(analyze(each.table), each.line, 0);
  return { template, problem, analysis: otherLanguage(source, annotations, [...uses.values()]) };
}
