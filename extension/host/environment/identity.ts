/**
 * What an environment is, for recipe keys: Python's name and version, the platform, the installed packages. A virtual
 * environment tells all of it in files; a bare interpreter is asked once in a process, and its answer is remembered until
 * the interpreter's file changes. Package folders are listed again when their times change, so that asking at every
 * plan costs a few stats.
 */
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, sep } from "node:path";
import type { EnvironmentIdentity } from "../../core/store/model.ts";
import { stateAt } from "../observe/look.ts";
import { type Answer, createInterpreterMemory, type Facts, parseFacts } from "./interpreters.ts";
import type { Located, Variables } from "./locate.ts";
import { installedPackages } from "./packages.ts";
import { CANCELLED, type Failed, failed } from "./problem.ts";
import { runTool } from "./tool.ts";

export interface Identifier {
  /** Starts no Python: undefined for a bare interpreter that was not asked yet, or an environment that cannot be read. */
  identify(located: Located): EnvironmentIdentity | undefined;
  /** The same, starting the interpreter once if need be; and the check that this Python is one that cells can run on. */
  ask(located: Located, options: AskOptions): Promise<EnvironmentIdentity | Failed>;
  /** What to start for an interpreter that was asked: behind a version manager's shim, the real one. */
  resolve(located: Located): Located;
}

export interface AskOptions {
  /** The notebook's folder: shims decide by it which interpreter they stand for. */
  readonly folder: string;
  readonly env: Variables;
  readonly signal: AbortSignal;
}

/** Before there is an environment. */
export function noEnvironment(): EnvironmentIdentity {
  return { python: "none", platform: platformName(), packages: [] };
}

const OLDEST = [3, 9] as const;
const SCRIPT = [
  "import json, platform, site, sys, sysconfig",
  "paths = [sysconfig.get_path('purelib'), sysconfig.get_path('platlib')]",
  "paths += [p for p in getattr(site, 'getsitepackages', list)() if p not in paths]",
  "name = platform.python_implementation() + ' ' + platform.python_version()",
  "sys.stdout.write(json.dumps({'python': name, 'packageFolders': [p for p in paths if p in sys.path], 'executable': sys.executable}))",
].join("\n");

export interface IdentifierOptions {
  /** The notebook's folder: behind a version manager's shim the answer depends on it. */
  readonly folder?: string;
  /** Absolute folder where answers are kept between sessions; without it a bare interpreter is unknown until asked. */
  readonly storage?: string;
}

export function createIdentifier(options: IdentifierOptions = {}): Identifier {
  const memory =
    options.storage === undefined ? undefined : createInterpreterMemory(join(options.storage, "interpreters.json"));
  const asked = new Map<string, Answer>();
  const read = new Map<string, { readonly state: string; readonly facts: Facts }>();
  const identities = new Map<string, { readonly state: string; readonly identity: EnvironmentIdentity }>();

  function identify(located: Located): EnvironmentIdentity | undefined {
    const facts =
      located.venv === undefined ? (answered(located.python) ?? recalled(located.python)) : factsOf(located.venv);
    if (facts === undefined) return undefined;
    const state = [facts.python, ...facts.packageFolders.map((folder) => `${folder} ${stateAt(folder)}`)].join("\n");
    const known = identities.get(located.python);
    if (known?.state === state) return known.identity;
    const identity = {
      python: facts.python,
      platform: platformName(),
      packages: installedPackages(facts.packageFolders),
    };
    identities.set(located.python, { state, identity });
    return identity;
  }

  /** Asked at every plan, so its files are read again only when one of them has changed. */
  function factsOf(venv: string): Facts | undefined {
    const state = ["pyvenv.cfg", "lib", "lib64"].map((name) => stateAt(join(venv, name))).join(" ");
    const known = read.get(venv);
    if (known?.state === state) return known.facts;
    const facts = venvFacts(venv);
    // With packages of the interpreter's own, its folders count too.
    if (facts?.packageFolders.every((folder) => folder.startsWith(venv + sep))) read.set(venv, { state, facts });
    else read.delete(venv);
    return facts;
  }

  function answered(python: string): Facts | undefined {
    const known = asked.get(python);
    return known !== undefined && known.state === stateAt(python) ? known.facts : undefined;
  }

  function recalled(python: string): Facts | undefined {
    const known = memory?.recall(memoryKey(python));
    return known !== undefined && known.state === stateAt(python) ? known.facts : undefined;
  }

  function memoryKey(python: string): string {
    return JSON.stringify([options.folder ?? "", python]);
  }

  async function ask(located: Located, how: AskOptions): Promise<EnvironmentIdentity | Failed> {
    if (located.venv === undefined && answered(located.python) === undefined) {
      const state = stateAt(located.python);
      const facts = await askInterpreter(located.python, how);
      if ("problem" in facts) return facts;
      asked.set(located.python, { state, facts });
      // Known by its own name too: that is what callers hold on to afterwards.
      if (facts.executable !== undefined) asked.set(facts.executable, { state: stateAt(facts.executable), facts });
      await memory?.keep(memoryKey(located.python), { state, facts });
    }
    const identity = identify(located);
    if (identity === undefined) {
      return failed(
        "environment-broken",
        `The virtual environment ${located.venv ?? located.python} cannot be read: its pyvenv.cfg names no Python version. Delete the folder, so that it is made again.`,
      );
    }
    return tooOld(identity, located) ?? identity;
  }

  function resolve(located: Located): Located {
    const executable = located.venv === undefined ? answered(located.python)?.executable : undefined;
    return executable === undefined ? located : { python: executable };
  }

  return { identify, ask, resolve };
}

