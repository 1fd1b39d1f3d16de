/** Wires what prompt cells need for one notebook: models, answers that were given, what they cost, a cassette. */
import { readFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { logsOf } from "../../core/ai/answer-log.ts";
import type { PromptPort } from "../../core/ai/prompt-port.ts";
import type { Output } from "../../core/outputs/model.ts";
import { openAnswers } from "../ai/answers.ts";
import { type Cassette, openCassette } from "../ai/cassette.ts";
import { openLedger } from "../ai/ledger.ts";
import { createModels, type Models } from "../ai/models.ts";
import { createPrompts } from "../ai/prompts.ts";
import { answersFolder } from "../store/answer-path.ts";
import type { Store } from "../store/open.ts";

export interface AiOptions {
  /** Default: models by the keys in this process's environment. */
  readonly models?: Models;
  readonly cassette?: Cassette;
}

export function environmentModels(): Models {
  return createModels({ secrets: { get: async () => undefined }, environ: process.env });
}

export function openPrompts(folder: string, storeDir: string, store: Store, options: AiOptions): PromptPort {
  const { models = environmentModels(), cassette } = options;
  const tapes = new Map<string, ReturnType<typeof openCassette>>();
  return createPrompts({
    models,
    answers: openAnswers(answersFolder(storeDir)),
    ledger: openLedger(ledgerPath(folder)),
    ...(cassette === undefined ? {} : { cassette }),
    tape: (name) => {
      const known = tapes.get(name) ?? openCassette(resolve(folder, name));
      tapes.set(name, known);
      return known;
    },
    read: async (digest) => {
      const bytes = await store.content.read(digest);
      return bytes === undefined ? undefined : new TextDecoder().decode(bytes);
    },
    now: () => new Date().toISOString(),
  });
}

export interface Rows {
  /** The answers that a result for each row came from, in the order of the rows; undefined where one is no longer there. */
  answers(outputs: readonly Output[]): Promise<readonly unknown[] | undefined>;
  /** The Python that puts answers beside their rows. */
  module(): Promise<string>;
}

export interface RowsPlace {
  readonly folder: string;
  readonly storeDir: string;
  readonly harness: string;
  /** The cassette that notebook.toml names. */
  readonly cassette: () => string | undefined;
}

export function openRows({ folder, storeDir, harness, cassette }: RowsPlace): Rows {
  return {
    async answers(outputs) {
      const name = cassette();
      const tape = name === undefined ? undefined : await openCassette(resolve(folder, name));
      const recorded = tape === undefined || "problem" in tape ? undefined : tape;
      const stored = openAnswers(answersFolder(storeDir));
      const found: unknown[] = [];
      for (const { request } of logsOf(outputs)) {
        const answer = (await stored.get(request)) ?? recorded?.get(request);
        if (answer === undefined) return undefined;
        found.push("value" in answer ? answer.value : answer.text);
      }
      return found;
    },
    module: () => readFile(join(harness, "strata_harness", "template_rows.py"), "utf8"),
  };
}

/** Puts an answer that was given before on a cassette; false when it is no longer there. */
export async function copyAnswer(cassette: Cassette, request: string, store: Store): Promise<boolean> {
  const answer = await openAnswers(answersFolder(dirname(dirname(store.tmp)))).get(request);
  if (answer === undefined) return false;
  await cassette.put(request, answer);
  return true;
}

export function ledgerPath(folder: string): string {
  return join(folder, ".strata", "ai", "ledger.jsonl");
}
