/** `strata mcp` and `strata changes`: their options. What they need is loaded only when they are called. */
import { type Command, InvalidArgumentError, Option } from "commander";
import { ALLOWABLE, type Allowable } from "./allow.ts";

export function addAgentCommands(
  program: Command,
  located: (command: Command) => Command,
  end: (code: number) => void,
): void {
  located(
    program
      .command("mcp")
      .description("serve the notebook's tools to an agent (Model Context Protocol, on stdin and stdout)"),
  )
    .option(
      "--allow <what>",
      `do without asking what is otherwise asked for: ${ALLOWABLE.join(", ")}; may be given several times`,
      allowed,
      [],
    )
    .action(async (path: string, options) => {
      const { mcpCommand } = await import("./mcp.ts");
      end(await mcpCommand(path, options));
    });

  located(
    program.command("changes").description("show what an agent's branch would change; accept it or throw it away"),
  )
    .option("--accept", "take the changes into the notebook", false)
    .option("--reject", "throw the changes away", false)
    .option("--overwrite", "with --accept: also where you edited the same cell", false)
    .option("--cell <id>", "only the change of this cell; may be given several times", gather, [])
    .addOption(new Option("--format <format>", "what to write to stdout").choices(["human", "json"]).default("human"))
    .action(async (path: string, options) => {
      const { changesCommand } = await import("./changes.ts");
      end(await changesCommand(path, options));
    });
}

function gather(value: string, previous: readonly string[]): string[] {
  return [...previous, value];
}

function allowed(value: string, previous: readonly Allowable[]): Allowable[] {
  const found = ALLOWABLE.find((each) => each === value);
  if (found === undefined) throw new InvalidArgumentError(`Choose from ${ALLOWABLE.join(", ")}.`);
  return [...previous, found];
}
