/**
 * What cells store into libraries (`pd.DataFrame.total = …`, `json.dumps = …`). Whoever comes below may notice, in any
 * library that it uses through any other; so what such a cell leaves is an input of every cell below it, and they wait.
 */
import type { ImportBinding } from "../analysis/model.ts";
import type { Patch } from "../run/model.ts";
import type { Inputs } from "./inputs.ts";
import { isOwn, type ModuleGround } from "./modules.ts";
import type { PreparedCell } from "./prepared.ts";

/** The component of the settings that holds them all. */
export const PATCHES = "patch:libraries";

const STORES = /[.\]]\s*\w+\s*(?:[-+*/|&^%@<>]{0,2}=(?!=))|\b(?:set|del)attr\b|\bdel\b|\bpandas\s*\(|_accessor\b/;

/** The places in libraries that the cell may store into, by its own text or by that of functions it reaches. */
export function patchesOf(prepared: PreparedCell, inputs: Inputs, ground: ModuleGround): readonly Patch[] {
  const { analysis } = prepared;
  if (analysis === undefined) return [];
  const texts = [analysis.code, ...inputs.reached.map(({ source }) => source)].filter((text) => STORES.test(text));
  if (texts.length === 0) return [];
  const roots = new Map<string, string>();
  for (const [name, slot] of inputs.slots) if (slot.kind === "import") roots.set(name, slot.statement);
  for (const { name, statement } of analysis.imports) roots.set(name, statement);
  const found = new Map<string, Patch>();
  for (const text of texts) {
    for (const item of importsIn(text)) if (!roots.has(item.name)) roots.set(item.name, item.statement);
    for (const [name, statement] of roots) {
      const module = /^(?:import|from)\s+([\w.]+)/.exec(statement)?.[1] ?? "";
      if (isOwn(module, ground)) continue;
      for (const path of pathsIn(text, name)) found.set(`${name}.${path}`, { name, statement, path });
    }
  }
  return [...found.values()];
}

/** `name.a.b = …`, `+=`, `del name.a`, `setattr(name.a, "b", …)`, and the well-known calls that do the same. */
function pathsIn(text: string, name: string): readonly string[] {
  const paths = new Set<string>();
  const add = (pattern: string): void => {
    for (const match of text.matchAll(new RegExp(pattern, "g"))) {
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
  add(`${root}${dotted}\\s*(?:,[^=\\n]*)?(?:[-+*/|&^%@]|//|\\*\\*|<<|>>)?=(?!=)`);
  add(`\\bdel\\s+(?:[^\\n]*,\\s*)?${root}${dotted}\\s*(?:$|[,;\\n])`);
  add(`\\b(?:set|del)attr\\(\\s*(?<![.\\w])${name}\\b((?:\\s*\\.\\s*\\w+)*)\\s*,\\s*["'](\\w+)["']`);
  add(`\\bfor\\s+${root}${dotted}\\s+in\\b`);
  const accessor = new RegExp(
    `(?<![.\\w])${name}\\b[\\w.\\s]*register_(dataframe|series|index)_accessor\\(\\s*["'](\\w+)["']`,
    "g",
  );
  const classes: Readonly<Record<string, string>> = { dataframe: "DataFrame", series: "Series", index: "Index" };
  for (const match of text.matchAll(accessor)) paths.add(`${classes[match[1] ?? ""]}.${match[2]}`);
  // Keyword arguments look like stores only inside calls: `f(name.a=1)` is no Python.
  return [...paths].filter((path) => path !== "");
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
