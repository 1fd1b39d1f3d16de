/** Everything a task may need of the machine, by name. */
import { provisionChromium } from "./chromium.ts";
import { provisionDisplayPackages } from "./display-packages.ts";
import { findPython } from "./python.ts";
import { findUv } from "./uv.ts";
import { provisionVsCodeServer } from "./vscode-server.ts";

const provisioners = {
  python: findPython,
  uv: findUv,
  chromium: provisionChromium,
  "vscode-server": provisionVsCodeServer,
  "display-packages": provisionDisplayPackages,
} as const;

export type Need = keyof typeof provisioners;

export const allNeeds = Object.keys(provisioners) as Need[];

/** Sees to what is missing. The returned lines name what could not be had and what to do about it. */
export async function provision(needs: Iterable<Need>): Promise<ReadonlyMap<Need, string>> {
  const failures = new Map<Need, string>();
  for (const need of new Set(needs)) {
    try {
      await provisioners[need]();
    } catch (error) {
      failures.set(need, error instanceof Error ? error.message : String(error));
    }
  }
  return failures;
}
