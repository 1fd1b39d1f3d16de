/** Why there is no Python to run cells with. A value, never thrown; the message says what to do. */
export interface EnvironmentProblem {
  readonly code: EnvironmentProblemCode;
  /** Full sentences: the thing, what happened, the next step. May have several lines when a tool's own words are in it. */
  readonly message: string;
}

export type EnvironmentProblemCode =
  /** The interpreter or environment that the user named is not there or does not start. */
  | "python-not-found"
  /** No Python on this machine. */
  | "no-python"
  | "python-too-old"
  /** uv is not installed and could not be fetched. */
  | "no-uv"
  /** `uv sync` or `uv venv` failed. */
  | "sync-failed"
  /** There is no `.venv` and making one was not allowed. */
  | "no-environment"
  /** The `.venv` is there but its interpreter is not. */
  | "environment-broken"
  | "cancelled";

export interface Failed {
  readonly problem: EnvironmentProblem;
}

export function failed(code: EnvironmentProblemCode, message: string): Failed {
  return { problem: { code, message } };
}

export function isFailed(value: object): value is Failed {
  return "problem" in value;
}

export const CANCELLED: Failed = failed("cancelled", "Preparing the environment was cancelled. Run again to go on.");
