/** Where a provider is and with what it is spoken to: what both protocols need to open a connection. */
import type { ProviderSpec } from "../../core/ai/providers.ts";

export interface Connection {
  readonly spec: ProviderSpec;
  readonly baseUrl: string;
  /** Undefined for a server that needs none. */
  readonly key: string | undefined;
  /** For messages: where the key came from. */
  readonly keyName: string;
  /** Longest silence. */
  readonly timeoutMs: number;
}
