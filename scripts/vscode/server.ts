/**
 * Starts VS Code's own server (server-main.js), which serves the web client and runs extension hosts, and waits until it answers.
 */
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { endGroup, startGroup } from "../process/children.ts";
import { quietSettings } from "./settings.ts";

export interface ServerOptions {
  /** Folder of the npm package code-server. */
  readonly serverPackage: string;
  /** Extensions as VS Code unpacks them, one folder each; none when absent. */
  readonly extensionsDir?: string;
  /** Kept between starts when given; otherwise made and removed. */
  readonly dataDir?: string;
  /** Workspaces are trusted unless this is true. */
  readonly workspaceTrust?: boolean;
  /** Machine settings, added to the quiet ones. */
  readonly settings?: Readonly<Record<string, unknown>>;
  readonly port?: number;
  readonly env?: NodeJS.ProcessEnv;
}

export interface Server {
  readonly port: number;
  readonly pid: number;
  /** Everything the server printed so far. */
  log(): string;
  dispose(): Promise<void>;
}

export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once("error", reject);
    probe.listen(0, "127.0.0.1", () => {
      const address = probe.address();
      const port = typeof address === "object" && address !== null ? address.port : 0;
      probe.close(() => resolve(port));
    });
  });
}

/** Waits until `url` answers, or throws with what `alive` returns once the program behind it is dead. */
export async function untilItAnswers(url: string, alive: () => string | undefined): Promise<void> {
  const deadline = Date.now() + 120_000;
  for (;;) {
    const died = alive();
    if (died !== undefined) throw new Error(died);
    const answer = await fetch(url, { redirect: "manual", signal: AbortSignal.timeout(5000) }).catch(() => undefined);
    await answer?.body?.cancel();
    if (answer !== undefined && answer.status < 500) return;
    if (Date.now() > deadline) throw new Error(`${url} did not answer within two minutes.`);
    await sleep(100);
  }
}

export async function startServer(options: ServerOptions): Promise<Server> {
  const port = options.port ?? (await freePort());
  const temporary = options.dataDir === undefined ? await mkdtemp(join(tmpdir(), "strata-server-")) : undefined;
  const dataDir = options.dataDir ?? temporary ?? "";
  const machine = join(dataDir, "data/Machine");
  await mkdir(machine, { recursive: true });
  await writeFile(join(machine, "settings.json"), JSON.stringify({ ...quietSettings, ...options.settings }));
  const args = [
    join(options.serverPackage, "lib/vscode/out/server-main.js"),
    ...["--host", "127.0.0.1", "--port", String(port), "--without-connection-token", "--accept-server-license-terms"],
    // Lets a page's address name the extension under development and its tests.
    "--enable-smoke-test-driver",
    ...["--telemetry-level", "off", "--server-data-dir", dataDir],
    ...["--extensions-dir", options.extensionsDir ?? join(dataDir, "extensions")],
    ...(options.workspaceTrust === true ? [] : ["--disable-workspace-trust"]),
  ];
  const child = startGroup(process.execPath, args, {
    stdio: ["ignore", "pipe", "pipe"],
    env: options.env ?? process.env,
  });
  let printed = "";
  child.stdout?.on("data", (chunk: Buffer) => {
    printed += chunk.toString();
  });
  child.stderr?.on("data", (chunk: Buffer) => {
    printed += chunk.toString();
  });
  let failure: string | undefined;
  child.once("error", (error) => {
    failure = `VS Code's server could not be started: ${error.message}`;
  });
  child.once("exit", (code, signal) => {
    failure ??= `VS Code's server ended (${signal ?? code}):\n${printed.slice(-2000)}`;
  });
  const dispose = async () => {
    await endGroup(child);
    if (temporary !== undefined) await rm(temporary, { recursive: true, force: true, maxRetries: 5 });
  };
  try {
    await untilItAnswers(`http://127.0.0.1:${port}/`, () => failure);
  } catch (error) {
    await dispose();
    throw error;
  }
  return { port, pid: child.pid ?? 0, log: () => printed, dispose };
}
