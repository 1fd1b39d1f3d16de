/** One guest process: started, greeted, spoken to in frames, and always ended together with everything it started. */
import { type ChildProcess, spawn } from "node:child_process";
import type { Socket } from "node:net";
import { Duplex, type Readable, type Writable } from "node:stream";
import { messageOf } from "../../core/thrown.ts";
import { type Connection, type Greeting, openConnection } from "./connection.ts";
import type { Exit } from "./errors.ts";
import type { LogFiles } from "./log-files.ts";
import { processGroup } from "./process-group.ts";
import type { GuestMessage } from "./wire.ts";

export interface Guest {
  /** Resolves once; never rejects. */
  readonly greeting: Promise<Greeting>;
  /** Resolves when the process has ended and the channel has been read to its end; never rejects. */
  readonly ended: Promise<Exit>;
  /** Messages after the greeting; set before the first is sent. */
  onMessage: (message: GuestMessage) => void;
  /** Messages that belong to no run. */
  onOther: (raw: Readonly<Record<string, unknown>>) => void;
  /** Whether it has begun with the run it was sent; false at its end means that nothing was done. */
  taken(): boolean;
  /** Whether its run has left nothing behind in it, so that it takes another. */
  again(): boolean;
  pid(): number | undefined;
  send(message: object): void;
  interrupt(): void;
  /** Ends the process and its group at once. */
  kill(): void;
  /** The environment that it was started with and still has; undefined where that is not known. */
  readonly environ?: Readonly<Record<string, string>>;
  /** Log files that it has made ahead, and that no run has used. */
  logs?: LogFiles | undefined;
  /** Messages received so far: a way to see that the channel is drained. */
  received(): number;
  /** From now on it may outlive this process. */
  keep(): Promise<void>;
  /** Lets go of it, if it may be let go: it goes on, and is not ended from here any more. Whether it was. */
  leave(): boolean;
  /** Resolves when it was let go. */
  readonly left: Promise<void>;
}

export interface GuestOptions {
  readonly python: string;
  /** The folder that holds `strata_harness/`. */
  readonly harness: string;
  readonly environ: Readonly<Record<string, string>>;
  /** Default: this machine's. */
  readonly platform?: NodeJS.Platform;
}

/** What the guest is given beside its channel, by what it is for. */
const MORE = { win32: { commands: 4, interrupts: 5 }, other: { leash: 4 } } as const;

export function startGuest({ python, harness, environ, platform = process.platform }: GuestOptions): Guest {
  const script = `${harness}/strata_harness/__main__.py`;
  // -P came with Python 3.11; the harness itself does the same for older ones, which refuse the option.
  const env = { ...environ, PYTHONHASHSEED: "0", PYTHONSAFEPATH: "1" };
  const windows = platform === "win32";
  const more = Object.entries(windows ? MORE.win32 : MORE.other);
  let child: ChildProcess;
  try {
    child = spawn(python, ["-s", "-u", script, ...more.map(([name, at]) => `${name}=${at}`)], {
      env,
      stdio: ["ignore", "ignore", "pipe", "pipe", ...more.map(() => "pipe" as const)],
      // On Windows whoever is not detached ends with this process, and nobody has a group to lead.
      detached: !windows,
      windowsHide: true,
    });
  } catch (error) {
    return unstarted(messageOf(error));
  }
  const channel = channelOf(child, windows);
  if (child.stderr === null || channel === undefined) return unstarted("its pipes could not be made");

  // The leash is held, and nothing else (leash.py): it keeps neither this process alive nor anybody informed.
  const last = child.stdio[3 + more.length] as Socket | null | undefined;
  last?.on("error", () => {});
  last?.unref();

  let complaint = "";
  let gone = false;
  const group = processGroup(child, platform, () => gone, windows ? last : undefined);
  const connection = openConnection(channel, () => group.kill());

  // Before the run is attached to its log files, standard error is where a failing start explains itself.
  child.stderr.setEncoding("utf8");
  child.stderr.on("data", (text: string) => {
    complaint = (complaint + text).slice(-4000);
  });
  child.stderr.on("error", () => {});

  const exited = new Promise<Exit>((resolve) => {
    const over = (status: number | null, signal: string | null, why: string) => {
      gone = true;
      connection.refuse(why);
      // A process that the guest left behind may hold the channel open; what the guest itself wrote has arrived by then.
      connection.destroySoon(200);
      resolve({ status, signal });
    };
    child.on("error", (error) => over(null, null, error.message));
    child.on("exit", (status, signal) =>
      over(status, signal, lastLine(complaint) ?? `it ended with ${signal ?? `status ${status}`} before it was ready`),
    );
  });

  return guestOver(connection, exited, child.pid, (signal) => (signal === "SIGINT" ? group.interrupt() : group.kill()));
}

/** On Windows each direction has a pipe of its own (channel.py). */
function channelOf(child: ChildProcess, windows: boolean): Duplex | undefined {
  const [up, down] = [child.stdio[3] as Duplex | null, child.stdio[MORE.win32.commands] as Writable | null];
  if (up === null || (windows && down === null)) return undefined;
  if (!windows) return up;
  const both = Duplex.from({ readable: up as Readable, writable: down as Writable });
  // Nobody ends the other direction.
  both.on("end", () => both.destroy());
  return both;
}

/** A guest is its connection, its end, and a way to signal its process group. */
export function guestOver(
  connection: Connection,
  exited: Promise<Exit>,
  pid: number | undefined,
  signalGroup: (signal: NodeJS.Signals) => void,
  onKeep: () => Promise<void> = async () => {},
): Guest {
  let kept = false;
  let gone = false;
  let letGo: () => void = () => {};
  const left = new Promise<void>((resolve) => {
    letGo = resolve;
  });
  return {
    left,
    async keep() {
      await onKeep();
      kept = true;
    },
    leave() {
      if (!kept || gone) return gone;
      gone = true;
      connection.destroy();
      letGo();
      return true;
    },
    greeting: connection.greeting,
    ended: exited.then(async (exit) => {
      await connection.closed;
      return exit;
    }),
    get onMessage() {
      return connection.onMessage;
    },
    set onMessage(handler) {
      connection.onMessage = handler;
    },
    get onOther() {
      return connection.onOther;
    },
    set onOther(handler) {
      connection.onOther = handler;
    },
    send: (message) => connection.send(message),
    interrupt() {
      if (!gone) signalGroup("SIGINT");
    },
    kill() {
      if (!gone) signalGroup("SIGKILL");
    },
    received: () => connection.received(),
    taken: () => connection.taken(),
    again: () => connection.again(),
    pid: () => pid,
  };
}

function unstarted(why: string): Guest {
  return {
    greeting: Promise.resolve({ ok: false, why }),
    ended: Promise.resolve({ status: null, signal: null }),
    onMessage: () => {},
    onOther: () => {},
    taken: () => false,
    again: () => false,
    pid: () => undefined,
    send: () => {},
    interrupt: () => {},
    kill: () => {},
    received: () => 0,
    keep: async () => {},
    leave: () => false,
    left: new Promise(() => {}),
  };
}

function lastLine(text: string): string | undefined {
  return text
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "")
    .at(-1);
}
