/**
 * A socket that cells speak to while they run, so that a test knows what they do without waiting for the clock. A
 * connection that closes is the proof that whoever held it has ended, also when it was killed.
 */
import { once } from "node:events";
import { createServer, type Socket } from "node:net";

export interface Witness {
  /** Python that connects as `witness`, a socket, and says a word. */
  cell(word: string): string;
  /** Resolves when this word has been said; words said earlier count. */
  heard(word: string): Promise<void>;
  /** Resolves when this word has been said and the connection over which it came is closed. */
  gone(word: string): Promise<void>;
  /** Says a line to the one who said this word. */
  answer(word: string): void;
  readonly port: number;
  close(): Promise<void>;
}

export async function openWitness(onWord: (word: string, witness: Witness) => void = () => {}): Promise<Witness> {
  const said = new Map<string, Socket>();
  const waiting: { readonly word: string; readonly wake: (socket: Socket) => void }[] = [];
  const closed = new WeakSet<Socket>();
  const server = createServer((socket) => {
    let text = "";
    socket.on("error", () => {});
    socket.on("close", () => closed.add(socket));
    socket.setEncoding("utf8").on("data", (chunk: string) => {
      const words = (text + chunk).split("\n");
      text = words.pop() ?? "";
      for (const word of words) {
        said.set(word, socket);
        for (const { wake } of waiting.filter((each) => each.word === word)) wake(socket);
        onWord(word, witness);
      }
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  const port = address !== null && typeof address === "object" ? address.port : 0;

  const speaker = (word: string): Promise<Socket> => {
    const socket = said.get(word);
    return socket === undefined ? new Promise((wake) => waiting.push({ word, wake })) : Promise.resolve(socket);
  };
  const witness: Witness = {
    port,
    cell: (word) =>
      `import socket\nwitness = socket.create_connection(("127.0.0.1", ${port}))\nwitness.sendall(b"${word}\\n")\n`,
    async heard(word) {
      await speaker(word);
    },
    async gone(word) {
      const socket = await speaker(word);
      if (!closed.has(socket)) await once(socket, "close");
    },
    answer: (word) => {
      said.get(word)?.write("go on\n");
    },
    async close() {
      for (const socket of said.values()) socket.destroy();
      server.close();
      await once(server, "close");
    },
  };
  return witness;
}
