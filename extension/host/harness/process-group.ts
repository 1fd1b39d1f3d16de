/** Signals for a guest and for whatever it has started: by its process group, and on Windows, which has none, otherwise. */
import { type ChildProcess, spawn } from "node:child_process";

export interface ProcessGroup {
  interrupt(): void;
  /** Ends all of it at once. */
  kill(): void;
}

/** `gone`: whether the guest itself has ended. `interrupts`: what on Windows stands for a signal (interrupts.py). */
export function processGroup(
  child: Pick<ChildProcess, "pid" | "kill">,
  platform: NodeJS.Platform,
  gone: () => boolean,
  interrupts?: NodeJS.WritableStream | null,
): ProcessGroup {
  if (platform === "win32") {
    return {
      interrupt() {
        if (!gone() && interrupts?.writable === true) interrupts.write("i");
      },
      kill() {
        if (child.pid === undefined || gone()) return;
        // Its processes are found by who their parent is, as long as that lives. An interpreter of an environment is itself
        // a child of what was started.
        const ending = spawn("taskkill", ["/pid", String(child.pid), "/t", "/f"], {
          stdio: "ignore",
          windowsHide: true,
        });
        ending.on("error", () => child.kill("SIGKILL"));
        ending.unref();
      },
    };
  }
  const signal = (name: NodeJS.Signals): void => {
    if (child.pid === undefined) return;
    try {
      // The group outlives its leader when the user's code started processes of its own.
      process.kill(-child.pid, name);
    } catch {
      // Already gone.
    }
  };
  return { interrupt: () => signal("SIGINT"), kill: () => signal("SIGKILL") };
}
