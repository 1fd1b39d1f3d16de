/** `%time`, `%timeit` and their cell forms as Python: expressions stay expressions, so that names go on being bound. */
import { AT_REST, isAtRest, scanLine } from "../analysis/logical-lines.ts";
import type { PythonParser, SyntaxNode } from "../analysis/syntax.ts";
import type { Translation } from "./translation.ts";

const BEGAN = "__strata_began__";
const TIMED = "__strata_timed__";

/** `place` is "assigned" where the magic's value is bound to a name. */
export function timeLine(statement: string, place: string, parser: PythonParser): Translation {
  const split = cutAtValue(statement, parser);
  if (split === undefined) {
    return {
      problem: "is followed by something that is not one simple statement. Use %%time on the cell's first line",
    };
  }
  const { before, value, after } = split;
  if (value !== undefined && (place !== "assigned" || before === "")) {
    return { python: `${before}_strata_time(_strata_clock(), (${value}))${after}` };
  }
  if (place === "assigned") return { problem: "has no value that could be bound to a name" };
  return { python: `${BEGAN} = _strata_clock(); ${statement.trim().replace(/;$/, "")}; _strata_time(${BEGAN})` };
}

/** The cell below its first line, timed as a whole; its last expression is still what the cell shows. */
export function timeCell(rest: string, body: string, parser: PythonParser): Translation {
  if (rest !== "") return { problem: "stands on a line by itself: put the code on the lines below" };
  const { root } = parser.parse(body);
  const last = root.children.at(-1);
  const start = `${BEGAN} = _strata_clock()\n`;
  if (last?.type === "expression_statement" && !/assignment$/.test(last.children[0]?.type ?? "")) {
    const value = body.slice(last.start, last.end);
    const wrapped = `_strata_time(${BEGAN}, (${value}))`;
    return { python: start + body.slice(0, last.start) + wrapped + body.slice(last.end) };
  }
  return { python: `${start}${body}\n_strata_time(${BEGAN})` };
}

export function timeitLine(written: string, parser: PythonParser): Translation {
  const options = timeitOptions(written);
  if ("problem" in options) return options;
  const split = cutAtValue(options.rest, parser);
  if (split?.value === undefined) {
    return { problem: "can time one expression or one assignment. Put anything else below %%timeit" };
  }
  return { python: `_strata_timeit(lambda: (${split.value})${options.arguments})` };
}

export function timeitCell(written: string, body: string): Translation {
  const options = timeitOptions(written);
  if ("problem" in options) return options;
  if (options.rest !== "") return { problem: "takes no set-up code: put it into a cell above" };
  if (body.replace(/^\s*(#.*)?$/gm, "") === "") return { problem: "has nothing below it to time" };
  let open = AT_REST;
  const indented = body.split("\n").map((line) => {
    const moved = isAtRest(open) && line.trim() !== "" ? ` ${line}` : line;
    open = scanLine(line, open);
    return moved;
  });
  return { python: `def ${TIMED}():\n${indented.join("\n")}\n_strata_timeit(${TIMED}${options.arguments})` };
}

function timeitOptions(written: string): { arguments: string; rest: string } | { problem: string } {
  let rest = written.trim();
  let found = "";
  for (;;) {
    const option = /^-([nr])\s*(\d+)\s*/.exec(rest);
    if (option === null) break;
    found += `, ${option[1] === "n" ? "number" : "repeat"}=${Number(option[2])}`;
    rest = rest.slice(option[0].length);
  }
  const other = /^-\w+/.exec(rest)?.[0];
  if (other !== undefined) return { problem: `knows the options -n and -r here, not ${other}` };
  return { arguments: found, rest };
}

interface Split {
  readonly before: string;
  /** The value that is bound or shown; undefined for statements without one. */
  readonly value: string | undefined;
  readonly after: string;
}

/** One simple statement, cut around the value of its expression; undefined for anything else. */
function cutAtValue(written: string, parser: PythonParser): Split | undefined {
  const statement = written.trim();
  const { root, hasError } = parser.parse(statement);
  const [only, next, ...more] = root.children;
  if (hasError || only === undefined || more.length > 0 || (next !== undefined && next.type !== ";")) return undefined;
  if (COMPOUND.test(only.type)) return undefined;
  if (only.type !== "expression_statement") return { before: statement, value: undefined, after: "" };
  const first = only.children[0];
  let value: SyntaxNode = only;
  if (first !== undefined && /assignment$/.test(first.type)) {
    value = first;
    while (/assignment$/.test(value.type)) {
      const inner = value.children.at(-1);
      if (inner === undefined || inner.type === "type") return { before: statement, value: undefined, after: "" };
      value = inner;
    }
  }
  return {
    before: statement.slice(0, value.start),
    value: statement.slice(value.start, value.end),
    after: statement.slice(value.end),
  };
}

const COMPOUND = /^(if|for|while|try|with|match|function|class|decorated)_/;
