/**
 * One open notebook. Every question is answered from a plan; a run is: plan, decide, perform, and again after each
 * cell that ends, until nothing is left. Requests run one after another, so that nothing ever runs twice.
 */
import type { CellId, Notebook } from "../notebook/model.ts";
import type { Output } from "../outputs/model.ts";
import type { PlanPorts } from "../plan/lookup.ts";
import { moduleTraits } from "../plan/module-traits.ts";
import { createPlanner, type Planned } from "../plan/plan.ts";
import type { Runner } from "../run/model.ts";
import { decide, targetCells } from "../run/schedule.ts";
import type { CellHead, CellRecord, EnvironmentIdentity, RecipeKey } from "../store/model.ts";
import { broken, type Executed, execute } from "./execute.ts";
import { type Inspection, inspectInputs } from "./inspect.ts";
import type { Engine, Outcome, RunEvent, RunRequest, RunSummary } from "./model.ts";
import type { EnginePorts, Ready } from "./ports.ts";
import { type PreparedNotebook, prepareNotebook } from "./prepare.ts";
import { previewPrompt } from "./prompt-preview.ts";
import { headOf } from "./record.ts";
import { statusesOf } from "./status.ts";
import { summaryOf } from "./summary.ts";
import { createUnwritten } from "./unwritten.ts";
import { verifyCells } from "./verify.ts";

type Listener = (event: RunEvent) => void;

/** One request while it runs. */
interface RunState {
  readonly targets: readonly CellId[];
  readonly force: ReadonlySet<CellId>;
  readonly refresh: ReadonlySet<CellId>;
  readonly ended: Map<CellId, Outcome>;
  readonly running: Map<CellId, Promise<void>>;
  /** Cells that have run and whose results are being written. */
  readonly closing: Map<CellId, Promise<void>>;
  readonly settled: Map<CellId, CellRecord>;
  readonly failed: Map<CellId, RecipeKey>;
  readonly inputs: Inspection;
  readonly onlyJoin: boolean;
}

