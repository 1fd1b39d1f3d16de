/** One job on one guest, from the request to the result: text and displays in order, interrupts, time limit, crash. */
import { randomUUID } from "node:crypto";
import type { CellError } from "../../core/outputs/model.ts";
import { type CellJob, type JobEvent, type JobResult, LEAVE } from "../../core/run/model.ts";
import { crashError, killedError, leftError, outputLostError, timeoutError } from "./errors.ts";
import type { Guest } from "./guest.ts";
import { announceKept, forgetKept, type Joined, type Keeping, keepOf } from "./keep.ts";
import { type LogFiles, logFiles } from "./log-files.ts";
import { openLogText } from "./log-text.ts";
import { storeLog } from "./whole-log.ts";
import { type GuestMessage, inputReply, type Position, runMessage } from "./wire.ts";

export interface Folders {
  readonly content: string;
  readonly tmp: string;
  readonly keeping?: Keeping;
}

const TAIL_MS = 50;
/** Shorter ones are shown whole. */
const LONG_LOG = 512 * 1024;
/** A timer waits no longer. */
const MOST_MS = 2 ** 31 - 1;
/** Between the interrupt and the end by force. */
const GRACE_MS = 3000;

export async function runOnGuest(
  guest: Guest,
  job: CellJob,
  folders: Folders,
  on: (event: JobEvent) => void,
  signal: AbortSignal,
  joined?: Joined,
): Promise<JobResult> {
  const began = performance.now();
  const { keeping } = folders;
  const ahead = guest.logs;
  guest.logs = undefined;
  const { run, stdout, stderr } = joined ?? newRun(folders.tmp, ahead);
  const text = openLogText(stdout, stderr, (name, text) => on({ type: "stream", name, text }));

  // Messages and looks at the logs are handled one after the other, in the order in which they came.
  let queue: Promise<void> = Promise.resolve();
  const inOrder = (step: () => Promise<void>) => {
    queue = queue.then(step);
    return queue;
  };
  let lastMark: Position = { stdout: 0, stderr: 0 };
  let result: JobResult | undefined;
  let silent = false;
  let told: Position = { stdout: 0, stderr: 0 };
  let finish: () => void = () => {};
  const finished = new Promise<void>((resolve) => {
    finish = resolve;
  });

  const handle = async (message: GuestMessage): Promise<void> => {
    if (message.type === "hello") return;
    await text.advance(message);
    switch (message.type) {
      case "mark":
        return;
      case "display":
        return on({
          type: "display",
          data: message.data,
          update: message.update,
          ...(message.id === undefined ? {} : { id: message.id }),
        });
      case "clear":
        return on({ type: "clear", wait: message.wait });
      case "input": {
        let answered = false;
        const reply = (answer: string | undefined) => {
          if (answered) return;
          answered = true;
          guest.send(inputReply(run, answer));
        };
        return on({ type: "input", prompt: message.prompt, password: message.password, reply });
      }
      case "result":
        ({ result, silent } = message);
        told = message;
        return finish();
      default:
        return message satisfies never;
    }
  };
  guest.onMessage = (message) => {
    if (message.type === "mark" || message.type === "display") lastMark = message;
    void inOrder(() => handle(message));
  };
  void guest.ended.then(() => inOrder(async () => finish()));
  let left = false;
  void guest.left.then(() => {
    left = true;
    finish();
  });

  /** New text since the last message; marks of what is read have been sent before it, so they are let in first. */
  const tail = async (): Promise<void> => {
    const sizes = await text.sizes();
    if (sizes.stdout <= lastMark.stdout && sizes.stderr <= lastMark.stderr) return;
    for (let before = -1; before !== guest.received(); ) {
      before = guest.received();
      await new Promise((resolve) => setImmediate(resolve));
    }
    await inOrder(() => text.advance(sizes));
  };
  let tailing: Promise<void> = Promise.resolve();
  let busy = false;
  const tailer = setInterval(() => {
    if (busy) return;
    busy = true;
    tailing = tail().finally(() => {
      busy = false;
    });
  }, TAIL_MS);

  let stoppedBy: "abort" | "timeout" | undefined;
  let killed = false;
  let killer: NodeJS.Timeout | undefined;
  const stop = (why: "abort" | "timeout") => {
    if (stoppedBy !== undefined) return;
    stoppedBy = why;
    guest.interrupt();
    killer = setTimeout(() => {
      killed = true;
      guest.kill();
    }, GRACE_MS);
  };
  const onAbort = () => {
    if (signal.reason !== LEAVE || !guest.leave()) stop("abort");
  };
  signal.addEventListener("abort", onAbort, { once: true });
  const limit =
    job.timeout === undefined ? undefined : setTimeout(() => stop("timeout"), Math.min(job.timeout * 1000, MOST_MS));

  const allow = async (): Promise<void> => {
    const pid = guest.pid();
    if (keeping === undefined || pid === undefined) return;
    await guest.keep();
    // Last: who finds it may count on it.
    if (joined === undefined && result === undefined) await announceKept(keeping, job, { pid, run, stdout, stderr });
  };
  const keeper =
    keeping?.afterMs === undefined
      ? undefined
      : // What cannot be announced is not kept.
        setTimeout(() => void allow().catch(() => {}), joined === undefined ? Math.min(keeping.afterMs, MOST_MS) : 0);

  try {
    if (signal.aborted) onAbort();
    if (joined === undefined) {
      const keep = keeping && keepOf(keeping, job);
      const { content, tmp } = folders;
      const request = { run, job, content, tmp, stdout, stderr, started: guest.environ };
      guest.send(runMessage(keep === undefined ? request : { ...request, keep }));
    }
    await finished;
    clearInterval(tailer);
    if (left) return { status: "left", error: leftError(), durationMs: performance.now() - began };
    await tailing;
    await queue;
    // After a crash the files hold what no message announced.
    if (result === undefined) await text.advance(await text.sizes());
    for (const { name, path } of text.longer(LONG_LOG)) {
      const digest = await storeLog(folders.content, path);
      if (digest !== undefined) on({ type: "log", name, digest });
    }
    const ended = outcome(
      result,
      stoppedBy,
      killed,
      job,
      performance.now() - began,
      result === undefined ? await guest.ended : undefined,
    );
    if (ended.status === "ok" && !text.has(told)) {
      return { status: "error", error: outputLostError(stdout), durationMs: ended.durationMs };
    }
    return joined !== undefined && ended.status === "ok" ? { ...ended, joined: true } : ended;
  } finally {
    clearInterval(tailer);
    clearTimeout(killer);
    clearTimeout(limit);
    clearTimeout(keeper);
    signal.removeEventListener("abort", onAbort);
    if (left) await text.release();
    else {
      if (silent) {
        // They may have been looked into, and another run may write to them.
        await text.release().catch(() => {});
        guest.logs = ahead;
      } else await text.end().catch(() => {});
      if (keeping !== undefined) forgetKept(keeping, job);
    }
  }
}

