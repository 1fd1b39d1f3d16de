/** An open notebook as a file for others: what both shells do. Reads the store; starts no Python. */

import { writeFile } from "node:fs/promises";
import { answerStatement, rowsPrelude, rowsStatement } from "../../core/export/answer.ts";
import { exportIpynb, isBinary } from "../../core/export/ipynb.ts";
import { exportScript } from "../../core/export/script.ts";
import { parseAnnotations } from "../../core/notebook/annotations.ts";
import type { Cell, CellId } from "../../core/notebook/model.ts";
import type { Output } from "../../core/outputs/model.ts";
import { describeReason } from "../../core/plan/describe.ts";
import { messageOf, systemCode } from "../../core/thrown.ts";
import type { OpenNotebook } from "../engine/open.ts";

export const EXPORT_FORMATS = ["script", "ipynb"] as const;
export type ExportFormat = (typeof EXPORT_FORMATS)[number];

/** Undefined when it was written, else why not, in the system's words. */
export async function writeExport(file: string, text: string): Promise<string | undefined> {
  try {
    await writeFile(file, text);
    return undefined;
  } catch (error) {
    return systemCode(error) ?? messageOf(error);
  }
}

type Exported = Pick<OpenNotebook, "engine" | "nameOf" | "rows"> & {
  readonly store: { readonly content: Pick<OpenNotebook["store"]["content"], "read"> };
};

export async function exportNotebook(opened: Exported, format: ExportFormat): Promise<string> {
  const { engine, nameOf } = opened;
  const plan = await engine.plan();
  if (format === "script") {
    const blocked = new Map<CellId, string>();
    for (const { cell, action, reason } of plan.cells) {
      const own = reason.kind === "unsupported" || reason.kind === "problem" || reason.kind === "cycle";
      if (action === "blocked" && own) blocked.set(cell, describeReason(reason, nameOf));
    }
    const answers = new Map<CellId, string>();
    let above = "";
    for (const cell of plan.cells) {
      const [name] = engine.analysis(cell.cell)?.defines ?? [];
      if (cell.action !== "reuse" || name === undefined) continue;
      const { outputs } = cell.record;
      const table = tableOf(engine.notebook.cells.find(({ id }) => id === cell.cell));
      const given = table === undefined ? undefined : await opened.rows.answers(outputs);
      if (table === undefined) {
        const answer = answerStatement(name, outputs);
        if (answer !== undefined) answers.set(cell.cell, answer);
      } else if (given !== undefined) {
        above ||= rowsPrelude(await opened.rows.module());
        answers.set(cell.cell, rowsStatement(name, table, given));
      }
    }
    return exportScript(engine.notebook, {
      analysis: engine.analysis,
      obstacle: (cell) => blocked.get(cell),
      answer: (cell) => answers.get(cell),
      above,
    });
  }
  const shown = new Map<CellId, readonly Output[]>();
  const content = new Map<string, Buffer>();
  for (const cell of plan.cells) {
    if (cell.action !== "reuse") continue;
    shown.set(cell.cell, cell.record.outputs);
    for (const output of cell.record.outputs) {
      for (const item of output.type === "display" ? output.data : []) {
        const bytes = "digest" in item ? await opened.store.content.read(item.digest) : undefined;
        if ("digest" in item && bytes !== undefined) content.set(item.digest, Buffer.from(bytes));
      }
    }
  }
  return exportIpynb(engine.notebook, {
    outputs: (cell) => shown.get(cell),
    content: ({ digest, mime }) => content.get(digest)?.toString(isBinary(mime) ? "base64" : "utf8"),
    pythonVersion: /\d[\w.]*/.exec(plan.environment.python)?.[0],
  });
}

/** What a prompt cell with `@each` goes through. */
function tableOf(cell: Cell | undefined): string | undefined {
  if (cell?.language !== "prompt") return undefined;
  return parseAnnotations(cell.source, "prompt").annotations.each?.table;
}
