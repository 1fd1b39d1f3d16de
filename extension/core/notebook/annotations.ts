/**
 * The directives in a cell's leading comment block (`# @key value`). Blank lines are skipped, and the first line that is
 * no `#` comment ends the block. What is malformed becomes a problem on its line and has no effect otherwise.
 */
import type { Annotations, ParsedAnnotations } from "./annotations-model.ts";
import { DIRECTIVES, type Directive, type Draft, loopOf } from "./directives.ts";
import type { CellLanguage, Problem } from "./model.ts";

// `\w` of the format is Python's: letters and digits of every script.
const DIRECTIVE = /^#\s*@([\p{L}\p{N}_]+)\s*(.*?)\s*$/u;

/** Markdown cells have none: there a line that begins with `#` is a heading. */
export function parseAnnotations(source: string, language: CellLanguage = "python"): ParsedAnnotations {
  const draft: Draft = { annotations: {}, env: {}, mounts: [], after: [], system: [], loop: {} };
  const problems: Problem[] = [];
  const unknown: { key: string; value: string; line: number }[] = [];
  const block = language === "markdown" ? { directives: [], bodyLine: 1 } : leadingBlock(source);
  const report = (line: number, code: string, message: string) =>
    problems.push({ code, severity: "error", file: "", line, message });
  for (const directive of block.directives) {
    const read = Object.hasOwn(DIRECTIVES, directive.key) ? DIRECTIVES[directive.key] : undefined;
    if (read === undefined) {
      unknown.push({ key: directive.key, value: directive.value, line: directive.line });
      continue;
    }
    const why = read(draft, directive);
    if (why !== undefined)
      report(directive.line, `annotation-${directive.key.replaceAll("_", "-")}`, `\`@${directive.key}\` ${why}`);
  }
  const loop = loopOf(draft.loop);
  if (loop.kind === "problem") report(loop.line, "annotation-loop", loop.message);
  const annotations: Annotations = {
    ...draft.annotations,
    env: draft.env,
    mounts: draft.mounts,
    after: draft.after,
    ...(draft.system.length === 0 ? {} : { system: draft.system.join("\n") }),
    ...(loop.kind === "loop" ? { loop: loop.loop } : {}),
    unknown,
    bodyLine: block.bodyLine,
  };
  return { annotations, problems };
}

function leadingBlock(source: string): { readonly directives: readonly Directive[]; readonly bodyLine: number } {
  const directives: Directive[] = [];
  let line = 0;
  let start = 0;
  const text = source.startsWith("\uFEFF") ? source.slice(1) : source;
  // Line by line from the front, so that a long cell costs no more than its comment block.
  while (start <= text.length) {
    line++;
    const found = text.slice(start).search(/\r\n?|\n/);
    const stop = found === -1 ? text.length : start + found;
    const written = text.slice(start, stop).trim();
    if (written !== "" && !written.startsWith("#")) return { directives, bodyLine: line };
    const match = DIRECTIVE.exec(written);
    if (match !== null) directives.push({ key: (match[1] ?? "").toLowerCase(), value: match[2] ?? "", line });
    if (found === -1) break;
    start = stop + (text.startsWith("\r\n", stop) ? 2 : 1);
  }
  return { directives, bodyLine: line + 1 };
}
