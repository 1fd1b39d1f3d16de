/** What plain `python` makes of a script in a folder: by starting it, or by forking a Python that has started already. */
import { execFile, spawn } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { cp, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { createInterface } from "node:readline";
import { promisify } from "node:util";

const exec = promisify(execFile);

/** What the script prints in a copy of the folder, so that it finds the files as they are and leaves them alone. */
export type Oracle = (text: string, folder: string, files: Files) => Promise<string>;

/** Texts by path. */
export type Files = readonly (readonly [path: string, text: string])[];

export interface OracleProcess {
  readonly ask: Oracle;
  /** Scripts that were run; the others were asked before, of the same files. */
  runs(): number;
  close(): Promise<void>;
}

/** What is not the notebook's own in its folder. */
const STATE = new Set([".strata", ".storage", ".venv", "__pycache__"]);

const variables = (path: string): NodeJS.ProcessEnv => ({
  ...process.env,
  PYTHONHASHSEED: "0",
  PYTHONPATH: path,
  PYTHONDONTWRITEBYTECODE: "1",
});

/** Starts Python for each script. */
export function startingOracle(python: string): Oracle {
  return async (text, folder) => {
    const copy = await mkdtemp(join(tmpdir(), "strata-oracle-"));
    const filter = (path: string): boolean => !STATE.has(basename(path));
    await cp(folder, copy, { recursive: true, preserveTimestamps: true, filter });
    const path = join(copy, ".oracle.py");
    await writeFile(path, text);
    const { stdout } = await exec(python, [path], { cwd: copy, env: variables(copy) }).catch(
      (error: { stdout: string }) => error,
    );
    await rm(copy, { recursive: true, force: true });
    // The copy is the folder for what a cell prints of its own paths.
    return stdout.replaceAll(copy, folder);
  };
}

/** Forks one Python for each script, and asks only once about the same script with the same files. */
export async function startForkingOracle(
  python: string,
  modules: readonly string[],
  place: string,
): Promise<OracleProcess> {
  const root = await mkdtemp(join(place, "strata-oracle-"));
  const server = spawn(python, [join(import.meta.dirname, "oracle.py"), root, ...modules], {
    env: variables(""),
    stdio: ["pipe", "pipe", "inherit"],
  });
  const waiting: ((answer: string | undefined) => void)[] = [];
  createInterface({ input: server.stdout }).on("line", (line) => waiting.shift()?.(line));
  const ended = new Promise<void>((resolve) => server.on("close", () => resolve()));
  void ended.then(() => {
    for (const settle of waiting.splice(0)) settle(undefined);
  });
  server.stdin.on("error", () => {});
  const known = new Map<string, string>();
  let runs = 0;
  return {
    async ask(text, folder, files) {
      const request = JSON.stringify({ text, files: Object.fromEntries(files) });
      const before = known.get(folder + request);
      if (before !== undefined) return before;
      runs += 1;
      const line = await new Promise<string | undefined>((resolve) => {
        waiting.push(resolve);
        server.stdin.write(`${request}\n`);
      });
      if (line === undefined) throw new Error("The Python that runs the scripts has ended.");
      const { stdout, folder: theirs } = JSON.parse(line) as { stdout: string; folder: string };
      const printed = stdout.replaceAll(theirs, folder);
      if (known.size > 1000) known.clear();
      known.set(folder + request, printed);
      return printed;
    },
    runs: () => runs,
    async close() {
      server.stdin.end();
      await ended;
      await rm(root, { recursive: true, force: true });
    },
  };
}

/** The notebook's own files as text, by path. */
export function filesOf(folder: string, below = ""): Files {
  return readdirSync(join(folder, below), { withFileTypes: true }).flatMap((entry): Files => {
    if (STATE.has(entry.name)) return [];
    const path = below === "" ? entry.name : `${below}/${entry.name}`;
    return entry.isDirectory() ? filesOf(folder, path) : [[path, readFileSync(join(folder, path), "utf8")]];
  });
}
