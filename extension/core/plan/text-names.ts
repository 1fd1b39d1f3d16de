/**
 * Names that a library looks up by text, in the frame that calls it: `df.query("a > @limit")`, `duckdb.sql("from df")`,
 * `ols("y ~ squash(x)", data)`. No walk over names sees them, so a cell that calls such a function is given every name
 * above it that a word in its strings could mean, or a word in the strings that its text is made of.
 */

import type { CellAnalysis } from "../analysis/model.ts";

/** By the name of what is called: pandas, duckdb, polars, numexpr, patsy and what builds on it, plotnine, timeit. */
const ASKS = new RegExp(
  `\\b(${[
    "query|eval|evaluate|re_evaluate|sql|sqldf|execute|register_globals",
    "ols|gls|wls|glsar|glm|gee|rlm|logit|probit|poisson|mnlogit|negativebinomial|quantreg|mixedlm|phreg|glmgam",
    "(?:ordinal|nominal)_gee|conditional_\\w+|from_formula|dmatri(?:x|ces)|model_matrix|aes",
    "timeit|repeat|Timer|(?:cP|p)rofile\\.run",
  ].join("|")})\\s*\\(`,
);

/** What loads a pickle needs the classes and functions in it, and only the file says which. */
const UNPICKLES = /\b(pickle|joblib|dill|cloudpickle|torch|pd|pandas)\s*\.\s*(loads?|Unpickler|read_pickle)\s*\(/;

const STRING = /("""|'''|"|')((?:\\[\s\S]|(?!\1)[^\\])*)\1/g;
const WORD = /[\p{L}_][\p{L}\p{N}_]*/gu;

/** Types of which a text that is asked for may be made. */
const MAKES_TEXT = new Set(["str", "list", "tuple", "dict"]);

export function asksByText(code: string): boolean {
  return ASKS.test(code);
}

/** What the cell's own statements say: functions say it when they are called. */
export function statementsOf({ python, code, definitions }: CellAnalysis): string {
  let text = python ?? code;
  if (asksByText(text) || unpickles(text)) for (const { source } of definitions) text = text.replace(source, "");
  return text;
}

export function unpickles(code: string): boolean {
  return UNPICKLES.test(code);
}

export function mayHoldText(type: string): boolean {
  return MAKES_TEXT.has(type);
}

export function wordsInStrings(code: string): ReadonlySet<string> {
  const words = new Set<string>();
  for (const [, , text = ""] of code.matchAll(STRING)) for (const [word] of text.matchAll(WORD)) words.add(word);
  return words;
}

export function wordsIn(text: string): readonly string[] {
  return text.match(WORD) ?? [];
}
