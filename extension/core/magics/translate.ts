/**
 * IPython's additions as Python, on the text and line for line, before anything else looks at it: what a cell then
 * means is what its script means. What cannot be said in Python is left out and diagnosed.
 */
import type { Magic } from "../analysis/model.ts";
import type { PythonParser } from "../analysis/syntax.ts";
import { pythonLines, pythonString } from "../python/literals.ts";
import { type FoundMagic, findMagics } from "./find.ts";
import { interpolate } from "./interpolate.ts";
import { packageCommand } from "./packages.ts";
import { timeCell, timeitCell, timeitLine, timeLine } from "./timing.ts";
import type { Translation } from "./translation.ts";

export interface Translated {
  readonly python: string;
  readonly magics: readonly (Magic & { readonly start: number })[];
  /** Names behind `$` in commands: Python's if they exist. */
  readonly guessed: ReadonlySet<string>;
}

const NONE: ReadonlySet<string> = new Set();

export function translateMagics(text: string, parser: PythonParser): Translated {
  const found = findMagics(text);
  if (found.length === 0) return { python: text, magics: [], guessed: NONE };
  const guessed = new Set<string>();
  const magics: (Magic & { start: number })[] = [];
  let python = "";
  let done = 0;
  for (const magic of found) {
    const { line, kind, start, end, text: written } = magic;
    python += text.slice(done, start);
    done = end;
    const inner = magic.kind === "cell" ? bodyOf(text.slice(start, end), magic, parser, guessed, magics) : undefined;
    const result = translate(magic, inner ?? "", parser);
    const about = { line, text: written, kind, start: python.length };
    if ("problem" in result) magics.push({ ...about, problem: problemText(magic, result.problem) });
    else if ("nothing" in result) {
      const { note, packages } = result;
      magics.push({
        ...about,
        ...(note === undefined ? {} : { note }),
        ...(packages === undefined ? {} : { packages }),
      });
    } else {
      for (const name of result.guessed ?? []) guessed.add(name);
      magics.push({ ...about, ...(result.note === undefined ? {} : { note: result.note }), translated: true });
    }
    python += "python" in result ? result.python : NOTHING[magic.place];
    python += missingLines(text.slice(start, end), "python" in result ? result.python : "");
  }
  return { python: python + text.slice(done), magics: magics.sort((a, b) => a.line - b.line), guessed };
}

/** Something has to stand in a block or after `=`. */
const NOTHING = { line: "", block: "pass", assigned: "None" } as const;

function missingLines(before: string, after: string): string {
  const count = (text: string): number => text.split("\n").length;
  return "\n".repeat(Math.max(0, count(before) - count(after)));
}

/** The lines below a cell magic that times Python, with the magics in them translated. */
function bodyOf(
  all: string,
  magic: FoundMagic,
  parser: PythonParser,
  guessed: Set<string>,
  magics: (Magic & { start: number })[],
): string {
  const newline = all.indexOf("\n");
  const body = newline < 0 ? "" : all.slice(newline + 1);
  if (!/^%%time(it)?\b/.test(all)) return body;
  const inner = translateMagics(body, parser);
  for (const name of inner.guessed) guessed.add(name);
  for (const each of inner.magics) magics.push({ ...each, line: each.line + magic.line, start: magic.start });
  return inner.python;
}

function translate(magic: FoundMagic, body: string, parser: PythonParser): Translation {
  const { kind, place, text } = magic;
  switch (kind) {
    case "help":
      return {
        problem: "asks for help, which a script cannot. Hover over the name instead, and remove the question mark",
      };
    case "shell":
      return shell(
        text.startsWith("!!") ? text.slice(2) : text.slice(1),
        text.startsWith("!!") || place === "assigned",
        parser,
      );
    case "cell":
      if (!magic.claims) return { problem: "has to stand on the cell's first line" };
      return cellMagic(text, body, parser);
    case "line":
      return lineMagic(text, place, parser);
    default:
      return kind satisfies never;
  }
}

function shell(command: string, captured: boolean, parser: PythonParser): Translation {
  const packages = packageCommand(command);
  if (packages !== undefined) return packages;
  const { parts, guessed } = interpolate(command.trim(), parser);
  return { python: `${captured ? "_strata_capture" : "_strata_shell"}(${parts})`, guessed };
}

