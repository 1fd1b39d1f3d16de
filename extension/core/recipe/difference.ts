/** Why two recipes differ: the first difference a person would want to hear of, with both values. */
import type { Reason } from "../plan/model.ts";
import type { EnvironmentIdentity, RecipeComponents } from "../store/model.ts";

type EnvironmentChange = (Reason & { kind: "environment-changed" })["changes"][number];

/** Undefined when the components are equal. Order: code, inputs, directives, environment. */
export function difference(before: RecipeComponents, after: RecipeComponents): Reason | undefined {
  if (before.code !== after.code || before.language !== after.language) {
    return { kind: "code-changed", before: before.code, after: after.code };
  }
  const old = new Map(before.inputs.map((input) => [input.name, input]));
  for (const input of after.inputs) {
    const previous = old.get(input.name);
    old.delete(input.name);
    if (previous?.ref !== input.ref) {
      return {
        kind: "input-changed",
        name: input.name,
        before: previous?.ref,
        after: input.ref,
        from: input.from ?? previous?.from,
        ...(previous?.summary === undefined ? {} : { was: previous.summary }),
        ...(input.summary === undefined ? {} : { is: input.summary }),
      };
    }
  }
  for (const gone of old.values()) {
    const was = gone.summary === undefined ? {} : { was: gone.summary };
    return { kind: "input-changed", name: gone.name, before: gone.ref, after: undefined, from: gone.from, ...was };
  }
  for (const name of new Set([...Object.keys(before.directives), ...Object.keys(after.directives)])) {
    const [was, is] = [before.directives[name], after.directives[name]];
    if (was !== is) return { kind: "directive-changed", name, before: was, after: is };
  }
  const changes = environmentChanges(before.environment, after.environment);
  return changes.length > 0 ? { kind: "environment-changed", changes } : undefined;
}

function environmentChanges(before: EnvironmentIdentity, after: EnvironmentIdentity): EnvironmentChange[] {
  const changes: EnvironmentChange[] = [];
  if (before.python !== after.python) changes.push({ what: "Python", before: before.python, after: after.python });
  if (before.platform !== after.platform) {
    changes.push({ what: "platform", before: before.platform, after: after.platform });
  }
  const [was, is] = [packageVersions(before), packageVersions(after)];
  for (const name of new Set([...was.keys(), ...is.keys()])) {
    if (was.get(name) !== is.get(name)) changes.push({ what: name, before: was.get(name), after: is.get(name) });
  }
  return changes;
}

function packageVersions(environment: EnvironmentIdentity): Map<string, string> {
  return new Map(
    environment.packages.map((entry) => {
      const at = entry.indexOf("==");
      return at < 0 ? [entry, ""] : [entry.slice(0, at), entry.slice(at + 2)];
    }),
  );
}
