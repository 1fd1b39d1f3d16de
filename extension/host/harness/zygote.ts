/**
 * The host's side of a zygote: one process that has imported the notebook's libraries, and the children that it forks.
 * A child connects to a socket in a private folder and is then a guest like any other.
 */
import { randomUUID } from "node:crypto";
import { closeSync, constants, mkdtempSync, openSync, rmSync } from "node:fs";
import { createServer, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openConnection } from "./connection.ts";
import type { Exit } from "./errors.ts";
import type { Expected } from "./expected-imports.ts";
import { type Guest, guestOver, startGuest } from "./guest.ts";
import { type LogFiles, logFiles, removeUnused } from "./log-files.ts";

export interface Warmed {
  /** Modules that are in memory now. */
  readonly ready: readonly string[];
  readonly absent: readonly string[];
  readonly unfit: readonly { readonly module: string; readonly reason: string }[];
  /** Environment variables that were asked for while they were imported. */
  readonly environ: readonly string[];
  /** Top-level names of everything in memory: a file of that name in a notebook's folder would have come first. */
  readonly names: ReadonlySet<string>;
  /** Top-level names of the standard library, from Python 3.10 on. */
  readonly standard: ReadonlySet<string>;
  /** Bytes that the process has taken at most, where it is no zygote and the system says so. */
  readonly memory: number | undefined;
}

export interface ZygoteOptions {
  readonly python: string;
  readonly harness: string;
  readonly environ: Readonly<Record<string, string>>;
  readonly warm: readonly string[];
  /** Where children that wait make their log files ahead; absent: they do not. */
  readonly tmp?: string;
}

export interface Zygote {
  /** Resolves when it is ready to fork, or with why it never will be. */
  readonly ready: Promise<Warmed | { readonly problem: string }>;
  readonly ended: Promise<Exit>;
  /**
   * A child that waits for its run; undefined when none came in time. With `expected`, what the run is expected to do,
   * it makes itself ready for that before it comes; without, it comes at once.
   */
  fork(expected?: Expected): Promise<Guest | undefined>;
  /** Forks no more, and ends when its children have. */
  retire(): void;
  /** Ends it at once. Its children go on, each on its own connection. */
  kill(): void;
  pid(): number | undefined;
}

/** How long a child may take from the request to its greeting. */
const FORK_MS = 5000;

interface Child {
  pid: number | undefined;
  readonly exit: (exit: Exit) => void;
  readonly exited: Promise<Exit>;
  /** Is somebody still waiting for it? Nobody else would ever end it. */
  awaited: boolean;
  /** It may outlive this process now. */
  kept: () => void;
  readonly arrived: (guest: Guest | undefined) => void;
  logs: LogFiles | undefined;
}

