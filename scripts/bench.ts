/**
 * Runs one of the measurements: `npm run bench -- engine [options]`; without a name it lists them. They need the Node.js that the
 * project brings, which npm scripts find first.
 */
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { run } from "./process/children.ts";
import { root } from "./root.ts";

const [name, ...options] = process.argv.slice(2);
const file = join(root, "bench", `${name}.ts`);
if (name === undefined || !existsSync(file)) {
  const names = readdirSync(join(root, "bench")).filter((entry) => entry.endsWith(".ts"));
  console.log(
    `Measurements: ${names.map((entry) => entry.slice(0, -3)).join(", ")}. Choose one: npm run bench -- NAME`,
  );
  process.exit(name === undefined ? 0 : 2);
}
const { code } = await run(process.execPath, ["--disable-warning=ExperimentalWarning", file, ...options], {
  cwd: root,
  output: "show",
});
process.exit(code ?? 1);
