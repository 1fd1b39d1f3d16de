/**
 * Says where and why a text is not Python. The grammar behind the parser forgives more than CPython does in
 * matters of layout and of Python 2, and those are checked here, since text that differs in layout alone would
 * otherwise be taken for the program it looks like.
 */
import { endOfString, quotesAt } from "./flatten.ts";
import type { SyntaxNode, SyntaxTree } from "./syntax.ts";

export interface Complaint {
  readonly offset: number;
  readonly message: string;
}

export function findSyntaxError(text: string, tree: SyntaxTree): Complaint | undefined {
  const space = checkSpaces(text, tree.root);
  if (space !== undefined) return space;
  return tree.hasError ? explain(text, tree.root) : checkBlocks(text, tree.root);
}

/** Statements that begin a line of a block begin in its first one's column. */
function checkBlocks(text: string, block: SyntaxNode): Complaint | undefined {
  let column: number | undefined = block.type === "module" ? 0 : undefined;
  let previousEnd = -1;
  for (const statement of block.children) {
    if (statement.type === ";") continue;
    const lineStart = text.lastIndexOf("\n", statement.start - 1) + 1;
    if (previousEnd < lineStart || previousEnd < 0) {
      const indent = text.slice(lineStart, statement.start);
      // A block on the line of its colon has no column.
      if (/^[ \t\f\uFEFF]*$/.test(indent)) {
        const width = columnOf(indent);
        if (column === undefined) column = width;
        else if (width > column)
          return { offset: statement.start, message: "Unexpected indent. Align the line with the one above it." };
        else if (width < column) {
          return {
            offset: statement.start,
            message: "The indentation matches no block around it. Align the line with one above it.",
          };
        }
      }
    }
    previousEnd = statement.end;
    const complaint = checkStatement(text, statement);
    if (complaint !== undefined) return complaint;
  }
  return undefined;
}

function columnOf(indent: string): number {
  let column = 0;
  for (const char of indent) {
    if (char === "\t") column += 8 - (column % 8);
    else if (char === "\f") column = 0;
    else if (char !== "\uFEFF") column++;
  }
  return column;
}

function checkStatement(text: string, node: SyntaxNode): Complaint | undefined {
  // `print >> file, x` is an expression in Python 3, if not a useful one.
  const python2 = node.type === "print_statement" && node.children[1]?.type !== "chevron";
  if (python2 || node.type === "exec_statement") {
    const name = node.type === "print_statement" ? "print" : "exec";
    return { offset: node.start, message: `Missing parentheses in a call of '${name}'. Write ${name}(…).` };
  }
  for (const child of node.children) {
    if (child.type === "block") {
      if (child.children.length === 0) {
        const keyword = node.children[0]?.type ?? "this line";
        return {
          offset: node.start,
          message: `Expected an indented block after '${keyword}'. Write 'pass' for an empty one.`,
        };
      }
      const complaint = checkBlocks(text, child);
      if (complaint !== undefined) return complaint;
    } else if (COMPOUND.has(child.type)) {
      const complaint = checkStatement(text, child);
      if (complaint !== undefined) return complaint;
    }
  }
  return undefined;
}

/** What holds blocks inside a statement. */
const COMPOUND = new Set([
  "elif_clause",
  "else_clause",
  "except_clause",
  "finally_clause",
  "case_clause",
  "function_definition",
  "class_definition",
]);

/** White space and invisible characters that Python refuses and the parser skips, mostly from copied web pages. */
const STRANGE_SPACE = /[\u0085\u00A0\u1680\u2000-\u200B\u2028\u2029\u202F\u205F\u2060\u3000\v]|(?!^)\uFEFF/;

