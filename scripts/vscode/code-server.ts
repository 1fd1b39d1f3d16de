/** Starts VS Code in the browser as a user sees it: the command `code-server`, with folders of its own. */
import { mkdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { endGroup, startGroup } from "../process/children.ts";
import { freePort, untilItAnswers } from "./server.ts";
import { quietSettings } from "./settings.ts";

export interface CodeServerOptions {
  /** Folder of the npm package code-server. */
  readonly serverPackage: string;
  /** Folder for everything it keeps: user data, settings, sockets. */
  readonly home: string;
  /** Extensions as VS Code unpacks them, one folder each. */
  readonly extensionsDir: string;
  /** Added to the quiet settings. */
  readonly settings?: Readonly<Record<string, unknown>>;
  /** "disabled": every folder is trusted and nothing is asked. "restricted": folders open in Restricted Mode. */
  readonly trust?: "disabled" | "restricted";
  readonly port?: number;
  readonly env?: NodeJS.ProcessEnv;
}

export interface CodeServer {
  readonly port: number;
  /** The address that opens a folder. The name `localhost` gives webviews the secure context they need. */
  folderUrl(folder: string): string;
  log(): string;
  /** Settles with the reason when it ends by itself. */
  readonly ended: Promise<string>;
  dispose(): Promise<void>;
}

const entry = "out/node/entry.js";

async function writeSettings(options: CodeServerOptions): Promise<void> {
  const folder = join(options.home, "data/User");
  await mkdir(folder, { recursive: true });
  const trust = options.trust === "restricted" ? { "security.workspace.trust.startupPrompt": "never" } : {};
  await writeFile(
    join(folder, "settings.json"),
    JSON.stringify({ ...quietSettings, ...trust, ...options.settings }, undefined, 2),
  );
}

function folderArguments(options: CodeServerOptions, socket: string): readonly string[] {
  return [
    ...["--config", join(options.home, "config.yaml")],
    ...["--user-data-dir", join(options.home, "data")],
    ...["--extensions-dir", options.extensionsDir],
    // Not under `home`, whose path may be longer than a socket's may be.
    ...["--session-socket", socket],
  ];
}

export async function startCodeServerProcess(options: CodeServerOptions): Promise<CodeServer> {
  await writeSettings(options);
  await mkdir(options.extensionsDir, { recursive: true });
  // An own configuration file, empty, so that the user's is neither read nor made.
  await writeFile(join(options.home, "config.yaml"), "{}\n");
  const port = options.port ?? (await freePort());
  const socket = join(tmpdir(), `strata-${process.pid}-${port}.sock`);
  const args = [
    join(options.serverPackage, entry),
    ...["--auth", "none", "--bind-addr", `127.0.0.1:${port}`],
    ...folderArguments(options, socket),
    ...["--disable-telemetry", "--disable-update-check", "--disable-getting-started-override"],
    ...(options.trust === "restricted" ? [] : ["--disable-workspace-trust"]),
  ];
  const env = { ...(options.env ?? process.env) };
  // A terminal inside some VS Code would make this one open its files there.
  delete env.VSCODE_IPC_HOOK_CLI;
  const child = startGroup(process.execPath, args, { stdio: ["ignore", "pipe", "pipe"], env, cwd: options.home });
  let printed = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on("data", (chunk: Buffer) => {
      printed += chunk.toString();
    });
  }
  let failure: string | undefined;
  child.once("error", (error) => {
    failure = `VS Code in the browser could not be started: ${error.message}`;
  });
  const ended = new Promise<string>((resolve) => {
    child.once("exit", (code, signal) => {
      failure ??= `VS Code in the browser ended (${signal ?? code}):\n${printed.slice(-2000)}`;
      resolve(failure);
    });
  });
  try {
    await untilItAnswers(`http://127.0.0.1:${port}/healthz`, () => failure);
    await untilItAnswers(`http://127.0.0.1:${port}/`, () => failure);
  } catch (error) {
    await endGroup(child);
    throw error;
  }
  return {
    port,
    folderUrl: (folder) => `http://localhost:${port}/?folder=${encodeURI(folder)}`,
    log: () => printed,
    ended,
    dispose: async () => {
      await endGroup(child);
      await rm(socket, { force: true });
    },
  };
}
