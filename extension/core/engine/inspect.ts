/** Looks at the stored inputs of cells before they start. What is damaged is a miss, so that another plan makes it again. */
import type { CellId } from "../notebook/model.ts";
import type { Digest } from "../outputs/model.ts";
import type { CellPlan } from "../plan/model.ts";
import type { Planned } from "../plan/plan.ts";

/** For one request. */
export interface Inspection {
  /** Whether inputs of these cells are damaged, so that another plan may help. */
  damaged(planned: Planned, starting: readonly CellPlan[]): Promise<boolean>;
  /** Throws for a cell whose inputs are never sound. */
  refuse(cell: CellId): void;
}

const TRIES = 5;

/** `verify` reads the bytes and compares; a damaged artifact is gone afterwards. */
export function inspectInputs(verify: (digest: Digest) => Promise<boolean>): Inspection {
  /** How often a cell's inputs turned out to be damaged. */
  const found = new Map<CellId, number>();
  const times = (cell: CellId): number => found.get(cell) ?? 0;

  async function areSound(planned: Planned, id: CellId): Promise<boolean> {
    const verdicts = await Promise.all([...digestsOf(planned, id)].map(verify));
    return verdicts.every(Boolean);
  }

  return {
    async damaged(planned, starting) {
      const sound = await Promise.all(starting.map(({ cell }) => areSound(planned, cell)));
      const damaged = starting.filter((_, at) => !sound[at]).map(({ cell }) => cell);
      for (const cell of damaged) found.set(cell, times(cell) + 1);
      return damaged.some((cell) => times(cell) < TRIES);
    },
    refuse(cell) {
      if (times(cell) < TRIES) return;
      throw new Error("An input of this cell is damaged in the store again and again. Check the disk it is on.");
    },
  };
}

function digestsOf(planned: Planned, id: CellId): ReadonlySet<Digest> {
  const digests = new Set<Digest>(Object.values(planned.ambient.get(id) ?? {}));
  for (const slot of planned.inputs.get(id)?.slots.values() ?? []) if (slot.kind === "value") digests.add(slot.digest);
  for (const source of Object.values(planned.inputs.get(id)?.definitions ?? {})) {
    for (const binding of source.early) if (binding.kind === "value") digests.add(binding.digest);
  }
  return digests;
}
