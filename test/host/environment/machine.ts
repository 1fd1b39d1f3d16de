/** The Pythons of this machine, and folders to try them in. */
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { which } from "../../../extension/host/environment/locate.ts";

/** The interpreter that really runs when `python3` is called: not a version manager's shim. */
export const PYTHON = execFileSync(
  "python3",
  ["-c", "import sys; print(getattr(sys, '_base_executable', sys.executable))"],
  {
    encoding: "utf8",
  },
).trim();

/** Interpreters of other versions, where pyenv has some. */
export function pyenvPython(version: RegExp): string | undefined {
  const versions = join(process.env.PYENV_ROOT ?? join(homedir(), ".pyenv"), "versions");
  const name = existsSync(versions) ? readdirSync(versions).find((entry) => version.test(entry)) : undefined;
  const python = name === undefined ? undefined : join(versions, name, "bin", "python");
  return python !== undefined && existsSync(python) ? python : undefined;
}

export interface Workshop {
  readonly root: string;
  /** A notebook folder with these files. */
  notebook(files?: Readonly<Record<string, string>>, name?: string): string;
  /** A folder for PATH with links to these programs under these names, and to nothing else. */
  path(programs: Readonly<Record<string, string>>): string;
  close(): void;
}

export function openWorkshop(): Workshop {
  const root = mkdtempSync(join(tmpdir(), "strata-environment-"));
  return {
    root,
    notebook(files = {}, name = "notebook") {
      const folder = join(root, name);
      mkdirSync(folder, { recursive: true });
      for (const [file, text] of Object.entries(files)) {
        mkdirSync(dirname(join(folder, file)), { recursive: true });
        writeFileSync(join(folder, file), text);
      }
      return folder;
    },
    path(programs) {
      const folder = mkdtempSync(join(root, "path-"));
      for (const [name, target] of Object.entries(programs)) symlinkSync(target, join(folder, name));
      return folder;
    },
    close: () => rmSync(root, { recursive: true, force: true }),
  };
}

export function project(dependencies: readonly string[], requires = ">=3.9"): string {
  return [
    "[project]",
    'name = "notebook"',
    'version = "0.1.0"',
    `requires-python = "${requires}"`,
    `dependencies = ${JSON.stringify(dependencies)}`,
    "[tool.uv]",
    "",
  ].join("\n");
}

export const HAS_UV = which("uv", process.env) !== undefined;
