/** What a job will import, as far as its text tells: a waiting child makes itself ready for that. */
import type { CellJob } from "../../core/run/model.ts";

/**
 * A guess: a wrong one costs time only. What its text names; and all that there is when it is given values, since loading those
 * imports what they are made of.
 */
export function importsOf({ bindings, source }: CellJob, ready: readonly string[]): readonly string[] {
  if (bindings.some((binding) => binding.kind === "value")) return ready;
  const statements = bindings.flatMap((binding) => (binding.kind === "import" ? [binding.statement] : []));
  const text = [...statements, source].join("\n");
  return ready.filter((name) => text.includes(name));
}