export function startZygote({ python, harness, environ, warm, tmp }: ZygoteOptions): Zygote {
  const place = mkdtempSync(join(tmpdir(), "strata-"));
  const path = join(place, "s");
  const children = new Map<string, Child>();
  /** Ends of the children that have come; each is settled when the child is over. */
  const ends = new Set<Promise<Exit>>();
  let leash: number | undefined;
  let over = false;
  const mother = startGuest({ python, harness, environ });
  let settle: (outcome: Warmed | { readonly problem: string }) => void = () => {};
  const ready = new Promise<Warmed | { readonly problem: string }>((resolve) => {
    settle = resolve;
  });

  const server = createServer((socket) => void welcome(socket));
  // A folder that only this user can enter, and a word that only the zygote was told.
  server.on("error", (error) => settle({ problem: `its socket could not be made: ${error.message}` }));
  server.listen(path, async () => {
    const greeting = await mother.greeting;
    if (!greeting.ok) return settle({ problem: greeting.why });
    mother.send({ type: "zygote", modules: warm, socket: path, environ });
  });
  server.unref();

  mother.onOther = (raw) => {
    switch (raw.type) {
      case "warmed":
        if (typeof raw.leash === "string") leash = holdLeash(raw.leash);
        return settle(warmedOf(raw));
      case "forked": {
        const child = children.get(String(raw.slot));
        if (child !== undefined && typeof raw.pid === "number") child.pid = raw.pid;
        return;
      }
      case "kept":
        children.get(String(raw.slot))?.kept();
        return;
      case "exited": {
        const child = children.get(String(raw.slot));
        children.delete(String(raw.slot));
        child?.exit({
          status: typeof raw.status === "number" ? raw.status : null,
          signal: typeof raw.signal === "string" ? raw.signal : null,
        });
        child?.arrived(undefined);
        return;
      }
    }
  };

  async function welcome(socket: Socket): Promise<void> {
    const connection = openConnection(socket, () => socket.destroy());
    const stranger = setTimeout(() => socket.destroy(), FORK_MS);
    void connection.closed.then(() => connection.refuse("the connection was closed"));
    const greeting = await connection.greeting;
    clearTimeout(stranger);
    const child = greeting.ok && greeting.slot !== undefined ? children.get(greeting.slot) : undefined;
    if (!greeting.ok || child === undefined) {
      socket.destroy();
      return;
    }
    const { pid } = greeting;
    child.pid = pid;
    if (!child.awaited) {
      signalGroup(pid, "SIGKILL");
      socket.destroy();
      return;
    }
    const exited = Promise.race([
      child.exited,
      // Without its parent nobody can say how it ended; that its connection is closed is all there is to know.
      mother.ended.then(() => connection.closed).then((): Exit => ({ status: null, signal: null })),
    ]);
    ends.add(exited);
    void exited.then(() => ends.delete(exited));
    // A process that it left behind may hold the connection open.
    void exited.then(() => connection.destroySoon(200));
    const keep = () => {
      const kept = new Promise<void>((resolve) => {
        child.kept = resolve;
      });
      mother.send({ type: "keep", slot: greeting.slot });
      return Promise.race([kept, child.exited.then(() => {}), mother.ended.then(() => {})]);
    };
    const guest = guestOver(connection, exited, pid, (signal) => signalGroup(pid, signal), keep);
    child.arrived(Object.assign(guest, { environ, logs: child.logs }));
  }

  void mother.ended.then(() => {
    over = true;
    settle({ problem: "it ended before it was ready" });
    for (const child of children.values()) child.arrived(undefined);
    server.close();
    // Children may outlive the zygote: they are ended when this is closed.
    void Promise.all(ends).then(() => leash !== undefined && closeSync(leash));
    rmSync(place, { recursive: true, force: true });
  });

  return {
    ready,
    ended: mother.ended,
    fork(expected) {
      if (over) return Promise.resolve(undefined);
      const slot = randomUUID();
      return new Promise((resolve) => {
        let exit: (exit: Exit) => void = () => {};
        const exited = new Promise<Exit>((end) => {
          exit = end;
        });
        const late = setTimeout(() => {
          const pid = children.get(slot)?.pid;
          // The zygote has not seen it end, so the number is still its own; it may not lead a group yet.
          if (pid !== undefined) process.kill(pid, "SIGKILL");
          arrived(undefined);
        }, FORK_MS);
        const arrived = (guest: Guest | undefined) => {
          clearTimeout(late);
          // One that has come takes its files along, and they are read when it is over.
          if (guest === undefined && child.awaited) removeUnused(child);
          child.awaited = false;
          resolve(guest);
        };
        const logs = expected === undefined || tmp === undefined ? undefined : logFiles(tmp, slot);
        const child: Child = { pid: undefined, exit, exited, awaited: true, kept: () => {}, arrived, logs };
        children.set(slot, child);
        mother.send({ type: "fork", slot, ...expected, ...(logs && { logs: [logs.stdout, logs.stderr] }) });
      });
    },
    retire: () => mother.send({ type: "retire" }),
    kill() {
      mother.kill();
      // Also when this process ends right now and hears no more of it.
      rmSync(place, { recursive: true, force: true });
    },
    pid: () => mother.pid(),
  };
}

/**
 * The end of a FIFO that children watch: they are killed when it closes, which it does when this process ends, however.
 * Undefined where there is no such thing. Opened for both, as opening for writing alone needs a reader first.
 */
function holdLeash(path: string): number | undefined {
  try {
    return openSync(path, constants.O_RDWR | constants.O_NONBLOCK);
  } catch {
    return undefined;
  }
}

function signalGroup(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-pid, signal);
  } catch {
    // Gone.
  }
}

export function warmedOf(raw: Readonly<Record<string, unknown>>): Warmed {
  const names = (value: unknown): string[] =>
    Array.isArray(value) ? value.filter((item): item is string => typeof item === "string") : [];
  const unfit = Array.isArray(raw.unfit) ? raw.unfit : [];
  return {
    ready: names(raw.ready),
    absent: names(raw.absent),
    unfit: unfit.map((item) => ({ module: String(item?.module), reason: String(item?.reason) })),
    environ: names(raw.environ),
    names: new Set(names(raw.names)),
    standard: new Set(names(raw.standard)),
    memory: typeof raw.memory === "number" ? raw.memory : undefined,
  };
}
