/** Finds interpreters and virtual environments by looking at files; starts nothing. */
import { accessSync, constants, statSync } from "node:fs";
import { homedir } from "node:os";
import { basename, delimiter, dirname, isAbsolute, join, resolve } from "node:path";
import { type Failed, failed } from "./problem.ts";

/** An interpreter, and the virtual environment it belongs to, if it does. Absolute paths; links are not resolved. */
export interface Located {
  readonly python: string;
  readonly venv?: string;
}

export type Variables = Readonly<Record<string, string | undefined>>;

const WINDOWS = process.platform === "win32";

/**
 * The interpreter that the user named (`python`: an interpreter, a virtual environment's folder, or a command on
 * PATH; relative paths start at the notebook), else the notebook's own `.venv`, else nothing.
 */
export function findPython(options: {
  readonly folder: string;
  readonly python?: string | undefined;
  readonly env: Variables;
}): Located | Failed | undefined {
  const { folder, python, env } = options;
  if (python === undefined || python.trim() === "") return venvAt(join(folder, ".venv"));
  const named = python.trim();
  if (!named.includes("/") && !named.includes("\\") && !isDirectory(join(folder, named))) {
    const found = which(named, env);
    return found === undefined
      ? failed(
          "python-not-found",
          `There is no command ${named} on PATH. Give the path of a Python interpreter or of a virtual environment.`,
        )
      : locate(found);
  }
  const path = absolute(named, folder);
  if (isDirectory(path)) {
    const inside = venvAt(path) ?? interpreterIn(path);
    return (
      inside ??
      failed(
        "python-not-found",
        `${path} is a folder without a Python interpreter in it. Give the path of an interpreter or of a virtual environment.`,
      )
    );
  }
  if (isExecutable(path)) return locate(path);
  return failed(
    "python-not-found",
    `There is no Python interpreter at ${path}. Give the path of an interpreter or of a virtual environment, or leave it out to use the notebook's own.`,
  );
}

/** The virtual environment in a folder, when its interpreter is there and can be started. */
export function venvAt(venv: string): Located | undefined {
  if (!isFile(join(venv, "pyvenv.cfg"))) return undefined;
  const inside = interpreterIn(venv);
  return inside === undefined ? undefined : { python: inside.python, venv };
}

export function venvBin(venv: string): string {
  return join(venv, WINDOWS ? "Scripts" : "bin");
}

/** The first of a command's files on PATH that can be started. */
export function which(command: string, env: Variables): string | undefined {
  const endings = WINDOWS ? ["", ...(env.PATHEXT ?? ".EXE;.CMD;.BAT").split(";")] : [""];
  for (const folder of pathOf(env).split(delimiter)) {
    // An empty entry means the current folder, which is nobody's intention here.
    if (!isAbsolute(folder)) continue;
    for (const ending of endings) {
      const path = join(folder, command + ending.toLowerCase());
      if (isExecutable(path)) return path;
    }
  }
  return undefined;
}

/** Windows spells it "Path", and looks it up in any case. */
export function pathOf(env: Variables): string {
  return env[pathName(env)] ?? "";
}

export function pathName(env: Variables): string {
  if (!WINDOWS) return "PATH";
  return Object.keys(env).find((name) => name.toUpperCase() === "PATH") ?? "Path";
}

function locate(python: string): Located {
  const venv = dirname(dirname(python));
  return isFile(join(venv, "pyvenv.cfg")) && basename(venvBin(venv)) === basename(dirname(python))
    ? { python, venv }
    : { python };
}

/** Also what conda makes: an environment without a pyvenv.cfg. */
function interpreterIn(folder: string): Located | undefined {
  const candidates = WINDOWS
    ? [join(folder, "Scripts", "python.exe"), join(folder, "python.exe")]
    : [join(folder, "bin", "python"), join(folder, "bin", "python3")];
  const python = candidates.find(isExecutable);
  return python === undefined ? undefined : { python };
}

function absolute(path: string, folder: string): string {
  if (path === "~" || path.startsWith("~/") || path.startsWith("~\\")) return join(homedir(), path.slice(1));
  return resolve(folder, path);
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;
}

function isDirectory(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}

export function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return isFile(path);
  } catch {
    return false;
  }
}
