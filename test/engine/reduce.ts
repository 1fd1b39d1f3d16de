/** Makes a failing history small: drops steps, cells and statements as long as it still fails in the same way. */
import type { History, Sources, Step } from "./history.ts";

/** Plays a history, and throws where it fails. */
export type Play = (history: History) => Promise<unknown>;

export async function failureOf(history: History, play: Play): Promise<Error | undefined> {
  try {
    await play(history);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}

/** What kind of failure it is: its message without cells, steps and values. */
export function kindOf(error: Error): string {
  return (/fresh with another result|has failed|known|not everything is fresh|twice/.exec(error.message) ?? [
    error.name,
  ])[0];
}

export async function reduce(history: History, play: Play, kind: string, until: number): Promise<History> {
  let best = history;
  for (let smaller = true; smaller; ) {
    smaller = false;
    for (const candidate of smallerOnes(best)) {
      if (performance.now() > until) return best;
      const error = await failureOf(candidate, play);
      if (error === undefined || kindOf(error) !== kind) continue;
      best = candidate;
      smaller = true;
      break;
    }
  }
  return best;
}

function* smallerOnes(history: History): Iterable<History> {
  const { cells, steps } = history;
  for (let at = steps.length - 1; at >= 0; at -= 1) {
    yield { ...history, steps: steps.toSpliced(at, 1) };
  }
  const ids = new Set([cells, ...steps.map(cellsOf)].flatMap((sources) => Object.keys(sources ?? {})));
  for (const id of ids) yield mapped(history, (sources) => without(sources, id));
  const texts = new Set([cells, ...steps.map(cellsOf)].flatMap((sources) => Object.values(sources ?? {}).flat()));
  for (const text of texts) yield mapped(history, (sources) => withoutText(sources, text));
  if (history.jobs > 1) yield { ...history, jobs: 1 };
}

function cellsOf(step: Step): Sources | undefined {
  return step.do === "set" ? step.cells : undefined;
}

function mapped(history: History, change: (sources: Sources) => Sources): History {
  const steps = history.steps.map((step) => (step.do === "set" ? { ...step, cells: change(step.cells) } : step));
  return { ...history, cells: change(history.cells), steps };
}

function without(sources: Sources, id: string): Sources {
  return Object.fromEntries(Object.entries(sources).filter(([other]) => other !== id));
}

function withoutText(sources: Sources, text: string): Sources {
  return Object.fromEntries(
    Object.entries(sources).map(([id, statements]) => [id, statements.filter((other) => other !== text)]),
  );
}
