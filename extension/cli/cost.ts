/** `strata cost`: what was asked of language models for a notebook, by cell, from the ledger that outlives results. */
import { dollars, tokensText } from "../core/ai/answer-log.ts";
import { type LedgerSum, sumOf, sumsByCell } from "../core/ai/ledger.ts";
import { openLedger } from "../host/ai/ledger.ts";
import type { OpenNotebook } from "../host/engine/open.ts";
import { ledgerPath } from "../host/engine/prompts.ts";
import { EXIT } from "./exit.ts";
import { folderOf, openForCommand, type SharedOptions } from "./open.ts";

export async function costCommand(path: string, options: SharedOptions): Promise<number> {
  const opened = await openForCommand(path, { ...options, runs: false }, () => undefined);
  if (opened === undefined) return EXIT.usage;
  try {
    const entries = await openLedger(ledgerPath(folderOf(path))).entries();
    const cells = [...sumsByCell(entries)];
    const lines =
      options.format === "json"
        ? [
            ...cells.map(([id, sum]) => json("cell", sum, { id, name: opened.nameOf(id) })),
            json("total", sumOf(entries)),
          ]
        : human(cells, sumOf(entries), opened);
    process.stdout.write(lines.map((line) => `${line}\n`).join(""));
    return EXIT.ok;
  } finally {
    await opened.close();
  }
}

function json(type: "cell" | "total", sum: LedgerSum, more: object = {}): string {
  const { usage, cost, answers, requests, unpriced } = sum;
  const tokens = { input: usage.input + usage.cacheRead + usage.cacheWrite, output: usage.output };
  return JSON.stringify({ type, ...more, answers, requests, ...tokens, usd: cost, unpriced });
}

function human(cells: readonly (readonly [string, LedgerSum])[], total: LedgerSum, opened: OpenNotebook): string[] {
  if (total.requests === 0) return ["No language model was asked for this notebook."];
  const rows = [...cells.map(([id, sum]) => [opened.nameOf(id), sum] as const), ["in all", total] as const];
  const width = Math.max(...rows.map(([name]) => name.length));
  return rows.map(([name, sum]) => {
    const unpriced = sum.unpriced === 0 ? "" : ` and ${sum.unpriced} answer(s) of unknown price`;
    const count = sum.answers === 1 ? "1 answer" : `${sum.answers} answers`;
    return `${name.padEnd(width)}  ${dollars(sum.cost)}${unpriced}  ${count}, ${tokensText(sum.usage)}`;
  });
}
