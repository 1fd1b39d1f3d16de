/** Visits import statements. Those that always run at the top level can be repeated wherever their name is needed. */
import { childOfType, type SyntaxNode } from "./syntax.ts";
import { bindName, type Walk } from "./walk.ts";

export function visitImport(walk: Walk, node: SyntaxNode): void {
  const text = (part: SyntaxNode): string => walk.text.slice(part.start, part.end).replace(/\s|\\/g, "");
  if (node.type === "future_import_statement") {
    for (const child of node.children) if (child.type === "dotted_name") walk.futures.add(text(child));
    return;
  }
  const from = node.type === "import_from_statement" ? node.children[1] : undefined;
  const source = from === undefined ? undefined : text(from);
  if (childOfType(node, "wildcard_import") !== undefined) {
    walk.dynamic.push({ offset: node.start, what: `from ${source} import *` });
    return;
  }
  if (source === "__main__") walk.dynamic.push({ offset: node.start, what: "__main__" });
  for (const child of node.children) {
    if (child === from || (child.type !== "dotted_name" && child.type !== "aliased_import")) continue;
    const aliased = child.type === "aliased_import";
    const imported = aliased ? child.children[0] : child;
    const bound = aliased ? child.children.at(-1) : child.children[0];
    if (imported === undefined || bound === undefined) continue;
    record(walk, bound, text(imported), source, aliased);
  }
}

function record(walk: Walk, bound: SyntaxNode, imported: string, source: string | undefined, aliased: boolean): void {
  bindName(walk, bound, "import");
  const name = walk.text.slice(bound.start, bound.end);
  const whole = source === undefined ? imported : `${source}${source.endsWith(".") ? "" : "."}${imported}`;
  walk.modules.set(name, aliased || source !== undefined ? whole : name);
  if (walk.scope !== walk.module || walk.blocks > 0) return;
  const what = aliased ? `${imported} as ${name}` : imported;
  walk.imports.push(
    source === undefined
      ? { name, statement: `import ${what}`, module: imported }
      : { name, statement: `from ${source} import ${what}`, module: source },
  );
}