function newRun(tmp: string, ahead: LogFiles | undefined): LogFiles & { readonly run: string } {
  const run = randomUUID();
  return { run, ...(ahead ?? logFiles(tmp, run)) };
}

function outcome(
  result: JobResult | undefined,
  stoppedBy: "abort" | "timeout" | undefined,
  killed: boolean,
  job: CellJob,
  elapsed: number,
  exit: { readonly status: number | null; readonly signal: string | null } | undefined,
): JobResult {
  const durationMs = result?.durationMs ?? elapsed;
  const where: CellError | undefined = result !== undefined && result.status !== "ok" ? result.error : undefined;
  switch (stoppedBy) {
    case "timeout":
      return { status: "error", error: timeoutError(job.timeout ?? 0, where), durationMs };
    case "abort":
      // Code that caught the interrupt and went on has a partial result, which is not what the cell gives.
      return { status: "interrupted", error: where ?? interruptedError(killed), durationMs };
    default:
      return result ?? { status: "error", error: crashError(exit ?? { status: null, signal: null }), durationMs };
  }
}

function interruptedError(killed: boolean): CellError {
  if (killed) return killedError(GRACE_MS);
  const message = "The cell was interrupted.";
  return { name: "KeyboardInterrupt", message, traceback: `KeyboardInterrupt: ${message}`, frames: [] };
}