function cellMagic(text: string, body: string, parser: PythonParser): Translation {
  const [first = ""] = text.split("\n", 1);
  const [, name = "", rest = ""] = /^%%\s*(\S+)\s*(.*?)\s*$/.exec(first) ?? [];
  switch (name) {
    case "time":
      return timeCell(rest, body, parser);
    case "timeit":
      return timeitCell(rest, body);
    case "bash":
    case "sh":
      if (rest !== "") return { problem: `takes no options here, and has ${rest}` };
      return { python: `_strata_script(${pythonString(name)}, ${pythonLines(`\n${body}`)})` };
    case "writefile":
    case "file": {
      const [, append, path = ""] = /^(-a\s+|--append\s+)?(\S+|"[^"]+"|'[^']+')$/.exec(rest) ?? [];
      if (path === "") return { problem: "needs the name of a file, with -a before it to append" };
      const file = pythonString(path.replace(/^(["'])(.*)\1$/, "$2"));
      const content = body === "" || body.endsWith("\n") ? body : `${body}\n`;
      // The literal begins on the magic's own line, so that the text keeps its lines.
      return {
        python: `_strata_write(${file}, ${pythonLines(`\n${content}`)}[1:], ${append === undefined ? '"w"' : '"a"'})`,
      };
    }
    default:
      return { problem: OTHER };
  }
}

/** Magics that are programs of the shell under another sign. */
const PROGRAMS = new Set(["ls", "ll", "cat", "cp", "mv", "rm", "mkdir", "rmdir", "touch", "head", "tail"]);

function lineMagic(text: string, place: FoundMagic["place"], parser: PythonParser): Translation {
  const [, name = "", rest = ""] = /^%\s*([\w.]+)\s*([\s\S]*?)\s*$/.exec(text) ?? [];
  const command = (): string => rest.replace(/\s+#.*$/, "");
  switch (name) {
    case "time":
      return timeLine(rest, place, parser);
    case "timeit":
      return timeitLine(rest, parser);
    case "matplotlib":
      return { nothing: true };
    case "autoreload":
      return {
        nothing: true,
        note: "Modules are always loaded as their files are now, so there is nothing to reload.",
      };
    case "load_ext":
    case "reload_ext":
      if (command() === "autoreload") return lineMagic("%autoreload", place, parser);
      return { problem: `loads ${command() || "nothing"} into IPython, which is not here` };
    case "config":
      if (!rest.startsWith("InlineBackend.")) return { problem: OTHER };
      return { nothing: true, note: "Pictures are drawn as matplotlib's own settings say; this line has no effect." };
    case "pip":
    case "conda":
    case "mamba":
    case "uv":
      return (
        packageCommand(`${name} ${rest}`) ?? { problem: "is about the notebook's environment: run it in its folder" }
      );
    case "cd": {
      const { parts, guessed } = interpolate(command() || "~", parser);
      if (/^-/.test(command())) return { problem: "knows no folder to go back to: name one" };
      return { python: `_strata_cd(${parts})`, guessed };
    }
    case "pwd":
      return { python: '__import__("os").getcwd()' };
    case "env":
    case "set_env":
      return environment(command(), parser);
    case "system":
    case "sx":
      return shell(rest, true, parser);
    default:
      if (PROGRAMS.has(name)) return shell(`${name} ${rest}`, place === "assigned", parser);
      if (
        /^(who|whos|who_ls|history|hist|recall|rerun|reset|reset_selective|xdel|store|macro|save|debug)$/.test(name)
      ) {
        return {
          problem:
            "is about a session of IPython, and a notebook here has none: each cell starts from what the cells above made",
        };
      }
      return { problem: OTHER };
  }
}

function environment(rest: string, parser: PythonParser): Translation {
  const [, name, value] = /^([A-Za-z_]\w*)(?:\s*=\s*|\s+)(.+)$/s.exec(rest) ?? [];
  if (name !== undefined && value !== undefined) {
    const { parts, guessed } = interpolate(value, parser);
    return { python: `_strata_setenv(${pythonString(name)}, ${parts})`, guessed };
  }
  if (/^[A-Za-z_]\w*$/.test(rest)) return { python: `_strata_getenv(${pythonString(rest)})` };
  return { problem: "needs NAME or NAME=value" };
}

const OTHER = "is IPython's own syntax, which a script cannot have. Remove it or write it in Python";

function problemText({ line, text }: FoundMagic, why: string): string {
  const [first = ""] = text.split("\n", 1);
  return `Line ${line}: “${first}” ${why}.`;
}
