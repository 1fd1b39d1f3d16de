/** `strata export`: the notebook as a script or as a Jupyter notebook, on stdout or in a file. Starts no Python. */
import { resolve } from "node:path";
import { type ExportFormat, exportNotebook, writeExport } from "../host/export/export.ts";
import { EXIT } from "./exit.ts";
import { complain, openForCommand, type SharedOptions } from "./open.ts";

export interface ExportOptions extends SharedOptions {
  readonly to: ExportFormat;
  readonly output?: string;
}

export async function exportCommand(path: string, options: ExportOptions): Promise<number> {
  const opened = await openForCommand(path, { ...options, runs: false }, () => undefined);
  if (opened === undefined) return EXIT.usage;
  try {
    const text = await exportNotebook(opened, options.to);
    if (options.output === undefined) {
      process.stdout.write(text);
      return EXIT.ok;
    }
    const file = resolve(options.output);
    const why = await writeExport(file, text);
    if (why === undefined) return EXIT.ok;
    complain(`${file} cannot be written (${why}). Name another file with --output.`);
    return EXIT.usage;
  } finally {
    await opened.close();
  }
}
