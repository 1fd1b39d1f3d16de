/** Tools that read the notebook's text: the list of cells, and one cell. */
import { lineCount, numbered } from "../../../core/agent/lines.ts";
import { succeeded } from "../../../core/agent/result.ts";
import { describeReason } from "../../../core/plan/describe.ts";
import { sourceDigest } from "../digest.ts";
import { findCell, numberIn, type Tool } from "./context.ts";

export const readNotebook: Tool = async (_input, { agent }) => {
  const { engine, nameOf } = agent.opened;
  const [statuses, plan] = await Promise.all([engine.statuses(), engine.plan()]);
  const byId = new Map(statuses.map((status) => [status.cell, status]));
  const cells = agent.cells().map((cell, index) => {
    const status = byId.get(cell.id);
    const name = nameOf(cell.id);
    const validity = cell.language === "markdown" ? "text" : (status?.validity ?? "none");
    const activity = agent.runs.running.has(cell.id) ? ", running" : "";
    const why = status === undefined || cell.language === "markdown" ? "" : ` ${describeReason(status.reason, nameOf)}`;
    return `${index + 1}. ${cell.id} “${name}” ${cell.language}, ${lineCount(cell.source)} lines, digest ${sourceDigest(cell.source)}: ${validity}${activity}.${why}`;
  });
  const { python, packages } = plan.environment;
  const listed = packages.length === 0 ? "no packages" : packages.slice(0, 60).join(", ");
  const more = packages.length > 60 ? `, and ${packages.length - 60} more` : "";
  return succeeded(
    [
      `Notebook “${engine.notebook.name}” in ${agent.folder}, ${cells.length} cells:`,
      ...cells,
      python === "none" ? "Its environment is made by the first run." : `${python} with ${listed}${more}.`,
      ...declared(plan.environment.python),
    ].join("\n"),
  );
};

function declared(python: string): readonly string[] {
  return python === "none" ? ["Which packages there are is in its pyproject.toml until then."] : [];
}

export const readCell: Tool = async (input, { agent }) => {
  const cell = findCell(agent, input);
  if ("missing" in cell) return cell.missing;
  const analysis = agent.opened.engine.analysis(cell.id);
  const total = lineCount(cell.source);
  const from = Math.min(numberIn(input, "from_line") ?? 1, Math.max(1, total));
  const to = Math.min(numberIn(input, "to_line") ?? total, total);
  const names = (label: string, list: readonly string[] | undefined): string[] =>
    list === undefined || list.length === 0 ? [] : [`${label} ${list.join(", ")}.`];
  return succeeded(
    [
      `Cell ${cell.id} “${agent.opened.nameOf(cell.id)}” (${cell.language}, cells/${cell.file}), lines ${from} to ${to} of ${total}, digest ${sourceDigest(cell.source)}:`,
      numbered(cell.source, from, to),
      ...(analysis?.syntaxError === undefined
        ? []
        : [`Line ${analysis.syntaxError.line} does not parse: ${analysis.syntaxError.message}`]),
      ...names("Defines", analysis?.defines),
      ...names(
        "Uses from above",
        analysis?.uses.map((use) => use.name),
      ),
    ].join("\n"),
  );
};
