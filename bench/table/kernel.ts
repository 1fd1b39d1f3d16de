/** A Jupyter kernel to take turns with. */
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { rival } from "./python.ts";

export interface Kernel {
  /** Milliseconds of one execute round trip. */
  run(source: string): Promise<number>;
  stop(): void;
}

export function startKernel(python: string): Kernel {
  const child = spawn(python, [rival("kernel.py")], { stdio: ["pipe", "pipe", "ignore"] });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    async run(source) {
      child.stdin.write(`${JSON.stringify(source)}\n`);
      const { value, done } = await lines.next();
      if (done === true) throw new Error("The Jupyter kernel ended.");
      return Number(value);
    },
    stop: () => child.stdin.end(),
  };
}
