/**
 * Finds uv: on PATH, else as fetched earlier, else fetched once with the pip of a Python found on PATH, into a folder
 * of the extension's own. pip knows the user's package index, proxy and certificates, so nothing is configured here.
 */
import { randomUUID } from "node:crypto";
import { mkdirSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { messageOf } from "../../core/thrown.ts";
import { type Variables, which } from "./locate.ts";
import { CANCELLED, type Failed, failed } from "./problem.ts";
import { type Ended, runTool } from "./tool.ts";

export interface UvOptions {
  /** Absolute folder where a fetched uv is kept. */
  readonly storage: string;
  readonly env: Variables;
  /** Where uv will be used: version managers decide by the folder which programs there are. */
  readonly folder: string;
  /** False to look only. */
  readonly fetch?: boolean;
  readonly onProgress: (line: string) => void;
  readonly signal: AbortSignal;
}

const WINDOWS = process.platform === "win32";
const EXECUTABLE = WINDOWS ? "uv.exe" : "uv";

export async function findUv(options: UvOptions): Promise<{ readonly uv: string } | Failed> {
  const { storage, env, signal, onProgress } = options;
  const home = join(storage, "uv");
  // Version managers leave shims on PATH for programs that are not there: only one that answers counts.
  for (const uv of [which("uv", env), fetchedIn(home)]) {
    if (uv !== undefined && (await answers(uv, ["--version"], options))) return { uv };
    if (signal.aborted) return CANCELLED;
  }
  if (options.fetch === false) return failed("no-uv", "uv is not installed.");

  const reasons: string[] = [];
  for (const python of pythonsOnPath(env)) {
    onProgress(`uv is not installed: fetching it with ${python}`);
    const aside = join(storage, `uv-${randomUUID()}`);
    try {
      mkdirSync(aside, { recursive: true });
      const ended = await install(python, aside, options);
      if (ended.kind === "cancelled") return CANCELLED;
      if (fetchedIn(aside) !== undefined && succeeded(ended)) {
        const uv = await keep(aside, home, options);
        if (uv !== undefined && (await answers(uv, ["--version"], options))) return { uv };
      }
      reasons.push(`${python}: ${whyFailed(ended)}`);
    } catch (error) {
      reasons.push(`${storage}: ${messageOf(error)}`);
    } finally {
      rmSync(aside, { recursive: true, force: true });
    }
  }
  const tried =
    reasons.length === 0
      ? "No Python was found on PATH to fetch it with."
      : `Fetching it failed:\n${reasons.join("\n")}`;
  return failed(
    "no-uv",
    `uv, which makes the notebook's environment, is not installed. ${tried}\nInstall uv, or choose an existing Python environment (setting strata.python, option --python).`,
  );
}

/** Each interpreter on PATH that may have a pip, best first. */
export function pythonsOnPath(env: Variables): readonly string[] {
  const names = WINDOWS ? ["python", "python3", "py"] : ["python3", "python"];
  return [...new Set(names.map((name) => which(name, env)).filter((path) => path !== undefined))];
}

async function install(python: string, target: string, options: UvOptions): Promise<Ended> {
  const pip = ["-m", "pip", "install", "--disable-pip-version-check", "--no-input", "--no-warn-script-location"];
  const run = (command: string, args: readonly string[]) =>
    runTool(command, args, {
      cwd: options.folder,
      env: pipEnvironment(options.env),
      signal: options.signal,
      onLine: options.onProgress,
    });
  if (await answers(python, ["-m", "pip", "--version"], options))
    return run(python, [...pip, "--target", target, "uv"]);
  // A Python without pip can often make an environment that has one.
  const made = await run(python, ["-m", "venv", target]);
  if (!succeeded(made)) return made;
  return run(join(target, WINDOWS ? "Scripts/python.exe" : "bin/python"), [...pip, "uv"]);
}

/** Takes the place of an earlier one that does not answer; but one that another process fetched meanwhile stays. */
async function keep(aside: string, home: string, options: UvOptions): Promise<string | undefined> {
  try {
    renameSync(aside, home);
  } catch {
    const there = fetchedIn(home);
    if (there !== undefined && (await answers(there, ["--version"], options))) return there;
    rmSync(home, { recursive: true, force: true });
    renameSync(aside, home);
  }
  return fetchedIn(home);
}

/** pip puts scripts in `bin` (or `Scripts`), and the wheel carries the program as such a script. */
function fetchedIn(home: string): string | undefined {
  return (
    which("uv", { PATH: join(home, WINDOWS ? "Scripts" : "bin"), PATHEXT: ".EXE" }) ??
    which(EXECUTABLE, { PATH: join(home, "bin") })
  );
}

async function answers(command: string, args: readonly string[], options: UvOptions): Promise<boolean> {
  const ended = await runTool(command, args, {
    cwd: options.folder,
    env: pipEnvironment(options.env),
    signal: options.signal,
  });
  return succeeded(ended);
}

function succeeded(ended: Ended): boolean {
  return ended.kind === "exited" && ended.code === 0;
}

function whyFailed(ended: Ended): string {
  switch (ended.kind) {
    case "exited":
      return lastWords(ended.stderr) || lastWords(ended.stdout) || `exited with status ${ended.code}`;
    case "failed":
      return ended.message;
    case "cancelled":
      return "cancelled";
    default:
      return ended satisfies never;
  }
}

/** pip mixes warnings into what went wrong; its errors are marked. */
function lastWords(text: string): string {
  const lines = text.trim().split("\n");
  const errors = lines.filter((line) => line.startsWith("ERROR"));
  return (errors.length > 0 ? errors : lines).slice(-3).join("\n");
}

/** Settings of the user's that contradict installing into a folder are left out; the index, proxies and the rest stay. */
function pipEnvironment(env: Variables): Record<string, string> {
  const left =
    /^(PYTHON(HOME|PATH|STARTUP)|__PYVENV_LAUNCHER__|VIRTUAL_ENV|PIP_(USER|TARGET|PREFIX|ROOT|REQUIRE_VIRTUALENV))$/i;
  const kept = Object.entries(env).filter(
    (entry): entry is [string, string] => entry[1] !== undefined && !left.test(entry[0]),
  );
  return { ...Object.fromEntries(kept), PIP_USER: "0", PIP_REQUIRE_VIRTUALENV: "0" };
}
