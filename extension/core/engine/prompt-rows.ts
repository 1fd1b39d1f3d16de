/**
 * `@each row in df`: the same question for every row, several at a time. Each answer is kept as it comes, so after an
 * interrupt or a failure only the missing rows are asked again, and ten new rows cost ten requests.
 */

import type { Asked, AskFailure } from "../ai/prompt-port.ts";
import { promptTokens, type RenderedPart, tableSource } from "../ai/rendered.ts";
import type { MimeItem } from "../outputs/model.ts";
import type { JobEvent } from "../run/model.ts";
import { type Answered, type PromptRun, questionOf } from "./prompt-cell.ts";

/** Rows under way here; how many of them are asked at once is the provider's limit. */
const UNDER_WAY = 32;
/** Where a failure is the same for every row, the others are not tried. */
const HOPELESS: ReadonlySet<AskFailure["kind"]> = new Set([
  "key-missing",
  "key-rejected",
  "not-configured",
  "not-recorded",
  "unknown-model",
  "unreachable",
  "cancelled",
]);
const SHOWN_EVERY_MS = 100;
const BAR = 24;

export async function runRows(
  run: PromptRun,
  prompts: readonly (readonly RenderedPart[])[],
  on: (event: JobEvent) => void,
  signal: AbortSignal,
): Promise<Answered | { readonly failure: AskFailure }> {
  const answers = new Array<(Asked & { kind: "answer" }) | undefined>(prompts.length);
  const failures: { readonly row: number; readonly failure: AskFailure }[] = [];
  const progress = showing(run, prompts, on);
  let next = 0;
  let done = 0;
  const worker = async (): Promise<void> => {
    while (next < prompts.length && !failures.some(({ failure }) => HOPELESS.has(failure.kind))) {
      const row = next++;
      const asked = await run.prompts.ask(questionOf(run, prompts[row] ?? []), () => undefined, signal);
      if (asked.kind === "failed") failures.push({ row, failure: asked.failure });
      else {
        answers[row] = asked;
        progress(++done);
      }
    }
  };
  progress(0);
  await Promise.all(Array.from({ length: Math.min(UNDER_WAY, prompts.length) }, worker));
  const given = answers.filter((answer) => answer !== undefined);
  if (failures.length > 0) return { failure: together(failures, given.length, prompts.length) };
  const values = given.map((answer) => (run.spec.json ? answer.value : answer.text));
  const { each, output } = run.spec;
  return {
    logs: given.map((answer) => answer.log),
    source: tableSource(output, each?.table ?? "", output, JSON.stringify(values)),
  };
}

function together(
  failures: readonly { readonly row: number; readonly failure: AskFailure }[],
  given: number,
  total: number,
): AskFailure {
  const hopeless = failures.find(({ failure }) => HOPELESS.has(failure.kind));
  const first = hopeless ?? [...failures].sort((a, b) => a.row - b.row)[0];
  if (first === undefined) throw new Error("No row failed.");
  const kept = given === 0 ? "" : ` The answers of ${given} of ${total} rows are kept and not asked for again.`;
  const which = hopeless === undefined ? `Row ${first.row + 1}: ` : "";
  const others =
    hopeless === undefined && failures.length > 1 ? ` ${failures.length - 1} other row(s) failed too.` : "";
  return { kind: first.failure.kind, message: `${which}${first.failure.message}${others}${kept}` };
}

function showing(
  run: PromptRun,
  prompts: readonly (readonly RenderedPart[])[],
  on: (event: JobEvent) => void,
): (done: number) => void {
  let shown: number | undefined;
  const total = prompts.length;
  const tokens = prompts.reduce((sum, parts) => sum + promptTokens(parts), 0);
  return (done) => {
    if (shown !== undefined && done < total && run.clock() - shown < SHOWN_EVERY_MS) return;
    const text = `${bar(done, total)} ${done} of ${total} rows (about ${tokens.toLocaleString("en-US")} tokens in all)`;
    const data: readonly MimeItem[] = [{ mime: "text/plain", text }];
    on({ type: "display", data, id: "rows", update: shown !== undefined });
    shown = run.clock();
  };
}

function bar(done: number, total: number): string {
  const filled = total === 0 ? BAR : Math.floor((done / total) * BAR);
  return `${"▰".repeat(filled)}${"▱".repeat(BAR - filled)}`;
}
