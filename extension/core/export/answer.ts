/** A prompt cell in a script: what the model answered, as a literal, since a script asks nobody. */
import type { Output } from "../outputs/model.ts";
import { pythonString } from "../python/literals.ts";

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
