/** Whether a forked process can do what cells do: it is asked to calculate something, which goes wrong where forking does. */
import type { Guest } from "./guest.ts";

const PROBE_MS = 20_000;

/** What is wrong, if something is. The child has served its purpose then, and is ended. */
export async function probe(child: Guest | undefined): Promise<string | undefined> {
  if (child === undefined) return "a forked process did not start";
  const outcome = await new Promise<string | undefined>((resolve) => {
    const limit = setTimeout(() => resolve("a forked process hung in a first calculation"), PROBE_MS);
    child.onOther = (raw) => {
      if (raw.type !== "probed") return;
      clearTimeout(limit);
      resolve(undefined);
    };
    void child.ended.then((exit) => {
      clearTimeout(limit);
      resolve(`a forked process ended with ${exit.signal ?? `status ${exit.status}`} in a first calculation`);
    });
    child.send({ type: "probe" });
  });
  child.kill();
  return outcome;
}
