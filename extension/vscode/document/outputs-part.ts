/**
 * Stored outputs travel beside the bundle in the bytes of the virtual file, so that a notebook shows its results the
 * moment it opens. They are read from the store, never written to the folder, and never part of a backup: what the
 * serializer writes has none.
 *
 * The form is the bundle's bytes, one record separator (which no JSON text contains), and a JSON array.
 */
import type { CellId } from "../../core/notebook/model.ts";

export interface PackedItem {
  readonly mime: string;
  /** Base64. */
  readonly data: string;
}

export interface PackedOutputs {
  readonly cell: CellId;
  /** See outputs/shown.ts. */
  readonly mark: string;
  readonly succeeded: boolean;
  readonly outputs: readonly (readonly PackedItem[])[];
}

const SEPARATOR = 0x1e;

export function joinParts(bundle: Uint8Array, outputs: readonly PackedOutputs[]): Uint8Array {
  if (outputs.length === 0) return bundle;
  const part = new TextEncoder().encode(JSON.stringify(outputs));
  const bytes = new Uint8Array(bundle.length + 1 + part.length);
  bytes.set(bundle);
  bytes[bundle.length] = SEPARATOR;
  bytes.set(part, bundle.length + 1);
  return bytes;
}

export function splitParts(bytes: Uint8Array): {
  readonly bundle: Uint8Array;
  readonly outputs: readonly PackedOutputs[];
} {
  const at = bytes.lastIndexOf(SEPARATOR);
  if (at < 0) return { bundle: bytes, outputs: [] };
  return {
    bundle: bytes.subarray(0, at),
    // Written by this extension in this very process: readFile makes it, nothing stores it.
    outputs: JSON.parse(new TextDecoder().decode(bytes.subarray(at + 1))) as PackedOutputs[],
  };
}
