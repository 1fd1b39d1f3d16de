/** One guest process: started, greeted, spoken to in frames, and always ended together with everything it started. */
import { type ChildProcess, spawn } from "node:child_process";
import type { Socket } from "node:net";
import type { Duplex } from "node:stream";
import { type Connection, type Greeting, openConnection } from "./connection.ts";
import type { Exit } from "./errors.ts";
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
  pid(): number | undefined;
  send(message: object): void;
  interrupt(): void;
  /** Ends the process and its group at once. */
  kill(): void;
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
}

export function startGuest({ python, harness, environ }: GuestOptions): Guest {
  const script = `${harness}/strata_harness/__main__.py`;
  // -P came with Python 3.11; the harness itself does the same for older ones, which refuse the option.
  const env = { ...environ, PYTHONHASHSEED: "0", PYTHONSAFEPATH: "1" };
  const group = process.platform !== "win32";
  let child: ChildProcess;
  try {
    // The fourth descriptor says nothing: its end is the guest's (leash.py).
    const leashed = process.platform === "linux";
    child = spawn(python, ["-s", "-u", script, ...(leashed ? ["4"] : [])], {
      env,
      stdio: ["ignore", "ignore", "pipe", "pipe", ...(leashed ? (["pipe"] as const) : [])],
      detached: group,
      windowsHide: true,
    });
  } catch (error) {
    return unstarted(error instanceof Error ? error.message : String(error));
  }
  const channel = child.stdio[3] as Duplex | null;
  if (child.stderr === null || channel === null) return unstarted("its pipes could not be made");

  // Held, and nothing else: it keeps neither this process alive nor anybody informed.
  const held = child.stdio[4] as Socket | null | undefined;
  held?.on("error", () => {});
  held?.unref();

  let complaint = "";
  let gone = false;
  const connection = openConnection(channel, () => signalGroup("SIGKILL"));

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
      setTimeout(() => channel.destroy(), 200).unref();
      resolve({ status, signal });
    };
    child.on("error", (error) => over(null, null, error.message));
    child.on("exit", (status, signal) =>
      over(status, signal, lastLine(complaint) ?? `it ended with ${signal ?? `status ${status}`} before it was ready`),
    );
  });

  function signalGroup(signal: NodeJS.Signals): void {
    if (child.pid === undefined) return;
    try {
      // The group outlives its leader when the user's code started processes of its own.
      if (group) process.kill(-child.pid, signal);
      else if (!gone) child.kill(signal);
    } catch {
      // Already gone.
    }
  }
  return guestOver(connection, exited, child.pid, signalGroup);
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
