/**
 * The recipe key: one hash over everything known before a cell runs. Its pre-image starts with its own
 * type and version, so that a key can never be mistaken for another kind of hash.
 */
import type { EnvironmentIdentity, RecipeComponents, RecipeKey } from "../store/model.ts";

/** Lower-case hex SHA-256 of the UTF-8 text. */
export type Hash = (text: string) => string;

export function recipeKey(components: RecipeComponents, hash: Hash, environment: string): RecipeKey {
  const inputs = components.inputs.map((input) => [input.name, input.ref]);
  const directives = Object.entries(components.directives).sort(byFirst);
  return hash(
    JSON.stringify(["strata.recipe.v1", components.language, components.code, inputs, environment, directives]),
  );
}

/** Hash of an environment, computed once a plan since the package list is long. */
export function environmentKey(environment: EnvironmentIdentity, hash: Hash): string {
  return hash(
    JSON.stringify(["strata.environment.v1", environment.python, environment.platform, environment.packages]),
  );
}

function byFirst(a: readonly [string, string], b: readonly [string, string]): number {
  return a[0] < b[0] ? -1 : a[0] > b[0] ? 1 : 0;
}
