/**
 * Bytes to text and back, exactly: a file is text when its bytes are UTF-8, and then the text gives back the same bytes.
 * The byte order mark and the line endings stay in the stored text; `sourceOf` is what an editor is shown of it.
 */

interface Codecs {
  readonly TextDecoder: new (
    label: string,
    options: { fatal: boolean; ignoreBOM: boolean },
  ) => { decode(bytes: Uint8Array): string };
  readonly TextEncoder: new () => { encode(text: string): Uint8Array };
}

// Pure functions that every JavaScript platform has, but that the ES library's types do not name.
const { TextDecoder, TextEncoder } = globalThis as unknown as Codecs;

const BOM = "\uFEFF";

/** Readable, but not exact: what is no UTF-8 becomes U+FFFD. Only for showing. */
export function decodeForDisplay(bytes: Uint8Array): string {
  return new TextDecoder("utf-8", { fatal: false, ignoreBOM: true }).decode(bytes);
}

/** The text of UTF-8 bytes, with a byte order mark kept; undefined when they are not UTF-8. */
export function decodeUtf8(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    // Only the decoder can throw here, and only for bytes that are not UTF-8.
    return undefined;
  }
}

export function encodeUtf8(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

/** What the editor and the engine see of a file's text: no byte order mark, `\n` only, no newline at the very end. */
export function sourceOf(text: string): string {
  const lines = (text.startsWith(BOM) ? text.slice(1) : text).replace(/\r\n?/g, "\n");
  return lines.endsWith("\n") ? lines.slice(0, -1) : lines;
}

/**
 * The file text for an edited source: whatever of `previous` the edit did not touch keeps its bytes (byte order mark,
 * line endings line by line, final newline or none); new lines take the ending most used in `previous`, and a new file
 * ends with a newline. `sourceOf(textFor(source, previous))` is always `source` with its line endings normalised.
 */
export function textFor(source: string, previous = ""): string {
  const wanted = source.replace(/\r\n?/g, "\n");
  if (sourceOf(previous) === wanted) return previous;
  const old = splitLines(previous.startsWith(BOM) ? previous.slice(1) : previous);
  // A source that itself begins with the mark needs another one, as reading takes one away.
  const mark = previous.startsWith(BOM) || wanted.startsWith(BOM) ? BOM : "";
  if (wanted === "") return mark;
  const wasEmpty = sourceOf(previous) === "";
  const endsLine = wasEmpty || old.at(-1)?.text === "" || wanted.endsWith("\n");
  const next = (endsLine ? `${wanted}\n` : wanted).split("\n");
  const usual = usualEnding(old);
  const same = (at: number, oldAt: number) => next[at] === old[oldAt]?.text;
  const shorter = Math.min(next.length, old.length);
  let head = 0;
  while (head < shorter && same(head, head)) head++;
  let tail = 0;
  while (tail < shorter - head && same(next.length - 1 - tail, old.length - 1 - tail)) tail++;
  const text = next.map((line, at) => {
    if (at === next.length - 1) return line;
    const kept = at < head ? old[at] : at >= next.length - tail ? old[at - next.length + old.length] : undefined;
    return line + (kept?.ending || usual);
  });
  const kept = mark + text.join("");
  // A lone `\r` kept before an inserted empty line would read as one `\r\n`.
  return sourceOf(kept) === wanted ? kept : mark + next.join("\n");
}

interface Line {
  readonly text: string;
  readonly ending: string;
}

function splitLines(text: string): Line[] {
  const lines: Line[] = [];
  let start = 0;
  for (const match of text.matchAll(/\r\n|\r|\n/g)) {
    lines.push({ text: text.slice(start, match.index), ending: match[0] });
    start = match.index + match[0].length;
  }
  lines.push({ text: text.slice(start), ending: "" });
  return lines;
}

function usualEnding(lines: readonly Line[]): string {
  const counts = new Map<string, number>();
  for (const { ending } of lines) if (ending !== "") counts.set(ending, (counts.get(ending) ?? 0) + 1);
  const [most] = [...counts].sort((a, b) => b[1] - a[1]);
  return most?.[0] ?? "\n";
}

const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

export function toBase64(bytes: Uint8Array): string {
  const parts: string[] = [];
  for (let at = 0; at < bytes.length; at += 3) {
    const [a = 0, b, c] = bytes.subarray(at, at + 3);
    const word = (a << 16) | ((b ?? 0) << 8) | (c ?? 0);
    parts.push(
      ALPHABET.charAt(word >> 18) +
        ALPHABET.charAt((word >> 12) & 63) +
        (b === undefined ? "=" : ALPHABET.charAt((word >> 6) & 63)) +
        (c === undefined ? "=" : ALPHABET.charAt(word & 63)),
    );
  }
  return parts.join("");
}

/** Undefined when `text` is no base64. */
export function fromBase64(text: string): Uint8Array | undefined {
  if (text.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(text)) return undefined;
  const length = (text.length / 4) * 3 - (text.endsWith("==") ? 2 : text.endsWith("=") ? 1 : 0);
  const bytes = new Uint8Array(length);
  const values = new Uint8Array(128);
  for (let value = 0; value < 64; value++) values[ALPHABET.charCodeAt(value)] = value;
  const at = (index: number) => values[text.charCodeAt(index)] ?? 0;
  for (let read = 0, write = 0; read < text.length; read += 4, write += 3) {
    const word = (at(read) << 18) | (at(read + 1) << 12) | (at(read + 2) << 6) | at(read + 3);
    bytes[write] = word >> 16;
    bytes[write + 1] = (word >> 8) & 255;
    bytes[write + 2] = word & 255;
  }
  return bytes;
}
