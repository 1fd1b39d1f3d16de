/**
 * Builds the extension and opens a notebook folder in a VS Code that has it:
 *
 *   npm start [-- PATH]
 *
 * In the user's own `code` if there is one and it has a screen, in a profile of its own under .cache/start; otherwise in the browser, whose
 * address is the last line. `STRATA_START_EDITOR=browser` or `=desktop` decides. Ctrl-C ends everything this started.
 */
import { existsSync, statSync } from "node:fs";
import { rm } from "node:fs/promises";
import { dirname, isAbsolute, join, resolve } from "node:path";
import { build } from "./build.ts";
import { endChildrenWithUs, run } from "./process/children.ts";
import { userEnvironment } from "./process/environment.ts";
import { findUv } from "./provision/uv.ts";
import { provisionVsCodeServer } from "./provision/vscode-server.ts";
import { root } from "./root.ts";
import { startCodeServerProcess } from "./vscode/code-server.ts";
import { hasDesktopVsCode, openInDesktop } from "./vscode/desktop.ts";
import { layOutExtension } from "./vscode/layout.ts";

const defaultNotebook = "examples/data-cleaning";

/** What Ctrl-C ends, beyond the children of this process. */
const undo: (() => Promise<void>)[] = [];
const interrupted = endChildrenWithUs(async () => {
  for (const step of undo.reverse()) await step();
});

/** The folder asked for, seen from where npm was called. */
function chooseFolder(): string {
  const [asked] = process.argv.slice(2);
  if (asked === undefined) return join(root, defaultNotebook);
  const path = resolve(process.env.INIT_CWD ?? process.cwd(), asked);
  const folder = path.endsWith("notebook.toml") ? dirname(path) : path;
  if (!existsSync(folder) || !statSync(folder).isDirectory()) {
    console.error(`${folder} is not a folder. Name a notebook's folder, or none to open ${defaultNotebook}.`);
    process.exit(2);
  }
  return folder;
}

async function makeEnvironment(uv: string, folder: string, env: NodeJS.ProcessEnv): Promise<void> {
  if (!existsSync(join(folder, "pyproject.toml"))) return;
  console.log(`Making the environment of ${folder} …`);
  const { VIRTUAL_ENV: _, ...rest } = env;
  const { ok } = await run(uv, ["sync"], { cwd: folder, output: "show", env: rest });
  // The editor can try again, with whatever Python the user chooses there.
  if (!ok) console.error(`"uv sync" failed in ${folder}; the notebook opens all the same.`);
}

async function inDesktop(folder: string, env: NodeJS.ProcessEnv): Promise<void> {
  const desktop = await openInDesktop(folder, env);
  undo.push(desktop.dispose);
  console.log(`Opened ${folder} in VS Code. Close the window or press Ctrl-C to end.`);
  await desktop.closed;
}

async function inBrowser(folder: string, env: NodeJS.ProcessEnv): Promise<void> {
  const serverPackage = await provisionVsCodeServer();
  const home = join(root, ".cache/start/browser");
  const extensionsDir = join(home, "extensions");
  await rm(extensionsDir, { recursive: true, force: true });
  await layOutExtension(extensionsDir);
  console.log("Starting VS Code in the browser …");
  const server = await startCodeServerProcess({ serverPackage, home, extensionsDir, env });
  undo.push(server.dispose);
  console.log("Press Ctrl-C to end.");
  console.log(`Open ${server.folderUrl(folder)}`);
  const reason = await server.ended;
  if (interrupted.aborted) return;
  console.error(reason);
  process.exitCode = 1;
}

async function chooseEditor(): Promise<"desktop" | "browser"> {
  const asked = process.env.STRATA_START_EDITOR;
  if (asked === "browser" || asked === "desktop") return asked;
  return (await hasDesktopVsCode()) ? "desktop" : "browser";
}

async function start(): Promise<void> {
  const folder = chooseFolder();
  await build();
  const uv = await findUv();
  const env = userEnvironment(isAbsolute(uv) ? [dirname(uv)] : []);
  await makeEnvironment(uv, folder, env);
  if ((await chooseEditor()) === "desktop") await inDesktop(folder, env);
  else await inBrowser(folder, env);
}

await start().catch((error: unknown) => {
  if (interrupted.aborted) return;
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
});
