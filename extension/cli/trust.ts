/** `strata trust`: takes over stored results that somebody else made, after saying what that means. */
import { counted } from "../core/store/amounts.ts";
import { EXIT } from "./exit.ts";
import { complain, openForCommand, type SharedOptions } from "./open.ts";

export async function trustCommand(path: string, options: SharedOptions): Promise<number> {
  const opened = await openForCommand(path, { ...options, runs: false }, () => undefined);
  if (opened === undefined) return EXIT.usage;
  try {
    const trusted = await opened.store.maintenance.trust();
    const { root } = opened.store;
    if (trusted === undefined) {
      complain(`The results in ${root} could not be signed. Make the folder writable, and try again.`);
      return EXIT.usage;
    }
    process.stdout.write(
      options.format === "json"
        ? `${JSON.stringify({ type: "trust", store: root, results: trusted })}\n`
        : trusted === 0
          ? `There are no results of somebody else in ${root}.\n`
          : `${counted(trusted, "result")} of somebody else in ${root} ${trusted === 1 ? "is" : "are"} trusted from now on, and will be loaded as if made here.\n`,
    );
    return EXIT.ok;
  } finally {
    await opened.close();
  }
}
