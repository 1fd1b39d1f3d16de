/** A cell's statements where a script needs them in another form: behind `await`, and without `from __future__`. */
import { AT_REST, isAtRest, scanLine } from "../analysis/logical-lines.ts";
import type { CellAnalysis } from "../analysis/model.ts";
import { pythonLines } from "../python/literals.ts";

/**
 * A function that binds the notebook's names, run in an event loop of its own as the cell is. What means something
 * else inside a function is compiled as the notebook compiles it.
 */
export function awaitedBody(source: string, analysis: CellAnalysis, number: number): string {
  // exec and the like bind names in the function that calls them.
  if (analysis.awaits === "top-level-only" || analysis.dynamic.length > 0)
    return `_strata_await(${pythonLines(source)})`;
  const names = [...new Set([...analysis.defines, ...analysis.mutates, ...analysis.deletes])].sort();
  const declared = names.length === 0 ? "" : `    global ${names.join(", ")}\n`;
  return `async def _strata_cell_${number}():\n${declared}${indented(source, "    ")}\n_strata_asyncio.run(_strata_cell_${number}())`;
}

/** Lines that begin a statement move to the right; text inside of strings and brackets stays where it is. */
export function indented(source: string, by: string): string {
  let open = AT_REST;
  return source
    .split("\n")
    .map((line) => {
      const moved = open.quote === undefined && line.trim() !== "" ? by + line : line;
      open = scanLine(line, open);
      return moved;
    })
    .join("\n");
}

/** Python wants these lines at the very top of a file, where the script has them for all of its cells. */
export function withoutFutures(source: string): string {
  if (!source.includes("__future__")) return source;
  let open = AT_REST;
  let inside = false;
  return source
    .split("\n")
    .map((line) => {
      if (isAtRest(open)) inside = /^from\s+__future__\s+import\b/.test(line);
      open = scanLine(line, open);
      return inside ? `# ${line}` : line;
    })
    .join("\n");
}
