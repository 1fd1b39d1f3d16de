/**
 * Runs another program to its end: its lines as they come, its end as a value. Cancelling stops the program and
 * everything it started, because uv starts Python and Python starts compilers.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";

export type Ended =
  | { readonly kind: "exited"; readonly code: number; readonly stdout: string; readonly stderr: string }
  /** It did not start, or was ended by a signal from elsewhere. */
  | { readonly kind: "failed"; readonly message: string; readonly stderr: string }
  | { readonly kind: "cancelled" };

export interface ToolOptions {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
  /** Each line of stderr, where tools tell how far they are. */
  readonly onLine?: (line: string) => void;
}

/** Between asking to stop and stopping. */
const GRACE_MS = 2000;
const POSIX = process.platform !== "win32";

export async function runTool(command: string, args: readonly string[], options: ToolOptions): Promise<Ended> {
  const { cwd, env, signal, onLine } = options;
  if (signal.aborted) return { kind: "cancelled" };
  const child = spawn(command, args, {
    cwd,
    env,
    stdio: ["ignore", "pipe", "pipe"],
    // A process group of its own, so that it can be ended with everything in it.
    detached: POSIX,
    windowsHide: true,
  });
  let forced: NodeJS.Timeout | undefined;
  const cancel = () => {
    stop(child, "SIGINT");
    forced = setTimeout(() => stop(child, "SIGKILL"), GRACE_MS);
  };
  signal.addEventListener("abort", cancel, { once: true });
  const stdout = collect(child.stdout);
  const stderr = collect(child.stderr, onLine);
  const end = await new Promise<{ code: number | null; by: string | null } | Error>((resolve) => {
    child.once("error", resolve);
    child.once("close", (code, by) => resolve({ code, by }));
  });
  signal.removeEventListener("abort", cancel);
  clearTimeout(forced);
  if (signal.aborted) {
    // The leader may have gone without its children.
    stop(child, "SIGKILL");
    return { kind: "cancelled" };
  }
  if (end instanceof Error) return { kind: "failed", message: end.message, stderr: "" };
  const said = await stderr;
  if (end.code === null) return { kind: "failed", message: `It was ended by ${end.by ?? "a signal"}.`, stderr: said };
  return { kind: "exited", code: end.code, stdout: await stdout, stderr: said };
}

async function collect(stream: Readable, onLine?: (line: string) => void): Promise<string> {
  const lines: string[] = [];
  for await (const line of createInterface({ input: stream, crlfDelay: Number.POSITIVE_INFINITY })) {
    lines.push(line);
    onLine?.(line);
  }
  return lines.join("\n");
}

function stop(child: ChildProcess, signal: "SIGINT" | "SIGKILL"): void {
  if (child.pid === undefined) return;
  if (!POSIX) {
    // Windows has no groups to signal; this ends the whole tree at once.
    spawn("taskkill", ["/pid", String(child.pid), "/T", "/F"], { stdio: "ignore", windowsHide: true }).on("error", () =>
      child.kill(),
    );
    return;
  }
  try {
    process.kill(-child.pid, signal);
  } catch {
    // Nothing of the group is left.
  }
}
