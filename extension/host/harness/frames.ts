/** Frames of the harness protocol: 4 bytes big-endian length, then that many bytes of UTF-8 JSON. Pure. */

const MAX_FRAME = 64 * 1024 * 1024;

export type FrameProblem =
  | { readonly kind: "too-large"; readonly length: number }
  | { readonly kind: "not-json"; readonly text: string };

export function encodeFrame(message: object): Uint8Array {
  const body = new TextEncoder().encode(JSON.stringify(message));
  if (body.length > MAX_FRAME) throw new RangeError(`a message of ${body.length} bytes is larger than a frame may be`);
  const frame = new Uint8Array(4 + body.length);
  new DataView(frame.buffer).setUint32(0, body.length);
  frame.set(body, 4);
  return frame;
}

export interface FrameDecoder {
  /** Bytes in whatever pieces they arrive. After a problem nothing more is decoded. */
  push(chunk: Uint8Array): void;
}

export function createFrameDecoder(
  onMessage: (message: unknown) => void,
  onProblem: (problem: FrameProblem) => void,
): FrameDecoder {
  let chunks: Uint8Array[] = [];
  let held = 0;
  let wanted: number | undefined;
  let broken = false;

  function take(length: number): Uint8Array {
    const whole = chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : concat(chunks, held);
    const rest = whole.subarray(length);
    chunks = rest.length > 0 ? [rest] : [];
    held = rest.length;
    return whole.subarray(0, length);
  }

  return {
    push(chunk) {
      if (broken || chunk.length === 0) return;
      chunks.push(chunk);
      held += chunk.length;
      while (!broken) {
        if (wanted === undefined) {
          if (held < 4) return;
          const header = take(4);
          wanted = new DataView(header.buffer, header.byteOffset, 4).getUint32(0);
          if (wanted > MAX_FRAME) {
            broken = true;
            onProblem({ kind: "too-large", length: wanted });
            return;
          }
        }
        if (held < wanted) return;
        const text = new TextDecoder().decode(take(wanted));
        wanted = undefined;
        let message: unknown;
        try {
          message = JSON.parse(text);
        } catch {
          broken = true;
          onProblem({ kind: "not-json", text: text.slice(0, 200) });
          return;
        }
        onMessage(message);
      }
    },
  };
}

function concat(chunks: readonly Uint8Array[], length: number): Uint8Array {
  const whole = new Uint8Array(length);
  let at = 0;
  for (const chunk of chunks) {
    whole.set(chunk, at);
    at += chunk.length;
  }
  return whole;
}
