/** Formats everything and applies the safe fixes: `npm run format`. */
import { join } from "node:path";
import { run } from "./process/children.ts";
import { findRuff } from "./provision/ruff.ts";
import { root } from "./root.ts";

const ruff = await findRuff();
const folders = ["python-harness", "test", "bench"];
const steps: readonly (readonly [command: string, args: readonly string[]])[] = [
  [join(root, "node_modules/.bin/biome"), ["check", "--write", "."]],
  [ruff, ["format", "--no-cache", ...folders]],
  [ruff, ["check", "--no-cache", "--fix", ...folders]],
];
for (const [command, args] of steps) {
  const { ok } = await run(command, args, { cwd: root, output: "show" });
  if (!ok) process.exitCode = 1;
}
