/** An error that no line of the user's raised: it has a name and a message, and nothing to trace. */
import type { CellError } from "./model.ts";

export function systemError(name: string, message: string): CellError {
  return { name, message, traceback: `${name}: ${message}`, frames: [] };
}
