/** Plays histories in several processes, each seed in one of them, and gives what came of each. */
import { type ChildProcess, fork } from "node:child_process";
import { join } from "node:path";
import { FAMILY } from "./beginnings.ts";
import type { Played } from "./play.ts";
import type { Tier } from "./stage.ts";

export interface Task {
  readonly seed: number;
  readonly tier: Tier;
  /** Whether a failing history is to be made small. */
  readonly small: boolean;
}

export type Answer =
  | { readonly seed: number; readonly played: Played }
  /** What went wrong, and the story. */
  | { readonly seed: number; readonly failure: string };

export interface Pool {
  /** Waits for its turn. */
  play(task: Task): Promise<Answer>;
  close(): Promise<void>;
}

interface Waiting {
  readonly task: Task;
  readonly settle: (answer: Answer) => void;
}

const familyOf = ({ task }: Waiting): number => Math.floor(task.seed / FAMILY);

export function openPool(processes: number): Pool {
  const waiting: Waiting[] = [];
  const idle: ChildProcess[] = [];
  const busy = new Map<ChildProcess, Waiting>();
  const families = new Map<ChildProcess, number>();
  const ends = new Set<Promise<void>>();
  let closing = false;

  function next(): void {
    while (idle.length > 0 && waiting.length > 0) {
      const worker = idle.pop() as ChildProcess;
      // One process plays a family: it has the beginning.
      const family = families.get(worker);
      const elsewhere = new Set([...families].flatMap(([other, its]) => (other === worker ? [] : [its])));
      const mine = waiting.findIndex((each) => familyOf(each) === family);
      const nobodys = mine >= 0 ? mine : waiting.findIndex((each) => !elsewhere.has(familyOf(each)));
      const [work] = waiting.splice(Math.max(0, nobodys), 1) as [Waiting];
      families.set(worker, familyOf(work));
      busy.set(worker, work);
      worker.send(work.task);
    }
  }

  function start(): void {
    const worker = fork(join(import.meta.dirname, "worker.ts"));
    worker.on("message", (answer: Answer) => {
      busy.get(worker)?.settle(answer);
      busy.delete(worker);
      idle.push(worker);
      next();
    });
    const ended = new Promise<void>((resolve) => {
      worker.on("exit", (code, signal) => {
        const work = busy.get(worker);
        busy.delete(worker);
        families.delete(worker);
        if (idle.includes(worker)) idle.splice(idle.indexOf(worker), 1);
        work?.settle({ seed: work.task.seed, failure: `the process that played it ended with ${signal ?? code}` });
        ends.delete(ended);
        resolve();
        // One history that ends its player is a failure of that history alone.
        if (!closing && work !== undefined) start();
      });
    });
    ends.add(ended);
    idle.push(worker);
    next();
  }

  for (let count = 0; count < processes; count += 1) start();
  return {
    play: (task) =>
      new Promise((settle) => {
        waiting.push({ task, settle });
        next();
      }),
    async close() {
      closing = true;
      for (const worker of [...idle, ...busy.keys()]) if (worker.connected) worker.disconnect();
      await Promise.all(ends);
    },
  };
}
