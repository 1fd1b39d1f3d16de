/** A new notebook folder from a template: what the format asks for, one starter cell, and nothing else. */
import { randomUUID } from "node:crypto";
import { mkdir, readdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { plainWords } from "../../core/notebook/names.ts";
import { tomlString } from "../../core/notebook/toml-write.ts";
import { systemCode } from "../../core/thrown.ts";
import { type FolderProblem, problemFor } from "./problem.ts";

export interface NewNotebook {
  readonly name: string;
  /** The Python to use, such as "3.12" or "3.12.1". */
  readonly python: string;
  /** Milliseconds since 1970. */
  readonly now: number;
  /** A UUID; a random one by default. */
  readonly id?: string;
}

export type NotebookMade =
  | { readonly kind: "made"; readonly folder: string; readonly files: readonly string[] }
  | { readonly kind: "problem"; readonly problem: FolderProblem };

/** Make `folder`, which must not exist or be empty. notebook.toml comes last, so half a notebook is none. */
export async function newNotebook(folder: string, options: NewNotebook): Promise<NotebookMade> {
  const python = /^3\.(\d+)(\.\d+)?$/.exec(options.python);
  if (python === null) {
    const message = `"${options.python}" is no Python version that a notebook can ask for. Write one such as "3.12".`;
    return { kind: "problem", problem: { code: "bad-python", path: folder, message } };
  }
  const files = template(
    options.name,
    Number(python[1]),
    options.id ?? randomUUID(),
    new Date(options.now).toISOString(),
  );
  try {
    await mkdir(folder, { recursive: true });
    const there = await readdir(folder);
    if (there.length > 0) {
      const message = `${folder} is not empty: it has ${there.slice(0, 3).join(", ")}${there.length > 3 ? " and more" : ""}. Choose an empty folder or a new name; nothing was written.`;
      return { kind: "problem", problem: { code: "folder-not-empty", path: folder, message } };
    }
    for (const [path, text] of files) {
      await mkdir(dirname(join(folder, path)), { recursive: true });
      // `wx`: were two programs to do this at once, neither would write over the other.
      await writeFile(join(folder, path), text, { flag: "wx" });
    }
  } catch (error) {
    if (systemCode(error) === "EEXIST") {
      const message = `${folder} is a file, or another program is filling it just now. Choose another name; no file was overwritten.`;
      return { kind: "problem", problem: { code: "folder-not-empty", path: folder, message } };
    }
    return { kind: "problem", problem: problemFor("file-unwritable", folder, error) };
  }
  return { kind: "made", folder, files: files.map(([path]) => path) };
}

function template(
  name: string,
  minor: number,
  id: string,
  now: string,
): readonly (readonly [path: string, text: string])[] {
  const title = name.trim() === "" ? "Untitled Notebook" : name.trim();
  const cell = firstCellId(id);
  return [
    [".gitignore", ".strata/\n.venv/\n"],
    ["cells/start.py", '# @name Start\nmessage = "Hello from Strata"\nmessage\n'],
    [
      "pyproject.toml",
      [
        "[project]",
        `name = ${tomlString(projectName(title))}`,
        'version = "0.1.0"',
        `description = ${tomlString(title)}`,
        `requires-python = ">=3.${minor},<3.${minor + 1}"`,
        "dependencies = [",
        '    "pyarrow>=18.0.0",',
        '    "orjson>=3.10.0",',
        '    "cloudpickle>=3.0.0",',
        "]",
        "",
        "[tool.uv]",
        "",
      ].join("\n"),
    ],
    [
      "notebook.toml",
      [
        `notebook_id = ${tomlString(id)}`,
        `name = ${tomlString(title)}`,
        `created_at = ${now}`,
        `updated_at = ${now}`,
        "",
        "[[cells]]",
        `id = "${cell}"`,
        'file = "start.py"',
        'language = "python"',
        "order = 0",
        "",
      ].join("\n"),
    ],
  ];
}

/** The first cell's id comes from the notebook's, so that equal arguments make equal folders. */
function firstCellId(notebookId: string): string {
  return notebookId.replace(/[^a-zA-Z0-9]/g, "").slice(0, 8) || "start";
}

/** A name that Python packaging accepts. */
function projectName(title: string): string {
  return plainWords(title).join("-") || "notebook";
}
