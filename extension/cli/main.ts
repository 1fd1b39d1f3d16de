/**
 * The `strata` command: parses the call, opens the notebook, prints what the engine says, and ends with the exit code
 * that docs/cli.md promises. Everything else is the engine's.
 */
import { Command, CommanderError, InvalidArgumentError, Option } from "commander";
import manifest from "../../package.json" with { type: "json" };
import { detailOf } from "../core/thrown.ts";
import { EXPORT_FORMATS } from "../host/export/export.ts";
import { addAgentCommands } from "./agent-commands.ts";
import { attachCommand, stopCommand } from "./attach.ts";
import { costCommand } from "./cost.ts";
import { DETACHED_OPTION } from "./detach.ts";
import { doctorCommand } from "./doctor.ts";
import { EXIT } from "./exit.ts";
import { explainCommand } from "./explain.ts";
import { exportCommand } from "./export.ts";
import { runCommand } from "./run.ts";
import { statusCommand } from "./status.ts";
import { storeCommands } from "./store-commands.ts";
import { verifyCommand } from "./verify.ts";

async function main(argv: readonly string[]): Promise<number> {
  let code: number = EXIT.ok;
  const program = new Command("strata")
    .description("Runs Strata notebooks: every result is what the script would give, computed only when it must be.")
    .version(manifest.version, "-V, --version")
    .exitOverride()
    .showHelpAfterError("strata --help lists the commands and options.")
    .configureOutput({ outputError: (text, write) => write(text.replace(/^error: /, "strata: ")) });

  shared(program.command("run").description("run a notebook; what has not changed is reused"))
    .option("--force", "run every cell asked for, whatever could be reused", false)
    .option(
      "--refresh",
      "run cells anew whose result is one sample of many: of the clock, the network, a command",
      false,
    )
    .option("--quiet", "write failures and the closing line only", false)
    .option("--cell <id>", "run this cell and what it needs; may be given several times", collect, [])
    .option("--jobs <n>", "cells to run at once (default: one for each processor)", positive)
    .option("--cassette <file>", "answers of language models: replay those in the file, record the others")
    .option("--detach", "run in the background, and outlive the terminal; see attach and stop", false)
    .addOption(new Option(`${DETACHED_OPTION} <id>`).hideHelp())
    .action(async (path: string, options) => {
      code = await runCommand(path, options, argv.slice(3));
    });

  shared(
    program.command("attach").description("follow a run in the background, from its beginning; Ctrl-C leaves it going"),
  )
    .argument("[run]", "which run (default: the one that goes on, else the last)")
    .option("--quiet", "write failures and the closing line only", false)
    .action(async (path: string, run: string | undefined, options) => {
      code = await attachCommand(path, run, options);
    });

  program
    .command("stop")
    .description("stop a run in the background; what it has finished is kept")
    .argument("<path>", "folder of the notebook, or its notebook.toml")
    .argument("[run]", "which run (default: the one that goes on)")
    .action(async (path: string, run: string | undefined) => {
      code = await stopCommand(path, run);
    });

  shared(program.command("cost").description("say what the notebook's prompts have cost, cell by cell")).action(
    async (path: string, options) => {
      code = await costCommand(path, options);
    },
  );

  shared(program.command("status").description("say of each cell whether its result is fresh, and why not")).action(
    async (path: string, options) => {
      code = await statusCommand(path, options);
    },
  );

  shared(program.command("explain").description("say what a cell's result depends on and why it would run"))
    .argument("<cell>", "id, name or file of the cell")
    .action(async (path: string, cell: string, options) => {
      code = await explainCommand(path, cell, options);
    });

  shared(
    program.command("verify").description("run cells with stored results again, and say what comes out differently"),
  )
    .option("--sample <n>", "so many cells, chosen by chance (default: all)", positive)
    .option("--cell <id>", "this cell; may be given several times", collect, [])
    .action(async (path: string, options) => {
      code = await verifyCommand(path, options);
    });

  const doctor = program.command("doctor").description("say what there is to run notebooks with, and how and why");
  formatted(placed(doctor))
    .argument("[path]", "folder of a notebook, or its notebook.toml")
    .action(async (path: string | undefined, options) => {
      code = await doctorCommand(path, { sync: false, ...options });
    });

  located(program.command("export").description("write the notebook as one Python file or for Jupyter"))
    .addOption(new Option("--to <what>", "what to write").choices(EXPORT_FORMATS).makeOptionMandatory())
    .option("--output <file>", "file to write (default: stdout)")
    .action(async (path: string, options) => {
      code = await exportCommand(path, { ...options, format: "human" });
    });

  storeCommands(program, shared, (ended) => {
    code = ended;
  });

  addAgentCommands(program, located, (ended) => {
    code = ended;
  });

  try {
    await program.parseAsync(argv as string[]);
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    return error.exitCode === 0 ? EXIT.ok : EXIT.usage;
  }
  return code;
}

function shared(command: Command): Command {
  return formatted(located(command));
}

function located(command: Command): Command {
  return placed(command.argument("<path>", "folder of the notebook, or its notebook.toml")).option(
    "--no-sync",
    "take the notebook's .venv as it is",
  );
}

function placed(command: Command): Command {
  return command
    .option("--python <exe>", "interpreter or virtual environment to use instead of the notebook's own")
    .option("--store <dir>", "folder of stored results (default: .strata/store in the notebook)");
}

function formatted(command: Command): Command {
  return command.addOption(
    new Option("--format <format>", "what to write to stdout").choices(["human", "json"]).default("human"),
  );
}

function collect(value: string, previous: readonly string[]): string[] {
  return [...previous, value];
}

function positive(value: string): number {
  const number = Number(value);
  if (!Number.isInteger(number) || number < 1) throw new InvalidArgumentError("A whole number from 1 up is needed.");
  return number;
}

// Whoever reads the output may stop early (`strata run … | head`): that is no failure of ours.
for (const stream of [process.stdout, process.stderr]) {
  stream.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") throw error;
    process.exit(process.exitCode ?? EXIT.ok);
  });
}

main(process.argv).then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    process.stderr.write(`strata: ${detailOf(error)}\n`);
    process.exitCode = EXIT.failed;
  },
);
