/**
 * The environment variables that a cell's process is given. What the surrounding process says about Python is left
 * out, because it would change results without being in their keys; what the notebook says is put in last.
 */
import { delimiter, dirname } from "node:path";
import { type Located, pathName, pathOf, type Variables, venvBin } from "./locate.ts";

export interface ChildEnviron {
  readonly environ: Readonly<Record<string, string>>;
  /** Names that the notebook leaves to be supplied at run time (`""`), and that nobody supplied. */
  readonly missing: readonly string[];
}

/** Every PYTHON… variable, what editors and environments leave behind, and what is said to this program alone. */
const LEFT_OUT =
  /^(STRATA_STORE_KEY|STRATA_PROCESSES|PYTHON.*|__PYVENV_LAUNCHER__|VIRTUAL_ENV|VIRTUAL_ENV_PROMPT|ELECTRON_RUN_AS_NODE|VSCODE_.*|MPLBACKEND)$/i;

/**
 * By what a cell's settings say. For many cells at once: a plan asks for each observation, and going through the
 * variables of this process costs more than all the rest. They are taken as they are now.
 */
export function childEnviron(options: {
  readonly base: Variables;
  readonly located: Located;
}): (effective: Readonly<Record<string, string>>) => ChildEnviron {
  const base = { ...options.base };
  const common = commonTo(base, options.located);
  return (effective) => {
    const environ = { ...common };
    const missing: string[] = [];
    for (const [name, value] of Object.entries(effective)) {
      if (value !== "") environ[name] = value;
      else if (base[name] !== undefined) environ[name] = base[name];
      else missing.push(name);
    }
    return { environ, missing };
  };
}

function commonTo(base: Variables, located: Located): Record<string, string> {
  const environ: Record<string, string> = {};
  for (const [name, value] of Object.entries(base)) {
    if (value !== undefined && !LEFT_OUT.test(name)) environ[name] = value;
  }
  // So that `python` and the scripts of installed packages, started by a cell, are the ones of this environment.
  const bin = located.venv === undefined ? dirname(located.python) : venvBin(located.venv);
  const path = pathOf(base);
  environ[pathName(base)] = path === "" ? bin : `${bin}${delimiter}${path}`;
  if (located.venv !== undefined) environ.VIRTUAL_ENV = located.venv;
  // Equal values must have equal bytes from one run to the next: sets of strings are stored in hash order.
  environ.PYTHONHASHSEED = "0";
  environ.MPLBACKEND = "module://strata_harness.figures";
  return environ;
}
