/** What is kept in memory of rows that were read: bounded, and not parsed again while the text is the same. */
import { createHash } from "node:crypto";
import type { Row } from "./record-index.ts";

/** Keys and heads kept parsed in memory; the oldest go first. */
const CACHED = 4096;

export function remember<K, V>(cache: Map<K, V>, key: K, value: V): void {
  if (cache.size >= CACHED) {
    const oldest = cache.keys().next();
    if (oldest.done !== true) cache.delete(oldest.value);
  }
  cache.set(key, value);
}

/** Meanings of rows, with digests of the texts that they were read from: the texts would take twice the memory. */
export type Understood<T> = Map<string, { readonly digest: string; readonly meaning: T }>;

/** The same object for the same text. */
export function understand<T>(before: Understood<T>, key: string, { text }: Row, read: () => T): T {
  const digest = text === null ? "" : createHash("sha256").update(text).digest("base64");
  const same = before.get(key);
  if (same?.digest === digest) return same.meaning;
  const meaning = read();
  remember(before, key, { digest, meaning });
  return meaning;
}
