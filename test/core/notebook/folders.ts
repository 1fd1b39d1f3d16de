/** The golden notebook folders beside this file, as bytes. */
import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import type { NotebookFiles } from "../../../extension/core/notebook/parse.ts";

export const FIXTURES = join(import.meta.dirname, "fixtures");

export function fixtureNames(): readonly string[] {
  return readdirSync(FIXTURES).sort();
}

export function readFixture(name: string): NotebookFiles {
  const cells = join(FIXTURES, name, "cells");
  const files = readdirSync(cells, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return {
    toml: readFileSync(join(FIXTURES, name, "notebook.toml")),
    cellFiles: new Map(
      files.map((entry) => {
        const path = join(entry.parentPath, entry.name);
        return [relative(cells, path).replaceAll("\\", "/"), readFileSync(path)];
      }),
    ),
  };
}
