/** A cell in another language than Python, in the graph: names that it refers to, and the one variable that its result becomes. */
import { type CellAnalysis, NO_NAMES, type Use } from "./model.ts";

const IDENTIFIER = /^[\p{XID_Start}_]\p{XID_Continue}*$/u;
const KEYWORDS: ReadonlySet<string> = new Set(
  (
    "False None True and as assert async await break class continue def del elif else except finally for from global if " +
    "import in is lambda nonlocal not or pass raise return try while with yield"
  ).split(" "),
);
const DEFAULT_NAME = "result";

/** The cell's `@name` where Python takes it for a variable just as it is written. */
export function outputName(name: string | undefined): string {
  if (name === undefined || !IDENTIFIER.test(name) || KEYWORDS.has(name)) return DEFAULT_NAME;
  // Python compares names in this form.
  return name.normalize("NFKC") === name ? name : DEFAULT_NAME;
}

export function otherLanguage(
  source: string,
  { name, bodyLine }: { readonly name?: string; readonly bodyLine: number },
  uses: readonly Use[],
): CellAnalysis {
  const body = source.split("\n").slice(bodyLine - 1);
  return {
    ...NO_NAMES,
    defines: [outputName(name)],
    uses,
    reads: uses.map((use) => use.name),
    normalized: body.join("\n").trim(),
    code: source,
  };
}
