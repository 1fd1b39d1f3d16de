/**
 * What cells store into libraries (`pd.DataFrame.total = …`, `json.dumps = …`). Whoever comes below may notice, in any
 * library that it uses through any other; so what such a cell leaves is an input of every cell below it, and they wait.
 */
import type { CellAnalysis, ImportBinding } from "../analysis/model.ts";
import type { Patch } from "../run/model.ts";
import type { Inputs } from "./inputs.ts";
import { isOwn } from "./modules.ts";
import type { PreparedCell } from "./prepared.ts";
import { CHANGING, DATABASE_VERBS, FOLLOWED, SETTING_NAMES, SETTING_VERBS } from "./set-ups.ts";
import { textOf, type Walk } from "./walk.ts";

/** The component of the settings that holds them all. */
export const PATCHES = "patch:libraries";

/** The path of a patch that names no place, but a name by which the text may set up a library by calling it (replays.py). */
export const CALLS = "()";

const oneOf = (words: readonly string[]): string => words.join("|");
/** Seeds and states of generators are followed by themselves. */
const SETTING = `(?:un|re|de)?(?:${oneOf(SETTING_VERBS)})(?!_?seed|_\\w*seed|_\\w*state)\\w*|${oneOf(SETTING_NAMES)}`;
const STATEMENT = `(?:sql|execute|query)\\s*\\(\\s*[rf]?["']+\\s*(?:${oneOf(DATABASE_VERBS)})\\b`;
const ATTRIBUTES = "(?:\\s*\\.\\s*\\w+)*";

