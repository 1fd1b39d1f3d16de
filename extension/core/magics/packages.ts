/** `%pip install`, `!pip install`, `%uv pip install`: packages are the environment's, which belongs to the notebook. */
import type { Translation } from "./translation.ts";

const COMMAND =
  /^(?:(?:uv|(?:\S*python[\d.]*|\{sys\.executable\})\s+-m)\s+)?(pip[\d.]*|conda|mamba)\s+(\w+)\s*(.*)$|^uv\s+(add|remove)\s+(.*)$/s;

/** Options that say nothing about which packages are meant. */
const QUIET = /^(-q+|--quiet|-U|--upgrade|-y|--yes|--user|--no-cache-dir|--pre|--disable-pip-version-check)$/;
const REQUIREMENT = /^([A-Za-z0-9][\w.-]*)(\[[^\]]*\])?((?:[=<>!~]=?|===).*)?$/;

/** Undefined when the command is not about packages. */
export function packageCommand(command: string): Translation | undefined {
  const match = COMMAND.exec(command.replace(/\s*#.*$/, "").trim());
  if (match === null) return undefined;
  const verb = match[2] ?? match[4] ?? "";
  const words = (match[3] ?? match[5] ?? "").split(/\s+/).filter((word) => word !== "" && !QUIET.test(word));
  const wanted = words.map((word) => word.replace(/^(["'])(.*)\1$/, "$2"));
  if (verb !== "install" && verb !== "add") {
    const instead = verb === "uninstall" || verb === "remove" ? "uv remove" : "uv pip";
    return { problem: `is about the notebook's environment: run \`${instead} …\` in its folder instead` };
  }
  if (wanted.length === 0 || !wanted.every((word) => REQUIREMENT.test(word))) {
    return {
      problem: `installs something other than packages by name: run \`uv add ${wanted.join(" ")}\` in its folder instead`,
    };
  }
  return { nothing: true, packages: wanted };
}

/** Those that are not in the environment: by name, and by version where one is given exactly. */
export function missingPackages(wanted: readonly string[], installed: readonly string[]): readonly string[] {
  // Asked for every cell of every plan, and most cells name none.
  if (wanted.length === 0) return [];
  const versions = new Map(
    installed.map((entry) => {
      const [name = "", version = ""] = entry.split("==");
      return [normal(name), version];
    }),
  );
  return wanted.filter((requirement) => {
    const [, name = "", , version = ""] = REQUIREMENT.exec(requirement) ?? [];
    const found = versions.get(normal(name));
    const exact = /^==([\w.+!-]+)$/.exec(version)?.[1];
    return found === undefined || (exact !== undefined && exact !== found);
  });
}

function normal(name: string): string {
  return name.toLowerCase().replace(/[-_.]+/g, "-");
}
