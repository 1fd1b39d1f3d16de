/** One cell that is about to run, and the job that its guest is given. */
import type { Inputs } from "../plan/inputs.ts";
import type { CellPlan, Reason } from "../plan/model.ts";
import type { PreparedCell } from "../plan/prepared.ts";
import type { CellJob } from "../run/model.ts";
import type { Binding, DefinitionSource } from "../store/model.ts";
import type { EnginePorts } from "./ports.ts";

export interface Execution {
  readonly notebook: string;
  readonly prepared: PreparedCell;
  readonly plan: CellPlan & { action: "run" };
  readonly reason: Reason;
  readonly inputs: Inputs;
  readonly own: Readonly<Record<string, DefinitionSource>>;
  readonly ambient: Readonly<Record<string, string>>;
  readonly environ: Readonly<Record<string, string>>;
  readonly timeout: number | undefined;
  readonly onlyJoin: boolean;
}

export function toJob(
  execution: Omit<Execution, "plan" | "notebook" | "reason" | "onlyJoin"> & {
    readonly onlyJoin?: boolean;
    readonly plan: { readonly key: string };
  },
  ports: EnginePorts,
): CellJob {
  const { prepared, plan, inputs, own, ambient, environ, timeout } = execution;
  const paths: Binding[] = Object.entries(prepared.paths).map(([name, path]) => ({ kind: "path", name, path }));
  const job: CellJob = {
    cell: prepared.cell.id,
    name: prepared.cell.file,
    file: prepared.file,
    source: prepared.analysis?.python ?? prepared.cell.source,
    ...(prepared.analysis?.python === undefined ? {} : { shown: prepared.cell.source }),
    ...(prepared.analysis === undefined || prepared.analysis.futures.length === 0
      ? {}
      : { futures: prepared.analysis.futures }),
    folder: ports.folder,
    bindings: [...inputs.bindings, ...paths],
    definitions: inputs.definitions,
    ownDefinitions: own,
    ownImports: ownImports(prepared, inputs),
    ambient,
    ...(inputs.patches.length > 0 ? { patches: inputs.patches } : {}),
    environ,
    seed: plan.key,
  };
  return {
    ...job,
    ...(timeout === undefined ? {} : { timeout }),
    ...(execution.onlyJoin === true ? { onlyJoin: true } : {}),
  };
}

/** Names bound by import statements that whoever needs them repeats. */
function ownImports(prepared: PreparedCell, inputs: Inputs): readonly string[] {
  const imports = prepared.analysis?.imports.map((item) => item.name) ?? [];
  return imports.filter((name) => !inputs.importedValues.includes(name));
}
