/** One guest process: started, greeted, spoken to in frames, and always ended together with everything it started. */
import { type ChildProcess, spawn } from "node:child_process";
import type { Duplex } from "node:stream";
import type { Exit } from "./errors.ts";
import { createFrameDecoder, encodeFrame } from "./frames.ts";
import { type GuestMessage, PROTOCOL, parseGuestMessage } from "./wire.ts";

export type Greeting = { readonly ok: true; readonly python: string } | { readonly ok: false; readonly why: string };

export interface Guest {
  /** Resolves once; never rejects. */
  readonly greeting: Promise<Greeting>;
  /** Resolves when the process has ended and the channel has been read to its end; never rejects. */
  readonly ended: Promise<Exit>;
  /** Messages after the greeting; set before the first is sent. */
  onMessage: (message: GuestMessage) => void;
  send(message: object): void;
  interrupt(): void;
  /** Ends the process and its group at once. */
  kill(): void;
  /** Messages received so far: a way to see that the channel is drained. */
  received(): number;
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
    child = spawn(python, ["-s", "-u", script], {
      env,
      stdio: ["ignore", "ignore", "pipe", "pipe"],
      detached: group,
      windowsHide: true,
    });
  } catch (error) {
    return unstarted(error instanceof Error ? error.message : String(error));
  }
  const channel = child.stdio[3] as Duplex | null;
  if (child.stderr === null || channel === null) return unstarted("its pipes could not be made");

  let complaint = "";
  let count = 0;
  let gone = false;
  let greet: (greeting: Greeting) => void = () => {};
  const greeting = new Promise<Greeting>((resolve) => {
    greet = resolve;
  });

  // Before the run is attached to its log files, standard error is where a failing start explains itself.
  child.stderr.setEncoding("utf8");
  child.stderr.on("data", (text: string) => {
    complaint = (complaint + text).slice(-4000);
  });
  child.stderr.on("error", () => {});

  const guest: Guest = {
    greeting,
    ended: new Promise<Exit>((resolve) => {
      let exit: Exit | undefined;
      let closed = false;
      const settle = () => {
        if (exit !== undefined && closed) resolve(exit);
      };
      const over = (status: number | null, signal: string | null, why: string) => {
        if (exit !== undefined) return;
        exit = { status, signal };
        gone = true;
        greet({ ok: false, why });
        // A process that the guest left behind may hold the channel open; what the guest itself wrote has arrived by then.
        setTimeout(() => channel.destroy(), 200).unref();
        settle();
      };
      child.on("error", (error) => over(null, null, error.message));
      child.on("exit", (status, signal) =>
        over(
          status,
          signal,
          lastLine(complaint) ?? `it ended with ${signal ?? `status ${status}`} before it was ready`,
        ),
      );
      channel.on("close", () => {
        closed = true;
        settle();
      });
    }),
    onMessage: () => {},
    send(message) {
      if (channel.writable) channel.write(encodeFrame(message));
    },
    interrupt() {
      signalGroup("SIGINT");
    },
    kill() {
      signalGroup("SIGKILL");
    },
    received: () => count,
  };

  const decoder = createFrameDecoder(
    (raw) => {
      count += 1;
      const message = parseGuestMessage(raw);
      if (message === undefined) return;
      if (message.type !== "hello") guest.onMessage(message);
      else if (message.protocol === PROTOCOL) greet({ ok: true, python: message.python });
      else
        greet({ ok: false, why: `its harness speaks protocol ${message.protocol}, this version speaks ${PROTOCOL}` });
    },
    () => guest.kill(),
  );
  channel.on("data", (chunk: Buffer) => decoder.push(chunk));
  channel.on("error", () => {});

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
  return guest;
}

function unstarted(why: string): Guest {
  return {
    greeting: Promise.resolve({ ok: false, why }),
    ended: Promise.resolve({ status: null, signal: null }),
    onMessage: () => {},
    send: () => {},
    interrupt: () => {},
    kill: () => {},
    received: () => 0,
  };
}

function lastLine(text: string): string | undefined {
  return text
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "")
    .at(-1);
}
