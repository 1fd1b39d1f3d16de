/** The environment in a few words, and in a few lines. */
import type { EnvironmentIdentity } from "../../core/store/model.ts";
import type { EnvironmentText } from "../session/engine.ts";

export function describeEnvironment(
  identity: EnvironmentIdentity,
  python: string | undefined,
  folder: string,
): EnvironmentText {
  if (identity.python === "none") {
    return {
      label: "No environment yet",
      tooltip: `The environment of ${folder} is made by uv when a cell first runs.`,
    };
  }
  const version = identity.python.replace(/^CPython /, "Python ");
  return {
    label: version,
    tooltip: [
      `${identity.python} on ${identity.platform}, ${identity.packages.length} packages`,
      ...(python === undefined ? [] : [python]),
    ].join("\n"),
  };
}
