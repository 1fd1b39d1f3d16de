/**
 * Python tools of our own in a virtual environment under .cache/tools, so that neither the user's nor the system's Python is touched
 * (Debian refuses pip there anyway).
 */
import { existsSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { run } from "../process/children.ts";
import { root } from "../root.ts";
import { installPackages } from "./apt.ts";
import { findPython } from "./python.ts";

const home = join(root, ".cache/tools");
const inHome = (name: string) =>
  process.platform === "win32" ? join(home, "Scripts", `${name}.exe`) : join(home, "bin", name);

async function makeEnvironment(): Promise<void> {
  if (existsSync(inHome("pip"))) return;
  await mkdir(join(root, ".cache"), { recursive: true });
  const python = await findPython();
  // --clear: a half-made environment from an interrupted run is made anew.
  const make = () => run(python, ["-m", "venv", "--clear", home]);
  let made = await make();
  if (!made.ok) {
    await installPackages(["python3-venv"], "make a Python environment for the development tools");
    made = await make();
  }
  if (!made.ok) throw new Error(`${python} -m venv ${home} failed:\n${made.text}`);
}

/** The path of `name` at exactly `version`, installed from PyPI on first use. */
export async function pythonTool(name: string, version: string): Promise<string> {
  const path = inHome(name);
  const found = existsSync(path) ? await run(path, ["--version"]) : undefined;
  if (found?.ok === true && found.text.split(/\s+/).includes(version)) return path;
  await makeEnvironment();
  console.log(`Installing ${name} ${version} into .cache/tools …`);
  const installed = await run(inHome("pip"), ["install", "--quiet", `${name}==${version}`]);
  if (!installed.ok) {
    throw new Error(`${name} ${version} could not be installed by pip:\n${installed.text}`);
  }
  return path;
}
