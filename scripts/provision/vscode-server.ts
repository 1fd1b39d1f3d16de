/**
 * VS Code itself, from the npm package code-server: its server and its web client, in which the extension is tested and shown where
 * there is no desktop VS Code. It lives in .cache/vscode-server (about 700 MB, two minutes to build its native modules).
 *
 * A half-finished install does not heal by itself. So it is made in a folder beside, started once, and only then renamed into place;
 * `ready` in it holds the version that was seen to start.
 */
import { existsSync } from "node:fs";
import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { run } from "../process/children.ts";
import { userEnvironment } from "../process/environment.ts";
import { root } from "../root.ts";
import { startServer } from "../vscode/server.ts";
import { installPackages } from "./apt.ts";

export const version = "4.139.1";
const home = join(root, ".cache/vscode-server");
const packageOf = (folder: string) => join(folder, "node_modules/code-server");

/** Where the installed package is. */
export const serverPackage = packageOf(home);

const buildPackages = [
  "libkrb5-dev",
  "libsecret-1-dev",
  "libx11-dev",
  "libxkbfile-dev",
  "python3",
  "make",
  "g++",
  "pkg-config",
];

async function isReady(folder: string): Promise<boolean> {
  const ready = await readFile(join(folder, "ready"), "utf8").catch(() => "");
  return ready.trim() === version;
}

/** Seen to start means seen to answer. */
async function markIfItStarts(folder: string): Promise<boolean> {
  const server = await startServer({ serverPackage: packageOf(folder) }).catch((error: unknown) => {
    console.log(`VS Code server: ${error instanceof Error ? error.message : String(error)}`);
    return undefined;
  });
  if (server === undefined) return false;
  await server.dispose();
  await writeFile(join(folder, "ready"), `${version}\n`);
  return true;
}

async function npmInstall(folder: string): Promise<void> {
  const manifest = { private: true, dependencies: { "code-server": version } };
  const install = async (extra: Readonly<Record<string, string>>) => {
    await rm(folder, { recursive: true, force: true });
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, "package.json"), JSON.stringify(manifest));
    return run("npm", ["install", "--prefix", folder, "--no-audit", "--no-fund", "--loglevel=error"], {
      cwd: folder,
      // As the user would call it: what the surrounding `npm run` says of another Node must not reach it. Its install scripts are what
      // builds the native modules, for its inner packages too; newer versions of npm run none unasked.
      env: {
        ...userEnvironment([join(root, "node_modules/.bin")]),
        npm_config_dangerously_allow_all_scripts: "true",
        ...extra,
      },
    });
  };
  const started = Date.now();
  const ticker = setInterval(() => {
    console.log(`  … still building VS Code's server (${Math.round((Date.now() - started) / 1000)} s)`);
  }, 20_000);
  try {
    let installed = await install({});
    // Where Node's headers cannot be fetched, those of the system's Node do: the modules use Node's stable interface.
    if (!installed.ok && existsSync("/usr/include/node/node_api.h"))
      installed = await install({ npm_config_nodedir: "/usr" });
    if (!installed.ok) throw new Error(`npm install code-server@${version} failed:\n${installed.text.slice(-4000)}`);
  } finally {
    clearInterval(ticker);
  }
}

/** Returns the package's folder. */
export async function provisionVsCodeServer(): Promise<string> {
  if (await isReady(home)) return serverPackage;
  if (existsSync(join(serverPackage, "package.json"))) {
    const { version: found } = JSON.parse(await readFile(join(serverPackage, "package.json"), "utf8")) as {
      version: string;
    };
    if (found === version && (await markIfItStarts(home))) return serverPackage;
  }
  if (process.platform === "linux") await installPackages(buildPackages, "build VS Code's server");
  console.log(`Installing VS Code's server (code-server ${version}) into .cache/vscode-server, about two minutes …`);
  const making = join(root, `.cache/vscode-server.${process.pid}`);
  try {
    await npmInstall(making);
    if (!(await markIfItStarts(making))) throw new Error(`code-server ${version} was installed but does not start.`);
    await rm(home, { recursive: true, force: true });
    await rename(making, home);
  } finally {
    await rm(making, { recursive: true, force: true });
  }
  return serverPackage;
}
