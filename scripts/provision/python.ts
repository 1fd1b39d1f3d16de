/** A Python to make environments with: 3.9 or newer. */
import { run } from "../process/children.ts";
import { installPackages } from "./apt.ts";

const names = ["python3", "python", "/usr/bin/python3"];

async function onPath(): Promise<string | undefined> {
  for (const name of names) {
    // A version manager's shim may be there and still refuse, so only an answer counts.
    const { ok } = await run(name, ["-c", "import sys; sys.exit(sys.version_info < (3, 9))"]);
    if (ok) return name;
  }
  return undefined;
}

export async function findPython(): Promise<string> {
  const found = await onPath();
  if (found !== undefined) return found;
  await installPackages(["python3", "python3-venv"], "run the Python side of the notebook");
  const installed = await onPath();
  if (installed === undefined) throw new Error("No Python 3.9 or newer was found. Install one and try again.");
  return installed;
}
