/** The CPython versions of this machine, and those that it is promised to have. */
import { execFile } from "node:child_process";
import { existsSync, globSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { homedir, tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { promisify } from "node:util";

const exec = promisify(execFile);

/** What the harness is made for. */
export const SUPPORTED = ["3.9", "3.10", "3.11", "3.12", "3.13"] as const;

/** Prints nothing where it is another implementation, or has no global lock. */
const ASK = `import sys, sysconfig
if sys.implementation.name == "cpython" and not sysconfig.get_config_var("Py_GIL_DISABLED"):
    print("%d.%d" % sys.version_info[:2])`;

/** Where pyenv, uv and the system keep them. */
function candidates(): readonly string[] {
  const { PYENV_ROOT: pyenv = join(homedir(), ".pyenv"), PATH: path = "" } = process.env;
  const uv = process.env.UV_PYTHON_INSTALL_DIR ?? join(homedir(), ".local", "share", "uv", "python");
  const names = ["python3", ...SUPPORTED.map((version) => `python${version}`)];
  const onPath = path.split(delimiter).flatMap((folder) => names.map((name) => join(folder, name)));
  return [
    ...onPath.filter((file) => existsSync(file)),
    ...globSync(join(pyenv, "versions", "*", "bin", "python")).sort(),
    ...globSync(join(uv, "cpython-*", "bin", "python3")).sort(),
  ];
}

/** Version → interpreter. */
export async function findPythons(): Promise<ReadonlyMap<string, string>> {
  const answers = await Promise.all(
    candidates().map(async (python) => {
      // A version manager leaves names for versions that it then refuses to start.
      const { stdout } = await exec(python, ["-I", "-c", ASK]).catch(() => ({ stdout: "" }));
      return [stdout.trim(), python] as const;
    }),
  );
  const found = new Map<string, string>();
  for (const [version, python] of answers) if (!found.has(version)) found.set(version, python);
  return found;
}

/** Versions without which the tests fail: `STRATA_TEST_EXPECTS="3.12 3.13"`. */
export function expected(): readonly string[] {
  return (process.env.STRATA_TEST_EXPECTS ?? "").split(/\s+/).filter((version) => version !== "");
}

export interface Environment {
  readonly python: string;
  dispose(): Promise<void>;
}

/** An environment of its own without packages. */
export async function environmentOf(interpreter: string): Promise<Environment> {
  const folder = await mkdtemp(join(tmpdir(), "strata-version-"));
  await exec(interpreter, ["-I", "-m", "venv", "--without-pip", folder]);
  return {
    python: join(folder, "bin", "python"),
    dispose: () => rm(folder, { recursive: true, force: true }),
  };
}