function checkSpaces(text: string, root: SyntaxNode): Complaint | undefined {
  if (!STRANGE_SPACE.test(text)) return undefined;
  let end = 0;
  const inGap = (to: number): Complaint | undefined => {
    const gap = text.slice(end, to).replace(/#.*/g, (comment) => "#".repeat(comment.length));
    const found = STRANGE_SPACE.exec(end === 0 ? gap.replace(/^\uFEFF/, " ") : gap);
    if (found === null) return undefined;
    const code = found[0].charCodeAt(0).toString(16).toUpperCase().padStart(4, "0");
    return {
      offset: end + found.index,
      message: `Invisible character U+${code} between the words. Replace it with a space.`,
    };
  };
  const visit = (node: SyntaxNode): Complaint | undefined => {
    if (node.type === "ERROR" && node.children.length === 0) return undefined;
    if (node.type === "string" || node.children.length === 0) {
      const complaint = inGap(node.start);
      end = Math.max(end, node.end);
      return complaint;
    }
    for (const child of node.children) {
      const complaint = visit(child);
      if (complaint !== undefined) return complaint;
    }
    return undefined;
  };
  return visit(root) ?? inGap(text.length);
}

const OPENS = /^(async\s+)?(if|elif|else|for|while|try|except|finally|with|def|class|match|case)\b/;

/** The tree has an error somewhere; the text around the first one mostly shows which. */
function explain(text: string, root: SyntaxNode): Complaint {
  const delimiter = checkDelimiters(text);
  if (delimiter !== undefined) return delimiter;
  const broken = firstBroken(root) ?? root;
  if (broken.missing === true) return { offset: broken.start, message: `Expected '${broken.type}'.` };
  let offset = broken.start;
  while (offset < text.length && /\s/.test(text[offset] as string)) offset++;
  const colon = missingColon(text, broken);
  if (colon !== undefined) return colon;
  const lineEnd = text.indexOf("\n", offset);
  const rest = text.slice(offset, lineEnd < 0 ? text.length : lineEnd).trim();
  if (/(^|[^=!<>])=\s*$/.test(rest)) return { offset: offset + rest.length, message: "Expected a value after '='." };
  const word = /^(\w+|[^\w\s]+)/.exec(rest)?.[0];
  return { offset, message: word === undefined ? "Invalid syntax." : `Invalid syntax at '${word}'.` };
}

function firstBroken(node: SyntaxNode): SyntaxNode | undefined {
  if (node.type === "ERROR" || node.missing === true) return node;
  for (const child of node.children) {
    const found = firstBroken(child);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** A line at or above the error that opens a block and has no colon outside brackets. */
function missingColon(text: string, broken: SyntaxNode): Complaint | undefined {
  let start = text.lastIndexOf("\n", Math.max(0, broken.start - 1)) + 1;
  for (let tries = 0; tries < 2; tries++) {
    const newline = text.indexOf("\n", start);
    const line = text.slice(start, newline < 0 ? text.length : newline);
    const code = line.replace(/#.*/, "").trimEnd();
    const keyword = OPENS.exec(code.trimStart());
    if (keyword !== null && !/[:\\([{,]$/.test(code) && !hasOuterColon(code)) {
      return { offset: start + code.length, message: `Expected ':' at the end of the '${keyword[2]}' line.` };
    }
    if (start === 0) break;
    start = text.lastIndexOf("\n", start - 2) + 1;
  }
  return undefined;
}

function hasOuterColon(code: string): boolean {
  let depth = 0;
  for (const char of code.replace(/"[^"]*"|'[^']*'/g, "").replace(/\blambda\b[^:]*:/g, "")) {
    if ("([{".includes(char)) depth++;
    else if (")]}".includes(char)) depth--;
    else if (char === ":" && depth === 0) return true;
  }
  return false;
}

const CLOSES: Readonly<Record<string, string>> = { ")": "(", "]": "[", "}": "{" };

/** Brackets and quotes that do not match. */
function checkDelimiters(text: string): Complaint | undefined {
  const open: { char: string; offset: number }[] = [];
  for (let at = 0; at < text.length; at++) {
    const char = text[at] as string;
    if (char === "#") {
      const newline = text.indexOf("\n", at);
      if (newline < 0) break;
      at = newline;
    } else if (char === '"' || char === "'") {
      const end = endOfString(text, at);
      if (end === undefined) {
        return {
          offset: at,
          message: `The string that begins here is not closed. Add the closing ${quotesAt(text, at)}.`,
        };
      }
      at = end - 1;
    } else if ("([{".includes(char)) open.push({ char, offset: at });
    else if (CLOSES[char] !== undefined) {
      const last = open.pop();
      if (last === undefined) return { offset: at, message: `'${char}' closes nothing. Remove it, or open it before.` };
      if (last.char !== CLOSES[char]) {
        return { offset: at, message: `'${char}' does not match the '${last.char}' before it.` };
      }
    }
  }
  const last = open.at(-1);
  return last === undefined ? undefined : { offset: last.offset, message: `'${last.char}' is never closed.` };
}
