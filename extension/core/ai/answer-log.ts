/** How an answer came about, as an output below it: one line for a person, and the same as data for whoever adds up. */
import type { MimeItem, Output } from "../outputs/model.ts";
import { addUsage, NO_USAGE, type Usage } from "./model.ts";
import type { AnswerLog } from "./prompt-port.ts";

const ANSWER_LOG_MIME = "application/vnd.strata.answer+json";

/** `@each` has one log for each row; they are added up for the line and kept one by one in the data. */
export function logItems(logs: readonly AnswerLog[]): readonly MimeItem[] {
  return [
    { mime: ANSWER_LOG_MIME, text: JSON.stringify({ version: 1, answers: logs }) },
    { mime: "text/plain", text: logLine(logs) },
  ];
}

export function logsOf(outputs: readonly Output[]): readonly AnswerLog[] {
  return outputs.flatMap((output) => {
    const item = output.type === "display" ? output.data.find(({ mime }) => mime === ANSWER_LOG_MIME) : undefined;
    if (item === undefined || !("text" in item)) return [];
    try {
      const { answers } = JSON.parse(item.text) as { answers?: unknown };
      return Array.isArray(answers) ? answers.filter((log) => typeof log?.request === "string") : [];
    } catch {
      // Another version's, or a display of the user's own with that type.
      return [];
    }
  });
}

function logLine(logs: readonly AnswerLog[]): string {
  const first = logs[0];
  if (first === undefined) return "No rows, so nothing was asked.";
  const models = [...new Set(logs.map((log) => log.model))].join(", ");
  const usage = logs.map((log) => log.usage).reduce(addUsage, NO_USAGE);
  const asked = logs.filter((log) => log.source === "model");
  const parts = [models, tokensText(usage), costText(logs)];
  if (logs.length > 1) parts.push(`${asked.length} of ${logs.length} answers asked for now`);
  else
    parts.push(
      first.source === "model"
        ? attemptsText(first)
        : first.source === "cassette"
          ? "from the cassette"
          : "asked before",
    );
  return parts.join(" · ");
}

function attemptsText({ attempts, requests }: AnswerLog): string {
  const answers = attempts === 1 ? "1 attempt" : `${attempts} attempts`;
  return requests === attempts ? answers : `${answers}, ${requests} requests`;
}

export function tokensText(usage: Usage): string {
  const read = usage.input + usage.cacheRead + usage.cacheWrite;
  return `${read.toLocaleString("en-US")} + ${usage.output.toLocaleString("en-US")} tokens`;
}

/** What the answers cost when they were given. */
function costText(logs: readonly AnswerLog[]): string {
  if (logs.some((log) => log.cost === null)) return "price unknown";
  return dollars(logs.reduce((sum, log) => sum + (log.cost ?? 0), 0));
}

export function dollars(amount: number): string {
  if (amount > 0 && amount < 0.0001) return "under $0.0001";
  return `$${amount.toFixed(amount < 1 ? 4 : 2)}`;
}
