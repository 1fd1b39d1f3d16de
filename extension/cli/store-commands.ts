/** The commands about the store itself: `strata gc` and `strata trust`. */
import { type Command, InvalidArgumentError } from "commander";
import { parseAge, parseSize } from "../core/store/amounts.ts";
import { gcCommand } from "./gc.ts";
import { trustCommand } from "./trust.ts";

export function storeCommands(
  program: Command,
  shared: (command: Command) => Command,
  end: (code: number) => void,
): void {
  shared(program.command("gc").description("remove stored results that no notebook needs as it is now"))
    .option("--dry-run", "say what would be removed, and remove nothing", false)
    .option("--limit <size>", "how large the store may be, as in 500MB or 10GB (default: 10GB)", size)
    .option("--older-than <age>", "remove unneeded results older than this whatever the limit, as in 12h or 30d", age)
    .action(async (path: string, options) => end(await gcCommand(path, options)));

  shared(
    program
      .command("trust")
      .description("load results in the store that somebody else made; they can run code, so know who that was"),
  ).action(async (path: string, options) => end(await trustCommand(path, options)));
}

function size(value: string): number {
  const bytes = parseSize(value);
  if (bytes === undefined) throw new InvalidArgumentError("A size is needed, as in 500MB or 10GB.");
  return bytes;
}

function age(value: string): number {
  const span = parseAge(value);
  if (span === undefined) throw new InvalidArgumentError("An age is needed, as in 12h or 30d.");
  return span;
}
