/**
 * The environment that programs we start should see: the user's, without what `npm run` added for its own script.
 */
import { delimiter } from "node:path";

const ofNpm =
  /^(npm_(package|lifecycle|command|execpath|node_execpath|config_(user_agent|local_prefix|prefix|global_prefix)).*|INIT_CWD|NODE)$/i;

/** `firstOnPath` are folders whose programs win. */
export function userEnvironment(firstOnPath: readonly string[] = []): NodeJS.ProcessEnv {
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !ofNpm.test(name)));
  return { ...env, PATH: [...firstOnPath, env.PATH ?? ""].join(delimiter) };
}