const STORES = /[.\]]\s*\w+\s*(?:[-+*/|&^%@<>]{0,2}=(?!=))|\b(?:set|del)attr\b|\bdel\b|\bpandas\s*\(|_accessor\b/;

/** The places in libraries that the cell may store into, by its own text or by that of functions it reaches. */
export function patchesOf(prepared: PreparedCell, inputs: Inputs, walk: Walk): readonly Patch[] {
  const { analysis } = prepared;
  if (analysis === undefined) return [];
  const texts = [analysis.code, ...inputs.reached.map(({ source }) => source)];
  const storing = texts.filter((text) => STORES.test(text));
  const setting = texts.filter((text) => MAY_SET_UP.test(text));
  if (storing.length === 0 && setting.length === 0) return [];
  const found = new Map<string, Patch>();
  for (const [name, statement] of rootsOf(analysis, inputs, new Set([...storing, ...setting]))) {
    const module = /^(?:import|from)\s+([\w.]+)/.exec(statement)?.[1] ?? "";
    if (isOwn(module, walk)) continue;
    for (const text of storing) {
      for (const path of pathsIn(text, name)) found.set(`${name}.${path}`, { name, statement, path });
    }
    if (setting.some((text) => setsUp(text, name, module))) {
      found.set(`${name}.${CALLS}`, { name, statement, path: CALLS });
    }
  }
  for (const [name, slot] of inputs.slots) {
    if (slot.kind !== "pending" && slot.kind !== "value") continue;
    const stores = new RegExp(`\\b(?:set|del)attr\\(\\s*${name}\\b|(?<![.\\w])${name}\\s*\\.[\\w\\s.[\\]"']*=(?!=)`);
    if (!storing.some((text) => stores.test(text))) continue;
    const alias = new RegExp(`(?:^|\\n)\\s*${name}\\s*=\\s*\\w+(?:\\s*\\.\\s*\\w+)*\\s*(?:$|[;#\\n])`);
    // It may be another name of a library's module or class.
    if (alias.test(textOf(slot.cell, walk))) found.set(`${name}.${CALLS}`, { name, statement: "", path: CALLS });
  }
  return [...found.values()];
}

/** What the cell and what it calls know as imported, each with the statement that imports it. */
function rootsOf(analysis: CellAnalysis, inputs: Inputs, texts: Iterable<string>): ReadonlyMap<string, string> {
  const roots = new Map<string, string>();
  for (const [name, slot] of inputs.slots) if (slot.kind === "import") roots.set(name, slot.statement);
  for (const { name, statement } of analysis.imports) roots.set(name, statement);
  for (const text of texts) {
    for (const { name, statement } of importsIn(text)) if (!roots.has(name)) roots.set(name, statement);
  }
  return roots;
}

const MAY_SET_UP = new RegExp(
  `(?:${SETTING}|sql|execute|query)\\s*\\(|\\.(?:${oneOf(CHANGING)})\\s*\\(|\\]\\s*[-+*/|&^%@<>]{0,2}=(?!=)|\\bdel\\b|@`,
);

/** `name.a.register(…)`, `set_options(…)` by that name, `name.TABLE[…] = …`, `name.paths.append(…)`, or a decorator of the kind. */
function setsUp(text: string, name: string, module: string): boolean {
  if (!text.includes(name)) return false;
  const root = `(?<![.\\w])${name}\\b`;
  const registers = /^(?:un|de)?register/.test(name) ? "" : `${ATTRIBUTES}\\s*\\.\\s*(?:un|de)?register\\w*`;
  if (FOLLOWED.has(module.split(".")[0] ?? "") || module === "pandas") return new RegExp(root + registers).test(text);
  const calls = new RegExp(`^(?:${SETTING})$`).test(name)
    ? ATTRIBUTES
    : `${ATTRIBUTES}\\s*\\.\\s*(?:${SETTING}|${oneOf(CHANGING)})`;
  const item = `${ATTRIBUTES}\\s*\\[`;
  return new RegExp(
    `${root}(?:${registers}|${ATTRIBUTES}\\s*\\.\\s*${STATEMENT}|${calls}\\s*\\(|${item}[^\\n]*\\]\\s*[-+*/|&^%@<>]{0,2}=(?!=))|\\bdel\\s[^\\n]*${root}${item}`,
    "i",
  ).test(text);
}

/** `name.a.b = …`, `+=`, `del name.a`, `setattr(name.a, "b", …)`, and the well-known calls that do the same. */
function pathsIn(text: string, name: string): readonly string[] {
  const paths = new Set<string>();
  const add = (pattern: string, where = text): void => {
    for (const match of where.matchAll(new RegExp(pattern, "g"))) {
      paths.add(
        match
          .slice(1)
          .filter((part) => part !== undefined && part !== "")
          .map((part) => part.replace(/\s|^\.|\.$/g, ""))
          .join("."),
      );
    }
  };
  const root = `(?<![.\\w])${name}\\s*\\.\\s*`;
  const dotted = "(\\w+(?:\\s*\\.\\s*\\w+)*)";
  add(`${root}${dotted}\\s*(?:[-+*/|&^%@]|//|\\*\\*|<<|>>)?=(?!=)`);
  const among = `${root}${dotted}(?=\\s*,[^=\\n]*=(?!=))`;
  if (new RegExp(among).test(text)) add(among, unbracketed(text));
  add(`\\bdel\\s+(?:[^\\n]*,\\s*)?${root}${dotted}\\s*(?:$|[,;\\n])`);
  add(`\\b(?:set|del)attr\\(\\s*(?<![.\\w])${name}\\b((?:\\s*\\.\\s*\\w+)*)\\s*,\\s*["'](\\w+)["']`);
  add(`\\bfor\\s+${root}${dotted}\\s+in\\b`);
  const accessor = new RegExp(
    `(?<![.\\w])${name}\\b[\\w.\\s]*register_(dataframe|series|index)_accessor\\(\\s*["'](\\w+)["']`,
    "g",
  );
  const classes: Readonly<Record<string, string>> = { dataframe: "DataFrame", series: "Series", index: "Index" };
  for (const match of text.matchAll(accessor)) paths.add(`${classes[match[1] ?? ""]}.${match[2]}`);
  return [...paths].filter((path) => path !== "");
}

/** Without what stands in brackets: `print(name.a, end="")` and `x[name.a, 0] = 1` look like `name.a, b = 1, 2`, and store nothing. */
function unbracketed(text: string): string {
  const inner = /\([^()]*\)(?!\s*=(?!=))|(?<=[\w)\]"'])\[[^[\]]*\]/g;
  let before = text.replaceAll(/(["'])(?:\\.|(?!\1)[^\\\n])*\1/g, '""');
  for (let after = before.replaceAll(inner, "_"); after !== before; after = before.replaceAll(inner, "_"))
    before = after;
  return before;
}

function importsIn(text: string): readonly Pick<ImportBinding, "name" | "statement">[] {
  const found: { name: string; statement: string }[] = [];
  for (const [, from, what, alias] of text.matchAll(
    /(?:\bfrom\s+([\w.]+)\s+)?\bimport\s+([\w.]+)(?:\s+as\s+(\w+))?/g,
  )) {
    const name = alias ?? (from === undefined ? (what ?? "").split(".")[0] : what) ?? "";
    const head = from === undefined ? "" : `from ${from} `;
    found.push({ name, statement: `${head}import ${what}${alias === undefined ? "" : ` as ${alias}`}` });
  }
  return found;
}
