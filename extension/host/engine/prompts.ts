/** Wires what prompt cells need for one notebook: models, answers that were given, what they cost, a cassette. */
import { dirname, join, resolve } from "node:path";
import type { PromptPort } from "../../core/ai/prompt-port.ts";
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