async function askInterpreter(python: string, { folder, env, signal }: AskOptions): Promise<Facts | Failed> {
  // Isolated: neither the current folder nor the user's variables and packages have a say.
  const ended = await runTool(python, ["-I", "-c", SCRIPT], { cwd: folder, env: defined(env), signal });
  if (ended.kind === "cancelled") return CANCELLED;
  const facts = ended.kind === "exited" && ended.code === 0 ? parseAnswer(ended.stdout) : undefined;
  if (facts !== undefined) return facts;
  const why = ended.kind === "failed" ? ended.message : ended.stderr.trim() || `it exited with status ${ended.code}`;
  return failed("python-not-found", `${python} does not work as a Python interpreter: ${why}\nChoose another one.`);
}

function parseAnswer(text: string): Facts | undefined {
  try {
    return parseFacts(JSON.parse(text));
  } catch {
    return undefined;
  }
}

/** From pyvenv.cfg, which `venv` writes with `version`, uv and virtualenv with `version_info`. */
function venvFacts(venv: string): Facts | undefined {
  const config = readConfig(join(venv, "pyvenv.cfg"));
  const version = config?.get("version_info") ?? config?.get("version");
  const numbers = /^(\d+)\.(\d+)(?:\.\d+\w*)?/.exec(version ?? "");
  if (config === undefined || numbers === null) return undefined;
  const implementation = config.get("implementation") ?? "CPython";
  const minor = `${numbers[1]}.${numbers[2]}`;
  const packageFolders = foldersIn(venv, minor);
  if (config.get("include-system-site-packages")?.toLowerCase() === "true") {
    const home = config.get("home");
    if (home !== undefined)
      packageFolders.push(...foldersIn(process.platform === "win32" ? home : dirname(home), minor));
  }
  return { python: `${implementation} ${numbers[0]}`, packageFolders };
}

/** Where a prefix keeps its packages; `dist-packages` is Debian's. Folders that are not there are kept: they may come. */
function foldersIn(prefix: string, minor: string): string[] {
  if (process.platform === "win32") return [join(prefix, "Lib", "site-packages")];
  // Mostly a link to the other one.
  const twice = stateAt(join(prefix, "lib")) === stateAt(join(prefix, "lib64"));
  const folders = (twice ? ["lib"] : ["lib", "lib64"]).flatMap((lib) => {
    const names = versionFolders(join(prefix, lib), minor);
    return names.flatMap((name) => [
      join(prefix, lib, name, "site-packages"),
      join(prefix, lib, name, "dist-packages"),
    ]);
  });
  // Debian keeps the packages of all versions in one folder.
  if (prefix === `${sep}usr`)
    folders.push(
      join(prefix, "lib", "python3", "dist-packages"),
      join(prefix, "local", "lib", `python${minor}`, "dist-packages"),
    );
  return folders;
}

/** "python3.13", and "python3.13t" for a free-threaded one, "pypy3.10". */
function versionFolders(lib: string, minor: string): readonly string[] {
  try {
    return readdirSync(lib).filter(
      (name) => /^(python|pypy)/.test(name) && name.replace(/^\D+/, "").replace(/t$/, "") === minor,
    );
  } catch {
    return [];
  }
}

function readConfig(path: string): ReadonlyMap<string, string> | undefined {
  try {
    const lines = readFileSync(path, "utf8").split(/\r?\n/);
    return new Map(
      lines
        .filter((line) => line.includes("="))
        .map((line) => {
          const at = line.indexOf("=");
          return [line.slice(0, at).trim().toLowerCase(), line.slice(at + 1).trim()];
        }),
    );
  } catch {
    return undefined;
  }
}

function tooOld(identity: EnvironmentIdentity, located: Located): Failed | undefined {
  const [major = 0, minor = 0] = (identity.python.split(" ")[1] ?? "").split(".").map(Number);
  if (major > OLDEST[0] || (major === OLDEST[0] && minor >= OLDEST[1])) return undefined;
  return failed(
    "python-too-old",
    `${located.venv ?? located.python} is ${identity.python}; cells need Python ${OLDEST.join(".")} or later. Choose a newer interpreter, or raise requires-python in pyproject.toml.`,
  );
}

function platformName(): string {
  const machine = { x64: "x86_64", ia32: "x86", arm64: process.platform === "linux" ? "aarch64" : "arm64" }[
    process.arch as string
  ];
  return `${process.platform}-${machine ?? process.arch}`;
}

function defined(env: Variables): Record<string, string> {
  return Object.fromEntries(Object.entries(env).filter((entry): entry is [string, string] => entry[1] !== undefined));
}
