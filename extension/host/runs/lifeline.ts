/**
 * How others reach a run that goes on in the background: a local socket that it listens on for as long as it lives. That a connection can
 * be made says that it lives, that the connection closes says that it has ended, and a `stop` sent over it asks it to stop.
 */
import { rmSync } from "node:fs";
import { createConnection, createServer, type Socket } from "node:net";
import { dirname } from "node:path";

const STOP = "stop\n";

/** Listens until the process ends. */
export function listenForOthers(path: string, onStop: () => void): Promise<void> {
  return new Promise((resolve, reject) => {
    const server = createServer((socket) => {
      socket.setEncoding("utf8");
      socket.on("data", (text) => {
        if (String(text).includes(STOP.trim())) onStop();
      });
      socket.on("error", () => {});
      // Whoever listens to the end of the run must not be what keeps it from ending.
      socket.unref();
    });
    server.on("error", reject);
    server.listen(path, () => {
      server.unref();
      resolve();
    });
    process.on("exit", () => {
      if (process.platform !== "win32") rmSync(dirname(path), { recursive: true, force: true });
    });
  });
}

export interface Reached {
  /** Resolves when the run's process has ended. */
  readonly ended: Promise<void>;
  stop(): void;
  /** Lets go of it; it goes on. */
  leave(): void;
}

/** Undefined when the run has ended. */
export function reach(path: string): Promise<Reached | undefined> {
  return new Promise((resolve) => {
    const socket: Socket = createConnection(path);
    const ended = new Promise<void>((done) => socket.on("close", () => done()));
    socket.once("error", () => resolve(undefined));
    socket.once("connect", () => {
      socket.on("error", () => {});
      // Nothing is ever said to us, but a socket that is not read does not learn of its end.
      socket.resume();
      resolve({ ended, stop: () => socket.write(STOP), leave: () => socket.destroy() });
    });
  });
}
