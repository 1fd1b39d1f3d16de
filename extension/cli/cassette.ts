/**
 * `--cassette`: a run that replays recorded answers and records new ones. Cells whose results are reused ask nothing, so
 * what they were answered is copied, and the file is complete whatever was fresh.
 */
import { resolve } from "node:path";
import { logsOf } from "../core/ai/answer-log.ts";
import type { CellId } from "../core/notebook/model.ts";
import { type Cassette, openCassette } from "../host/ai/cassette.ts";
import type { OpenNotebook } from "../host/engine/open.ts";
import { type AiOptions, copyAnswer } from "../host/engine/prompts.ts";
import { complain } from "./open.ts";
import type { Report } from "./report.ts";

export interface Tape {
  readonly ai: AiOptions;
  /** The report, and us beside it. */
  listening(report: Report, opened: OpenNotebook): Report;
  /** When all is written. */
  complete(): Promise<void>;
}

/** Undefined when the file cannot be used, which was said. */
export async function openTape(file: string | undefined): Promise<Tape | undefined> {
  if (file === undefined) return { ai: {}, listening: (report) => report, complete: async () => undefined };
  const cassette = await openCassette(resolve(file));
  if ("problem" in cassette) {
    complain(cassette.problem);
    return undefined;
  }
  const copying: Promise<void>[] = [];
  return {
    ai: { cassette },
    listening: (report, opened) => ({
      ...report,
      event(event) {
        report.event(event);
        if (event.type !== "ended" || event.outcome.status !== "ok" || !event.outcome.cached) return;
        for (const { request } of logsOf(event.outcome.record.outputs)) {
          copying.push(copy(cassette, request, event.cell, opened));
        }
      },
    }),
    async complete() {
      await Promise.all(copying);
    },
  };
}

async function copy(cassette: Cassette, request: string, cell: CellId, opened: OpenNotebook): Promise<void> {
  if (cassette.get(request) !== undefined || (await copyAnswer(cassette, request, opened.store))) return;
  complain(
    `${opened.nameOf(cell)}: its result is reused, but the answer behind it is no longer stored, so it cannot be recorded. Run it with --force to ask again.`,
  );
}
