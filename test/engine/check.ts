/** A readable case: cells, then steps, each with the cells that may run. The script is checked after every step. */
import assert from "node:assert/strict";
import type { RunTarget } from "../../extension/core/engine/model.ts";
import { type BenchOptions, type Cells, openBench } from "./bench.ts";

export interface Step {
  /** Replaces or adds these cells; `undefined` removes one. */
  readonly edit?: Readonly<Record<string, string | undefined>>;
  /** New order of all cells. */
  readonly order?: readonly string[];
  /** Writes files in the notebook's folder. */
  readonly files?: Readonly<Record<string, string>>;
  readonly target?: RunTarget;
  readonly force?: boolean;
  /** Close and open before the run. */
  readonly reopen?: boolean;
  /** Cells that must execute; every other cell must not. */
  readonly ran: readonly string[];
  readonly failed?: readonly string[];
  readonly skipped?: readonly string[];
  /** What cells print after the step, where the case is about that. */
  readonly prints?: Readonly<Record<string, string>>;
}

export interface Case extends BenchOptions {
  readonly cells: Cells;
  readonly steps: readonly Step[];
}

export function check(title: string, spec: Case): void {
  it(title, async () => {
    const bench = await openBench(spec.cells, spec);
    try {
      for (const [index, step] of spec.steps.entries()) {
        const at = `step ${index + 1}`;
        const edited = { ...bench.cells(), ...step.edit };
        const order = step.order ?? Object.keys(edited);
        const cells = Object.fromEntries(
          order.flatMap((id) => (edited[id] === undefined ? [] : [[id, edited[id] as string]])),
        );
        for (const [path, content] of Object.entries(step.files ?? {})) bench.file(path, content);
        await bench.edit(cells);
        if (step.reopen === true) await bench.reopen();
        await bench.checkAgainstScript();
        const seen = await bench.run(step.target, { force: step.force ?? false });
        const errors = [...seen.outcomes].flatMap(([id, outcome]) =>
          outcome.status === "error" ? [`${id}: ${outcome.error.traceback}`] : [],
        );
        assert.deepEqual(seen.failed, step.failed ?? [], `${at}: failed cells\n${errors.join("\n")}`);
        assert.deepEqual(seen.ran, step.ran, `${at}: cells that ran`);
        assert.deepEqual(seen.skipped, step.skipped ?? [], `${at}: skipped cells`);
        for (const [id, text] of Object.entries(step.prints ?? {})) {
          assert.equal(await bench.printed(id), text, `${at}: what ${id} printed`);
        }
        await bench.checkAgainstScript();
      }
    } finally {
      await bench.close();
    }
  });
}
