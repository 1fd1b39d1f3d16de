/**
 * The groups of tests: one for each folder directly under test/ that holds tests (test/vscode/in-host is one too, as its tests run
 * inside VS Code's extension host), and one for each test file directly in test/. Found, not listed, so that no new test is left out.
 */
import { globSync } from "node:fs";
import { basename } from "node:path";
import type { Need } from "../provision/needs.ts";
import { root } from "../root.ts";

export interface Group {
  readonly name: string;
  readonly files: readonly string[];
  readonly inHost: boolean;
  /** Of one test or hook, in milliseconds. */
  readonly timeoutMs: number;
  readonly needs: readonly Need[];
  /** It builds dist/ anew, which every other group uses. */
  readonly alone: boolean;
}

const inHostFolder = "test/vscode/in-host/";

/** What a group needs beyond Node; a group that is not here needs nothing. Also the order: cheap and fundamental first. */
const needs: Readonly<Record<string, readonly Need[]>> = {
  architecture: [],
  core: [],
  host: ["python"],
  harness: ["python"],
  versions: ["python"],
  "harness-display": ["python", "uv", "display-packages"],
  engine: ["python"],
  cli: ["python", "uv"],
  examples: ["python", "uv"],
  renderers: ["chromium"],
  package: ["python"],
  "vscode-in-host": ["python", "uv", "chromium", "vscode-server"],
  vscode: ["python", "uv", "chromium", "vscode-server"],
  start: ["python", "uv", "chromium", "vscode-server"],
};

const builders = new Set(["package", "start"]);
const pure = new Set(["core", "architecture"]);

function groupOf(file: string): string {
  if (file.startsWith(inHostFolder)) return "vscode-in-host";
  const [, first = ""] = file.split("/");
  return first.endsWith(".test.ts") ? basename(first, ".test.ts") : first;
}

export function findGroups(): readonly Group[] {
  const byName = new Map<string, string[]>();
  for (const file of globSync("test/**/*.test.ts", { cwd: root }).sort()) {
    const name = groupOf(file);
    byName.set(name, [...(byName.get(name) ?? []), file]);
  }
  const order = Object.keys(needs);
  const place = (name: string) => (order.includes(name) ? order.indexOf(name) : order.length);
  return [...byName]
    .map(([name, files]) => ({
      name,
      files,
      inHost: name === "vscode-in-host",
      timeoutMs: pure.has(name) ? 10_000 : 60_000,
      needs: needs[name] ?? ["python"],
      alone: builders.has(name),
    }))
    .sort((a, b) => place(a.name) - place(b.name) || a.name.localeCompare(b.name));
}
