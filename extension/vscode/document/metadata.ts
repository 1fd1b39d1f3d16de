/** The bundle in a document's metadata. */
import { type Bundle, readBundle } from "../../core/notebook/bundle.ts";

export function readMetadata(value: unknown): Bundle | undefined {
  return typeof value === "object" && value !== null && "bundle" in value ? readBundle(value.bundle) : undefined;
}
