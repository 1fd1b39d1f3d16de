/**
 * Every check that needs no running program: Biome (format and lint), the TypeScript compiler once for each
 * folder that is a layer, Ruff (format and lint).
 *
 *   node scripts/lint.ts [name…]
 */
import { globSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { run } from "./process/children.ts";
import { findRuff } from "./provision/ruff.ts";
import { root } from "./root.ts";

export interface Check {
  readonly name: string;
  readonly ok: boolean;
  readonly text: string;
}

interface Step {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
}

const bin = (name: string) => join(root, "node_modules/.bin", name);
const pythonFolders = ["python-harness", "test", "bench"];

function typeScriptSteps(): Step[] {
  return globSync("{extension/*,renderers,test}/tsconfig.json", { cwd: root })
    .sort()
    .filter((config) => globSync(`${dirname(config)}/**/*.ts`, { cwd: root }).length > 0)
    .map((config) => ({ name: `tsc ${relative(".", dirname(config))}`, command: bin("tsc"), args: ["-p", config] }));
}

async function pythonSteps(): Promise<Step[]> {
  const ruff = await findRuff();
  const common = ["--quiet", "--no-cache", ...pythonFolders];
  return [
    { name: "ruff format", command: ruff, args: ["format", "--diff", ...common] },
    { name: "ruff check", command: ruff, args: ["check", ...common] },
  ];
}

export async function lint(wanted: readonly string[] = []): Promise<readonly Check[]> {
  const steps: Step[] = [
    { name: "biome", command: bin("biome"), args: ["check", "--colors=off", "--max-diagnostics=60", "."] },
    ...typeScriptSteps(),
    ...(await pythonSteps()),
  ].filter(({ name }) => wanted.length === 0 || wanted.some((word) => name.includes(word)));
  const checks: Check[] = [];
  for (const { name, command, args } of steps) {
    const { ok, text } = await run(command, args, { cwd: root });
    checks.push({ name, ok, text: text.trim() });
  }
  return checks;
}

export function showChecks(checks: readonly Check[]): void {
  for (const { name, ok, text } of checks) {
    console.log(`${ok ? "ok  " : "FAIL"}  ${name}`);
    if (!ok) console.log(text.replaceAll(/^/gm, "      "));
  }
}

if (import.meta.main) {
  const checks = await lint(process.argv.slice(2));
  showChecks(checks);
  if (checks.some(({ ok }) => !ok)) {
    console.log('Formatting is mended by "npm run format".');
    process.exitCode = 1;
  }
}
