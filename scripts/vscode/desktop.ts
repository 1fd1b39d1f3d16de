/** The user's own VS Code, started in a profile of its own with the extension under development. */

import { existsSync } from "node:fs";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { run, startGroup } from "../process/children.ts";
import { root } from "../root.ts";
import { quietSettings } from "./settings.ts";

const home = join(root, ".cache/start/desktop");
const userData = join(home, "data");

/** True when `code` is there, is the desktop's, and has a screen to appear on. */
export async function hasDesktopVsCode(): Promise<boolean> {
  // In a terminal of a remote or browser VS Code, `code` talks to that one and takes no profile.
  if (process.env.VSCODE_IPC_HOOK_CLI !== undefined) return false;
  const { DISPLAY, WAYLAND_DISPLAY } = process.env;
  if (process.platform === "linux" && DISPLAY === undefined && WAYLAND_DISPLAY === undefined) return false;
  return (await run("code", ["--version"])).ok;
}

export interface Desktop {
  /** Settles when the window is closed. */
  readonly closed: Promise<void>;
  dispose(): Promise<void>;
}

export async function openInDesktop(folder: string, env: NodeJS.ProcessEnv): Promise<Desktop> {
  const settings = join(userData, "User/settings.json");
  if (!existsSync(settings)) {
    await mkdir(join(userData, "User"), { recursive: true });
    await writeFile(settings, JSON.stringify(quietSettings, undefined, 2));
  }
  const child = startGroup(
    "code",
    [
      ...["--user-data-dir", userData, "--extensions-dir", join(home, "extensions")],
      ...[`--extensionDevelopmentPath=${root}`, "--disable-workspace-trust", "--new-window", "--wait", folder],
    ],
    { stdio: "ignore", env },
  );
  const closed = new Promise<void>((resolve, reject) => {
    child.once("exit", () => resolve());
    child.once("error", reject);
  });
  return {
    closed,
    dispose: async () => {
      // The window is no child of ours: the command detaches it. VS Code notes its process in the profile.
      const pid = Number(await readFile(join(userData, "code.lock"), "utf8").catch(() => ""));
      if (!Number.isInteger(pid) || pid <= 0) return;
      try {
        process.kill(pid, "SIGTERM");
      } catch {
        // It has ended already.
      }
    },
  };
}
