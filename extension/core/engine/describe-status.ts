/** What there is to say of a fresh result beyond that it is fresh. Every shell prints these sentences. */
import type { CellStatus } from "./model.ts";

const DRAWN_FROM: Readonly<Record<string, string>> = {
  clock: "the clock",
  command: "another program",
  entropy: "unseeded random numbers",
  input: "what was typed",
  model: "a language model",
  network: "the network",
};

/** Sentences, if any. */
export function remarksOn(status: Pick<CellStatus, "sample" | "differs">): readonly string[] {
  const remarks: string[] = [];
  if (status.sample !== undefined) {
    const { of, at } = status.sample;
    remarks.push(`One sample of many, of ${moment(at)}: it depends on ${sampleOf(of)}.`);
  }
  if (status.differs !== undefined) {
    remarks.push(`Not reproducible: run again with the same inputs, ${listed(status.differs)} came out differently.`);
  }
  return remarks;
}

/** "the clock and the network" */
export function sampleOf(kinds: readonly string[]): string {
  return listed(kinds.map((kind) => DRAWN_FROM[kind] ?? kind));
}

/** "a, b and c" */
export function listed(words: readonly string[]): string {
  const last = words.at(-1) ?? "";
  return words.length < 2 ? last : `${words.slice(0, -1).join(", ")} and ${last}`;
}

/** Minutes are enough, and the zone must be said. */
function moment(iso: string): string {
  return `${iso.slice(0, 16).replace("T", " ")} UTC`;
}
