/** Bytes as they arrive through VS Code's messaging, which keeps, unpacks or renumbers them depending on the way they took. */
export function toBytes(value: unknown): Uint8Array | undefined {
  if (value instanceof Uint8Array) return value;
  if (value instanceof ArrayBuffer) return new Uint8Array(value);
  if (typeof value === "string") return fromBase64(value);
  if (typeof value !== "object" || value === null) return undefined;
  const record = value as Record<string, unknown>;
  // Node's Buffer as JSON: { type: "Buffer", data: [...] }.
  if (Array.isArray(record.data)) return Uint8Array.from(record.data as number[]);
  const length = Object.keys(record).length;
  const bytes = new Uint8Array(length);
  for (let index = 0; index < length; index++) {
    const byte = record[index];
    if (typeof byte !== "number") return undefined;
    bytes[index] = byte;
  }
  return bytes;
}

function fromBase64(text: string): Uint8Array | undefined {
  let binary: string;
  try {
    binary = atob(text);
  } catch {
    return undefined;
  }
  const bytes = new Uint8Array(binary.length);
  for (let index = 0; index < binary.length; index++) bytes[index] = binary.charCodeAt(index);
  return bytes;
}
