/** Errors that are not exceptions of the user's code: each says what happened, likely causes and the next step. */
import type { CellError } from "../../core/outputs/model.ts";
import { systemError } from "../../core/outputs/system-error.ts";

export { systemError };

const CELL_TIMEOUT = "CellTimeout";
const CELL_CRASHED = "CellCrashed";
export const CELL_INTERRUPTED = "KeyboardInterrupt";
const PYTHON_UNAVAILABLE = "PythonUnavailable";

export function timeoutError(seconds: number, where: CellError | undefined): CellError {
  const unit = seconds === 1 ? "second" : "seconds";
  const message = `The cell ran for more than ${seconds} ${unit} and was stopped. The limit is set by "# @timeout" in the cell, or by "timeout" in notebook.toml: raise or remove it there.`;
  const error = systemError(CELL_TIMEOUT, message);
  if (where === undefined) return error;
  return { ...where, name: CELL_TIMEOUT, message, traceback: `${where.traceback}\n\n${error.traceback}` };
}

export function killedError(graceMs: number): CellError {
  return systemError(
    CELL_INTERRUPTED,
    `The cell did not stop within ${graceMs / 1000} seconds of the interrupt, so its process was ended.`,
  );
}

export interface Exit {
  readonly status: number | null;
  readonly signal: string | null;
}

export function crashError(exit: Exit): CellError {
  return systemError(CELL_CRASHED, crashMessage(exit));
}

function crashMessage({ status, signal }: Exit): string {
  switch (signal) {
    case null:
      return `The Python process ended by itself with exit status ${status ?? "unknown"} before the cell was done. Usually os._exit() was called, or a library ended the process; what it printed above may say which.`;
    case "SIGKILL":
      return "The Python process was killed (SIGKILL) before the cell was done. Most often the system ran out of memory: work on less data at a time, or free memory, and run the cell again.";
    case "SIGSEGV":
    case "SIGBUS":
    case "SIGILL":
    case "SIGFPE":
      return `The Python process crashed (${signal}) in compiled code. Most often an extension module or a ctypes call is at fault; the text above shows where Python was. Check that its packages fit together, or update them.`;
    case "SIGABRT":
      return "The Python process aborted (SIGABRT). A compiled library found an error that it could not survive; the text above usually says which.";
    default:
      return `The Python process was ended by the signal ${signal} before the cell was done. Something outside the cell, or the cell itself, sent it.`;
  }
}

export function pythonUnavailable(python: string, why: string): CellError {
  return systemError(
    PYTHON_UNAVAILABLE,
    `Python could not be started as ${python}: ${why}. Choose a Python 3.9 or newer, or make the notebook's environment again.`,
  );
}

/** The window was closed, and the cell was not. */
export function leftError(): CellError {
  return systemError("CellLeft", "The cell goes on running. Open the notebook again to see how far it is.");
}

export function overError(): CellError {
  return systemError(
    "RunOver",
    "The run that went on without its window is over and has left no result. Run the cell again.",
  );
}

/** Its file was removed or cut by somebody: a result without it would not be what the cell shows. */
export function outputLostError(path: string): CellError {
  return systemError(
    "OutputLost",
    `What the cell printed was in ${path} and the file beside it, and is not there any more. Leave the store's folder alone while cells run, and run the cell again.`,
  );
}

/** A part that is left out would make it another result, which is believed. */
export function resultUnreadableError(part: string): CellError {
  return systemError(
    "ResultUnreadable",
    `The cell ran, but what its process said about it cannot be read (${part}), so nothing was kept. Reload the window, so that both sides are of one version, and run the cell again.`,
  );
}
