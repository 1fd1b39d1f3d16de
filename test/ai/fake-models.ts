/** Models over a stand-in server, with a key that no file may ever contain. */
import { createModels, type Models } from "../../extension/host/ai/models.ts";
import type { StandIn } from "./stand-in.ts";

export const KEY = "sk-test-a1b2c3d4e5f6a7b8c9d0";

export function modelsAt(server: StandIn | undefined, waits: number[] = []): Models {
  const environ: Record<string, string> =
    server === undefined ? {} : { ANTHROPIC_API_KEY: KEY, ANTHROPIC_BASE_URL: server.url };
  return createModels({
    secrets: { get: async () => undefined },
    environ,
    retry: { attempts: 3, sleep: async (ms) => void waits.push(ms), random: () => 0 },
  });
}