export function createEngine(initial: Notebook, ports: EnginePorts): Engine {
  let prepared: PreparedNotebook = prepareNotebook(initial, ports, undefined);
  const makePlan = createPlanner();
  let turn: Promise<unknown> = Promise.resolve();
  const queued = new Set<CellId>();
  const running = new Set<CellId>();
  const unwritten = createUnwritten();

  const planPorts: PlanPorts = {
    hash: ports.hash,
    records: (key) => unwritten.among(key, ports.store.records(key)),
    foreign: (key) => ports.store.foreign?.(key) ?? false,
    local: (module) => ports.local?.(module) ?? false,
    traits: (modules) => moduleTraits(modules, (top) => ports.moduleTexts?.(top) ?? [], ports.analyze),
    head: (cell) => ports.store.head(cell),
    present: (digest) => ports.store.present(digest),
    moment: () => ({ now: ports.now(), session: ports.session }),
    holds: (observation, cell, finishedAt) =>
      ports.check(observation, ports.environment.environ(prepared.environ(cell)), finishedAt),
  };

  async function idlePlan(force: ReadonlySet<CellId> = new Set(), cells = prepared.cells): Promise<Planned> {
    await ports.store.refresh();
    return makePlan(
      {
        cells,
        above: prepared.above,
        environment: ports.environment.identity(),
        force,
        settled: new Map(),
        failed: (_cell, key, head) => head?.status === "error" && head.key === key,
      },
      planPorts,
    );
  }

  function inTurn<T>(work: () => Promise<T>): Promise<T> {
    const next = turn.then(work);
    turn = next.catch(() => undefined);
    return next;
  }

  async function run(request: RunRequest, on: Listener, signal: AbortSignal): Promise<RunSummary> {
    const began = ports.clock();
    const order = prepared.notebook.cells.map((cell) => cell.id);
    const targets = targetCells(request.target, order);
    const state: RunState = {
      targets,
      force: new Set(request.force ? targets : []),
      refresh: new Set(request.refresh ? targets : []),
      ended: new Map(),
      running: new Map(),
      closing: new Map(),
      settled: new Map(),
      failed: new Map(),
      inputs: inspectInputs(ports.store.verify),
      onlyJoin: request.onlyJoin === true,
    };
    for (const id of targets) queued.add(id);
    on({ type: "queued", cells: targets });
    try {
      const ready = await ports.environment.prepare(signal);
      if ("problem" in ready) failAll(state, ready.problem, on);
      else await loop(state, request.jobs ?? ports.jobs, ready, on, signal);
      await Promise.all(state.closing.values());
    } finally {
      for (const id of targets) queued.delete(id);
    }
    return summaryOf(state.ended.values(), ports.clock() - began);
  }

  async function loop(state: RunState, jobs: number, ready: Ready, on: Listener, signal: AbortSignal): Promise<void> {
    let environment: EnvironmentIdentity | undefined = ready.identity;
    for (;;) {
      // As they were before: a cell that ends while the plan is made is not in it, and must not look like one that failed.
      const ended = new Set([...state.ended.keys(), ...state.closing.keys()]);
      const runningNow = new Set(state.running.keys());
      const planned = await runPlan(state, environment ?? ports.environment.identity());
      // A cell may install something.
      environment = undefined;
      const decision = decide(planned, {
        targets: state.targets,
        ended,
        running: runningNow,
        jobs,
        cancelled: signal.aborted,
      });
      // Before a cell is said to be reused: what is found damaged has to run, and is a miss in the next plan.
      if (await state.inputs.damaged(planned, decision.start)) continue;
      for (const { plan, skipped } of decision.end) {
        const outcome: Outcome =
          skipped !== undefined
            ? { status: "skipped", reason: skipped }
            : plan.action === "reuse"
              ? { status: "ok", cached: true, record: plan.record, reason: plan.reason, durationMs: 0 }
              : { status: "none", reason: plan.reason };
        if (plan.action === "reuse") await rememberHit(plan.cell, plan.record);
        finish(state, plan.cell, outcome, on);
      }
      for (const id of decision.queued) queued.add(id);
      for (const cell of decision.start) {
        state.running.set(cell.cell, start(state, planned, cell.cell, ready.runner, on, signal));
      }
      if (decision.done) return;
      if (state.running.size > 0 && decision.end.length === 0) await Promise.race(state.running.values());
      // Nothing is left to decide, so no other plan is needed to see it.
      const over = (id: CellId): boolean => state.ended.has(id) || state.closing.has(id);
      if (state.running.size === 0 && state.targets.every(over)) return;
    }
  }

  async function runPlan(state: RunState, environment: EnvironmentIdentity): Promise<Planned> {
    await ports.store.refresh();
    return makePlan(
      {
        cells: prepared.cells,
        above: prepared.above,
        environment,
        force: state.force,
        refresh: state.refresh,
        settled: state.settled,
        failed: (cell, key) => state.failed.get(cell) === key,
      },
      planPorts,
    );
  }

  async function start(
    state: RunState,
    planned: Planned,
    id: CellId,
    runner: Runner,
    on: Listener,
    signal: AbortSignal,
  ): Promise<void> {
    const plan = planned.cells.find((cell) => cell.cell === id);
    const cell = prepared.cells.find((entry) => entry.cell.id === id);
    const inputs = planned.inputs.get(id);
    if (plan?.action !== "run" || cell === undefined || inputs === undefined) return;
    queued.delete(id);
    running.add(id);
    let executed: Executed;
    try {
      state.inputs.refuse(id);
      on({ type: "started", cell: id, reason: plan.reason });
      executed = await execute(
        {
          notebook: prepared.notebook.id,
          prepared: cell,
          plan,
          reason: plan.reason,
          inputs,
          own: planned.own.get(id) ?? {},
          ambient: planned.ambient.get(id) ?? {},
          environ: ports.environment.environ(prepared.environ(id)),
          timeout: prepared.timeout(id),
          onlyJoin: state.onlyJoin,
        },
        runner,
        ports,
        (event) => on(event.type === "display" ? displayEvent(id, event) : { ...event, cell: id }),
        signal,
      );
    } catch (thrown) {
      // A bug of ours must not look like a cell that is still running.
      executed = { outcome: broken(thrown, plan.reason), commit: async () => {} };
    }
    const { outcome, commit } = executed;
    if (outcome.status === "ok") state.settled.set(id, outcome.record);
    else state.failed.set(id, plan.key);
    const written = outcome.status === "ok" ? unwritten.until(outcome.record, commit()) : commit();
    const closing = written
      .then(
        () => outcome,
        (thrown: unknown) => broken(thrown, plan.reason),
      )
      .then((end) => {
        running.delete(id);
        state.closing.delete(id);
        finish(state, id, end, on);
      });
    // The next cell can start from what is settled; this one has ended when its result is kept.
    if (outcome.status === "ok") state.closing.set(id, closing);
    else await closing;
    state.running.delete(id);
  }

  async function rememberHit(id: CellId, record: CellRecord): Promise<void> {
    const asked = ports.store.head(id);
    const head = asked instanceof Promise ? await asked : asked;
    if (head?.key !== record.key || head.status !== "ok" || head.finishedAt !== record.finishedAt) {
      await ports.store.setHead(id, headOf(record));
    }
  }

  function finish(state: RunState, id: CellId, outcome: Outcome, on: Listener): void {
    state.ended.set(id, outcome);
    queued.delete(id);
    on({ type: "ended", cell: id, outcome });
  }

  function failAll(state: RunState, problem: string, on: Listener): void {
    for (const entry of prepared.cells) {
      const { id } = entry.cell;
      if (!state.targets.includes(id)) continue;
      const runs = entry.analysis !== undefined;
      finish(state, id, runs ? { status: "skipped", reason: { kind: "problem", message: problem } } : NOTHING, on);
    }
  }

  return {
    get notebook() {
      return prepared.notebook;
    },
    update(notebook) {
      prepared = prepareNotebook(notebook, ports, prepared);
    },
    analysis: (id) => prepared.known.get(id)?.prepared.analysis,
    plan: () => idlePlan(),
    async statuses() {
      const { cells } = prepared;
      return statusesOf(await idlePlan(undefined, cells), cells, queued, running);
    },
    async stored(id): Promise<{ outputs: readonly Output[]; head: CellHead | undefined }> {
      const head = await ports.store.head(id);
      return { outputs: head?.outputs ?? [], head };
    },
    preview: (id, signal, only) => {
      const planned = (cells: PreparedNotebook["cells"]): Promise<Planned> => idlePlan(undefined, cells);
      return previewPrompt(id, prepared, planned, ports, signal, only);
    },
    run: (request, on, signal) => inTurn(() => run(request, on, signal)),
    verify: (request, on, signal) =>
      inTurn(async () => {
        const ready = await ports.environment.prepare(signal);
        if ("problem" in ready) return ready.problem;
        await verifyCells(request, { prepared, ports, plan: idlePlan, runner: ready.runner }, on, signal);
        return undefined;
      }),
    forget: (cells) => ports.store.forget(cells),
    async dispose() {
      await turn;
    },
  };
}

const NOTHING: Outcome = { status: "none", reason: { kind: "nothing-to-run" } };

function displayEvent(
  cell: CellId,
  event: { data: (Output & { type: "display" })["data"]; id?: string; update: boolean },
): RunEvent {
  const output = { type: "display" as const, data: event.data, ...(event.id === undefined ? {} : { id: event.id }) };
  return { type: "display", cell, output, update: event.update };
}
