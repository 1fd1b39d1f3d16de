/** The project's own source files, as the architecture test reads them: what each imports, and its code without comments and strings. */
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join, normalize } from "node:path";
import { root } from "../../scripts/root.ts";

export interface Import {
  /** A path from the project's folder for a relative import, else the package or `node:` module. */
  readonly target: string;
  readonly typeOnly: boolean;
  /** The names in braces, types left out. */
  readonly names: readonly string[];
}

/** Files that git knows or would take, so that a new file is checked before it is committed. */
export function projectFiles(): readonly string[] {
  const args = ["ls-files", "--cached", "--others", "--exclude-standard", "-z"];
  const listed = execFileSync("git", args, { cwd: root, encoding: "utf8", maxBuffer: 64 * 1024 * 1024 });
  return listed.split("\0").filter((path) => path !== "" && existsSync(join(root, path)));
}

export function textOf(path: string): string {
  return readFileSync(join(root, path), "utf8");
}

const statement =
  /^\s*(?:import|export)\s+(type\s+)?([^"';]*?)\s*from\s*"([^"]+)"|^\s*import\s*"([^"]+)"|\bimport\(\s*"([^"]+)"\s*\)/gm;

export function importsOf(path: string, text = textOf(path)): readonly Import[] {
  return [...text.matchAll(statement)].map((match) => {
    const specifier = match[3] ?? match[4] ?? match[5] ?? "";
    const clause = match[2] ?? "";
    const listed = /\{([^}]*)\}/.exec(clause)?.[1]?.split(",") ?? [];
    const names = listed.map((name) => name.trim()).filter((name) => name !== "" && !name.startsWith("type "));
    const onlyTypes = match[1] !== undefined || (/^\{[^}]*\}$/.test(clause) && names.length === 0 && listed.length > 0);
    return {
      target: specifier.startsWith(".") ? normalize(join(path, "..", specifier)) : specifier,
      typeOnly: onlyTypes,
      names,
    };
  });
}

/** Code with comments and the contents of strings blanked; close enough for finding names, and never used for anything else. */
export function bareCode(text: string): string {
  const token = /\/\*[\s\S]*?\*\/|\/\/[^\n]*|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'/g;
  return text.replaceAll(token, (found) => (found.startsWith("/") ? found.replaceAll(/[^\n]/g, " ") : '""'));
}
