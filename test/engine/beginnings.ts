/**
 * Histories that begin with the same notebook, run once: the first of them leaves its folder, the store in it, as it was after
 * that run, and the others go on from a copy. Half of what a history costs is its first run.
 */
import { execFileSync } from "node:child_process";
import { rmSync } from "node:fs";
import { join } from "node:path";
import type { History } from "./history.ts";

/** So many seeds in a row have one beginning. */
export const FAMILY = 4;

export interface Begun {
  /** The state of the notebook and its folder, if everything was fresh in it. */
  readonly known: string | undefined;
}

export interface Beginnings {
  /** Puts the folder back as it was after the history's first run, if that was kept. */
  restore(history: History, folder: string): Begun | undefined;
  keep(history: History, folder: string, begun: Begun): void;
}

/** Keeps one beginning: histories of a family are played one after the other. */
export function keepBeginnings(root: string): Beginnings {
  const place = join(root, "beginning");
  let kept: { readonly key: string; readonly begun: Begun } | undefined;
  // With its times to the nanosecond, which the library's own copy does not keep.
  const copy = (from: string, to: string): void => {
    execFileSync("cp", ["-a", from, to]);
  };
  return {
    restore(history, folder) {
      if (kept?.key !== keyOf(history)) return undefined;
      copy(place, folder);
      return kept.begun;
    },
    keep(history, folder, begun) {
      kept = undefined;
      rmSync(place, { recursive: true, force: true });
      copy(folder, place);
      kept = { key: keyOf(history), begun };
    },
  };
}

function keyOf({ files, cells, jobs }: History): string {
  return JSON.stringify([files, cells, jobs]);
}
