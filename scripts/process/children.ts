/**
 * Starts other programs so that nothing of theirs outlives us: each gets a process group of its own, and ending one ends all it started.
 */
import { type ChildProcess, type SpawnOptions, spawn } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";

export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

export interface RunOptions {
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
  /** "show" passes output through, "keep" returns it. */
  readonly output?: "show" | "keep";
  readonly timeoutMs?: number;
}

export interface Ran extends Ended {
  readonly ok: boolean;
  /** stdout and stderr together, in the order they came; empty when shown. */
  readonly text: string;
}

const groups = new Set<ChildProcess>();

/**
 * Children are ended with us, however we end, after `before` has done what it must; a second Ctrl-C does not wait.
 * The signal returned is aborted once that has begun.
 */
export function endChildrenWithUs(before: () => Promise<void> = async () => {}): AbortSignal {
  const ending = new AbortController();
  const end = async (code: number) => {
    if (!ending.signal.aborted) {
      ending.abort();
      await before().catch((error: unknown) => console.error(error));
      await Promise.all([...groups].map((child) => endGroup(child)));
      process.exit(code);
    }
  };
  const codes = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;
  for (const [signal, code] of Object.entries(codes)) {
    process.on(signal, () => {
      if (ending.signal.aborted) process.exit(code);
      void end(code);
    });
  }
  if (process.env.npm_lifecycle_event !== undefined) {
    // npm passes SIGTERM to the shell between us, which dies of it without a word to us.
    const parent = process.ppid;
    setInterval(() => {
      if (process.ppid !== parent) void end(143);
    }, 300).unref();
  }
  process.on("exit", () => {
    for (const child of groups) signalGroup(child, "SIGKILL");
  });
  return ending.signal;
}

/** Like `spawn`, in a process group that `endGroup` ends as a whole. */
export function startGroup(command: string, args: readonly string[], options: SpawnOptions = {}): ChildProcess {
  const child = spawn(command, args, { ...options, detached: process.platform !== "win32" });
  groups.add(child);
  // The group may outlive its leader, so it is forgotten only in endGroup; a failed start has no group.
  child.once("error", () => groups.delete(child));
  return child;
}

function signalGroup(child: ChildProcess, signal: NodeJS.Signals): boolean {
  if (child.pid === undefined) return false;
  try {
    return process.platform === "win32" ? child.kill(signal) : process.kill(-child.pid, signal);
  } catch {
    return false; // Nobody of the group is left.
  }
}

/** Asks the group to end, then makes it. */
export async function endGroup(child: ChildProcess, graceMs = 4000): Promise<void> {
  const deadline = Date.now() + graceMs;
  let left = signalGroup(child, "SIGTERM");
  while (left && Date.now() < deadline) {
    await sleep(50);
    left = child.pid !== undefined && groupExists(child.pid);
  }
  if (left) signalGroup(child, "SIGKILL");
  groups.delete(child);
}

function groupExists(pid: number): boolean {
  try {
    return process.kill(process.platform === "win32" ? pid : -pid, 0);
  } catch {
    return false;
  }
}

/** Runs a program to its end. Never throws: a program that is not there is `ok: false` with the reason as text. */
export function run(command: string, args: readonly string[], options: RunOptions = {}): Promise<Ran> {
  return new Promise((resolve) => {
    const show = options.output === "show";
    const child = startGroup(command, args, {
      ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
      env: options.env ?? process.env,
      stdio: ["ignore", show ? "inherit" : "pipe", show ? "inherit" : "pipe"],
    });
    let text = "";
    const keep = (chunk: Buffer) => {
      text += chunk.toString();
    };
    child.stdout?.on("data", keep);
    child.stderr?.on("data", keep);
    const timer =
      options.timeoutMs === undefined
        ? undefined
        : setTimeout(() => {
            text += `\nstopped after ${options.timeoutMs} ms`;
            void endGroup(child);
          }, options.timeoutMs);
    child.once("error", (error) => {
      clearTimeout(timer);
      resolve({ ok: false, code: null, signal: null, text: error.message });
    });
    child.once("close", (code, signal) => {
      clearTimeout(timer);
      groups.delete(child);
      resolve({ ok: code === 0, code, signal, text });
    });
  });
}
