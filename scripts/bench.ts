/**
 * `npm run bench` takes every measurement that has a target, writes the table into docs/performance.md and draws docs/bench.svg.
 * `npm run bench -- engine [options]` runs one of the others; `--list` names them. They need the Node.js that the project brings,
 * which npm scripts find first.
 */
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { run } from "./process/children.ts";
import { root } from "./root.ts";

const [name = "all", ...given] = process.argv.slice(2);
const options = process.argv.length > 2 ? given : ["--write"];
const file = join(root, "bench", `${name}.ts`);
if (!existsSync(file)) {
  const names = readdirSync(join(root, "bench")).filter((entry) => entry.endsWith(".ts"));
  console.log(
    `Measurements: ${names.map((entry) => entry.slice(0, -3)).join(", ")}. Choose one: npm run bench -- NAME`,
  );
  process.exit(name === "--list" ? 0 : 2);
}
const { code } = await run(process.execPath, ["--disable-warning=ExperimentalWarning", file, ...options], {
  cwd: root,
  output: "show",
});
process.exit(code ?? 1);
