/**
 * What was found out about forking in an environment, kept so that a hang is waited for once and not in every session.
 * It is asked again after a week: the machine may have been at fault, and not the environment.
 */
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Verdicts } from "./runner-mode.ts";

const VALID_MS = 7 * 24 * 3600 * 1000;

/** `identity` is any text that changes with the interpreter and its packages. */
export function openVerdicts(storage: string, identity: string, now: () => number = Date.now): Verdicts {
  const name = createHash("sha256").update(identity).digest("hex").slice(0, 16);
  const folder = join(storage, "forking");
  const path = join(folder, `${name}.json`);
  return {
    read() {
      try {
        const found: unknown = JSON.parse(readFileSync(path, "utf8"));
        if (typeof found !== "object" || found === null) return undefined;
        const { reason, at } = found as { reason?: unknown; at?: unknown };
        if (typeof reason !== "string" || typeof at !== "number") return undefined;
        return now() - at < VALID_MS && now() >= at ? reason : undefined;
      } catch {
        return undefined;
      }
    },
    write(reason) {
      try {
        mkdirSync(folder, { recursive: true });
        writeFileSync(path, JSON.stringify({ reason, at: now() }));
      } catch {
        // Then the next session finds it out again.
      }
    },
  };
}
