/** Digests of sources: 16 hexadecimal digits say which text was read. */
import { createHash } from "node:crypto";

export function sourceDigest(source: string): string {
  return createHash("sha256").update(source).digest("hex").slice(0, 16);
}
