/** What a job will import, as far as its text tells: a waiting child makes itself ready for that. */
import type { CellJob } from "../../core/run/model.ts";

/** A guess, by the text: a wrong one costs time only. */
export function importsOf({ bindings, source }: CellJob, ready: readonly string[]): readonly string[] {
  const statements = bindings.flatMap((binding) => (binding.kind === "import" ? [binding.statement] : []));
  const text = [...statements, source].join("\n");
  return ready.filter((name) => text.includes(name));
}
