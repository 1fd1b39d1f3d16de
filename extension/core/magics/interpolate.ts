/**
 * A command with Python in it, `ls {folder} $name`, as the arguments of a helper. Braces hold an expression; a name
 * behind `$` is Python's when there is one, and else the shell's.
 */
import type { PythonParser, SyntaxNode } from "../analysis/syntax.ts";
import { pythonString } from "../python/literals.ts";

export interface Interpolated {
  /** `"ls ", lambda: (folder)` */
  readonly parts: string;
  /** Names that may be the shell's. */
  readonly guessed: readonly string[];
}

const PIECE = /\$\$|\$\{|\{\{|\}\}|\$([A-Za-z_]\w*)|\{([^{}\n]+)\}/g;

export function interpolate(command: string, parser: PythonParser): Interpolated {
  const parts: string[] = [];
  const guessed: string[] = [];
  let text = "";
  let done = 0;
  const flush = (): void => {
    if (text !== "") parts.push(pythonString(text));
    text = "";
  };
  for (const match of command.matchAll(PIECE)) {
    const [all, name, inner] = match;
    text += command.slice(done, match.index);
    done = match.index + all.length;
    if (all === "$$") text += "$";
    else if (all === "{{" || all === "}}") text += all[0];
    else if (name !== undefined) {
      flush();
      guessed.push(name);
      parts.push(`(${pythonString(all)}, lambda: ${name})`);
    } else {
      const value = inner === undefined ? undefined : expression(inner, parser);
      if (value === undefined) text += all;
      else {
        flush();
        parts.push(`lambda: ${value}`);
      }
    }
  }
  text += command.slice(done);
  flush();
  return { parts: parts.join(", ") || '""', guessed };
}

/** What is in the braces as Python, or undefined for text that only looks like it: awk's `{print $1}`, JSON. */
function expression(inner: string, parser: PythonParser): string | undefined {
  if (isExpression(inner, parser)) return inner.trim() === "print" ? undefined : `(${inner.trim()})`;
  const [, value = "", conversion, format] = /^(.+?)(![rsa])?(:[^:]*)?$/s.exec(inner) ?? [];
  if ((conversion === undefined && format === undefined) || !isExpression(value, parser)) return undefined;
  const converted = { "!r": "repr", "!s": "str", "!a": "ascii" }[conversion ?? ""];
  const plain = converted === undefined ? `(${value.trim()})` : `${converted}(${value.trim()})`;
  return format === undefined ? plain : `format(${plain}, ${pythonString(format.slice(1))})`;
}

/** One expression that has a name in it: `{1,2}` is the shell's. */
function isExpression(text: string, parser: PythonParser): boolean {
  const { root, hasError } = parser.parse(text.trim());
  const [only, ...more] = root.children;
  if (hasError || more.length > 0 || only?.type !== "expression_statement") return false;
  const [value, ...rest] = only.children;
  const written = value?.type;
  return rest.length === 0 && written !== "assignment" && written !== "augmented_assignment" && hasName(only);
}

function hasName(node: SyntaxNode): boolean {
  return node.type === "identifier" || node.children.some(hasName);
}
