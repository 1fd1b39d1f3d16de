/** A prompt cell in a script: what the model answered, as a literal, since a script asks nobody. */
import type { Output } from "../outputs/model.ts";
import { pythonLines, pythonString } from "../python/literals.ts";

/** Undefined where there is no answer, or one for each row of a table. */
export function answerStatement(name: string, outputs: readonly Output[]): string | undefined {
  const shown = outputs.find((output) => output.type === "display" && output.id === "answer");
  if (shown?.type !== "display") return undefined;
  const textOf = (mime: string): string | undefined => {
    const item = shown.data.find((each) => each.mime === mime);
    return item !== undefined && "text" in item ? item.text : undefined;
  };
  const json = textOf("application/json");
  if (json !== undefined) return `${name} = __import__("json").loads(${pythonString(json)})`;
  const text = textOf("text/markdown");
  return text === undefined ? undefined : `${name} = ${pythonString(text)}`;
}

/** The harness's own way to put answers beside their rows, in a namespace of its own: the script must do it no other way. */
export function rowsPrelude(module: string): string {
  return `_strata_rows = {"__name__": "_strata_rows"}\nexec(${pythonLines(module)}, _strata_rows)`;
}

/** For `@each`: the table with an answer for each row. */
export function rowsStatement(name: string, table: string, answers: readonly unknown[]): string {
  return `${name} = _strata_rows["joined"](${table}, ${pythonString(name)}, ${pythonString(JSON.stringify(answers))})`;
}
