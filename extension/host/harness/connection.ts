/** The channel to one guest, whichever way it was opened: greeting first, then messages, each parsed once. */
import type { Duplex } from "node:stream";
import { createFrameDecoder, encodeFrame } from "./frames.ts";
import { type GuestMessage, PROTOCOL, parseGuestMessage } from "./wire.ts";

export type Greeting =
  | { readonly ok: true; readonly python: string; readonly pid: number; readonly slot: string | undefined }
  | { readonly ok: false; readonly why: string };

export interface Connection {
  /** Resolves once; never rejects. */
  readonly greeting: Promise<Greeting>;
  /** Settles the greeting when it will never come. */
  refuse(why: string): void;
  /** Resolves when everything has been read. */
  readonly closed: Promise<void>;
  onMessage: (message: GuestMessage) => void;
  /** Messages that belong to no run: what a zygote says. */
  onOther: (raw: Readonly<Record<string, unknown>>) => void;
  send(message: object): void;
  received(): number;
  /** Whether the guest has begun with the run it was sent. */
  taken(): boolean;
  /** Whether it said with its last result that it takes another. */
  again(): boolean;
  destroy(): void;
  /** The same after so many milliseconds, when what has arrived by then is read: this process may have been busy all the time. */
  destroySoon(ms: number): void;
}

export function openConnection(channel: Duplex, onBroken: () => void): Connection {
  let count = 0;
  let bytes = 0;
  let taken = false;
  let again = false;
  let greet: (greeting: Greeting) => void = () => {};
  const greeting = new Promise<Greeting>((resolve) => {
    greet = resolve;
  });
  const drain = (): void => {
    const before = bytes;
    setImmediate(() => (bytes === before ? channel.destroy() : drain()));
  };
  const connection: Connection = {
    greeting,
    refuse: (why) => greet({ ok: false, why }),
    closed: new Promise((resolve) => channel.on("close", () => resolve())),
    onMessage: () => {},
    onOther: () => {},
    send(message) {
      if ("type" in message && message.type === "run") taken = again = false;
      if (channel.writable) channel.write(encodeFrame(message));
    },
    received: () => count,
    taken: () => taken,
    again: () => again,
    destroy: () => channel.destroy(),
    destroySoon: (ms) => void setTimeout(drain, ms).unref(),
  };
  const decoder = createFrameDecoder((raw) => {
    count += 1;
    const message = parseGuestMessage(raw);
    if (message === undefined) {
      const other = raw as Readonly<Record<string, unknown>>;
      if (other?.type === "taken") taken = true;
      else if (typeof other === "object" && other !== null) connection.onOther(other);
    } else if (message.type !== "hello") {
      if (message.type === "result") [taken, again] = [true, message.again];
      connection.onMessage(message);
    } else if (message.protocol === PROTOCOL)
      greet({ ok: true, python: message.python, pid: message.pid, slot: message.slot });
    else greet({ ok: false, why: `its harness speaks protocol ${message.protocol}, this version speaks ${PROTOCOL}` });
  }, onBroken);
  channel.on("data", (chunk: Buffer) => {
    bytes += chunk.length;
    decoder.push(chunk);
  });
  channel.on("error", () => {});
  return connection;
}
