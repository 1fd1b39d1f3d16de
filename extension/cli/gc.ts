/** `strata gc`: removes stored results that no notebook needs. Starts no Python. */
import { counted, DEFAULT_LIMIT, formatSize } from "../core/store/amounts.ts";
import { totalOf } from "../core/store/collect.ts";
import type { Collected } from "../host/engine/collect.ts";
import { EXIT } from "./exit.ts";
import { complain, openForCommand, type SharedOptions } from "./open.ts";

export interface GcOptions extends SharedOptions {
  readonly dryRun: boolean;
  /** Bytes. */
  readonly limit?: number;
  /** Milliseconds. */
  readonly olderThan?: number;
}

export async function gcCommand(path: string, options: GcOptions): Promise<number> {
  const opened = await openForCommand(path, { ...options, runs: false }, () => undefined);
  if (opened === undefined) return EXIT.usage;
  try {
    const { dryRun, olderThan, limit = DEFAULT_LIMIT } = options;
    const age = olderThan === undefined ? {} : { olderThan };
    const collected = await opened.collect({ dryRun, limit, ...age, now: Date.now() });
    const store = opened.store.root;
    process.stdout.write(
      options.format === "json"
        ? `${JSON.stringify(summary(store, collected, limit))}\n`
        : `${told(store, collected, limit).join("\n")}\n`,
    );
    const { collection, removed } = collected;
    if (removed === undefined || removed.records === collection.records.length) return EXIT.ok;
    complain(`Not everything could be removed from ${store}. Make the folder writable, and try again.`);
    return EXIT.failed;
  } finally {
    await opened.close();
  }
}

/** The JSON object of docs/cli.md. */
function summary(store: string, collected: Collected, limit: number): object {
  const { inventory, collection, removed, busy } = collected;
  return {
    type: "gc",
    store,
    dry_run: removed === undefined,
    limit,
    busy,
    bytes: collection.total,
    results: inventory.records.length,
    needed_bytes: collection.needed,
    freed_bytes: removed?.bytes ?? collection.freed,
    freed_results: removed?.records ?? collection.records.length,
    freed_files: removed?.files ?? collection.content.length + collection.leftovers.length,
    answers: inventory.answers.length,
    freed_answers: removed?.answers ?? collection.answers.length,
    removed: collection.records.map(({ notebook, cell, key, made }) => {
      return { notebook, cell, key, finished_at: new Date(made).toISOString() };
    }),
    removed_answers: collection.answers.map(({ request, changed }) => {
      return { request, used_at: new Date(changed).toISOString() };
    }),
  };
}

function told(store: string, collected: Collected, limit: number): string[] {
  const { inventory, collection, removed, busy } = collected;
  const { total, needed, freed, records, content, answers, leftovers } = collection;
  const given = inventory.answers.length === 0 ? "" : ` and ${counted(inventory.answers.length, "answer")} of models`;
  const lines = [
    `${store} holds ${formatSize(total)} in ${counted(inventory.records.length, "result")}${given}; the limit is ${formatSize(limit)}.`,
    `The cells as they are now need ${formatSize(needed)} of it, which stay.`,
  ];
  const files = counted(removed?.files ?? content.length + leftovers.length, "file");
  const gone = removed?.answers ?? answers.length;
  const results = `${counted(removed?.records ?? records.length, "result")}${gone === 0 ? "" : `, ${counted(gone, "answer")}`}`;
  const bytes = formatSize(removed?.bytes ?? freed);
  lines.push(
    removed === undefined
      ? `A collection would free ${bytes}: ${results} and ${files}.`
      : `Freed ${bytes}: ${results} and ${files}.`,
  );
  if (busy)
    lines.push("A run is going on, so only files that it cannot need were looked at. Try again when it has ended.");
  else if (totalOf(inventory) - (removed?.bytes ?? freed) > limit) {
    lines.push(
      "It is still above the limit: what is left is needed by a cell as it is now, or is younger than ten minutes. “strata gc” never removes that.",
    );
  }
  return lines;
}
