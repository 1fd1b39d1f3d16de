/**
 * A working copy of an example under .cache/examples/NAME, whose `.venv` is kept from one run of the tests to the next.
 * Everything else in it is new each time: the example's files as they are in the repository, and no results.
 */
import { cp, mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { basename, join, resolve } from "node:path";
import { type JsonRun, runJson } from "../cli/rig.ts";

export const EXAMPLES = resolve(import.meta.dirname, "../../examples");
const CACHE = resolve(import.meta.dirname, "../../.cache/examples");
/** What strata and uv keep for the next time. */
const KEPT = [".venv", ".strata"];

export interface ExampleCopy {
  readonly folder: string;
  run(...args: readonly string[]): Promise<JsonRun>;
  /** Replaces a part of a file, that has to be there once, and gives back the old text. */
  replace(file: string, part: string, by: string): Promise<string>;
  write(file: string, text: string): Promise<void>;
}

/** `as` names the copy, for tests that may run beside others. */
export async function copyExample(name: string, as = name): Promise<ExampleCopy> {
  const folder = join(CACHE, as);
  await mkdir(folder, { recursive: true });
  for (const entry of await readdir(folder)) {
    if (!KEPT.includes(entry)) await rm(join(folder, entry), { recursive: true, force: true });
  }
  await rm(join(folder, ".strata", "store"), { recursive: true, force: true });
  await cp(join(EXAMPLES, name), folder, { recursive: true, filter: (path) => !KEPT.includes(basename(path)) });
  return {
    folder,
    run: (...args) => runJson([folder, ...args]),
    async replace(file, part, by) {
      const old = await readFile(join(folder, file), "utf8");
      if (old.split(part).length !== 2) throw new Error(`${file} does not have once: ${part}`);
      await writeFile(
        join(folder, file),
        old.replace(part, () => by),
      );
      return old;
    },
    write: (file, text) => writeFile(join(folder, file), text),
  };
}
