/** `strata doctor`: what there is to run notebooks with, and how their cells are run and why. */
import { homedir } from "node:os";
import { join, resolve } from "node:path";
import { styleText } from "node:util";
import manifest from "../../package.json" with { type: "json" };
import { type Check, examine } from "../host/doctor/examine.ts";
import { EXIT } from "./exit.ts";
import { listenForInterrupt } from "./interrupt.ts";
import { folderOf, openForCommand, type SharedOptions } from "./open.ts";
import { columnsOf, wrapped } from "./terminal.ts";

export async function doctorCommand(path: string | undefined, options: SharedOptions): Promise<number> {
  const interrupt = listenForInterrupt(() => undefined);
  // It makes no environment: what there is, is looked at as it is.
  const asIs = { ...options, sync: false, runs: false };
  const opened = path === undefined ? undefined : await openForCommand(path, asIs, () => undefined);
  if (path !== undefined && opened === undefined) return EXIT.usage;
  try {
    const folder = path === undefined ? process.cwd() : folderOf(path);
    const checks = await examine({
      folder,
      opened,
      storage: join(process.env.XDG_CACHE_HOME ?? join(homedir(), ".cache"), "strata"),
      store: options.store === undefined ? join(folder, ".strata", "store") : resolve(options.store),
      python: options.python,
      version: manifest.version,
      signal: interrupt.signal,
    });
    const lines = options.format === "json" ? [JSON.stringify({ type: "doctor", checks })] : checks.map(humanLine);
    process.stdout.write(lines.map((line) => `${line}\n`).join(""));
    if (interrupt.signal.aborted) return EXIT.interrupted;
    return checks.some(({ level }) => level === "problem") ? EXIT.failed : EXIT.ok;
  } finally {
    await opened?.close();
    interrupt.release();
  }
}

const MARKS: Readonly<Record<Check["level"], string>> = {
  ok: styleText("green", "✓"),
  note: styleText("yellow", "!"),
  problem: styleText("red", "✗"),
};

function humanLine({ name, level, text }: Check): string {
  const lines = wrapped(text, { columns: columnsOf(process.stdout), start: 15, indent: 15 });
  return `${MARKS[level]} ${name.padEnd(11)}  ${lines}`;
}
