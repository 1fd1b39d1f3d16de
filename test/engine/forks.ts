/**
 * Runs each cell in a fork of one zygote that is made when the cell comes, or in one that has offered itself again. The
 * extension's own runner has some wait ahead, made ready for what they may have to do, which spends a processor's time to
 * save a person's; all else is the same.
 */
import type { Runner } from "../../extension/core/run/model.ts";
import type { Guest } from "../../extension/host/harness/guest.ts";
import { runOnGuest } from "../../extension/host/harness/run-on-guest.ts";
import { startZygote, type Zygote, type ZygoteOptions } from "../../extension/host/harness/zygote.ts";

export interface ForksOptions extends Omit<ZygoteOptions, "environ"> {
  readonly content: string;
  readonly tmp: string;
}

export function createForks(options: ForksOptions): Runner {
  let zygote: Promise<Zygote> | undefined;
  /** Forks that have run a cell which left nothing behind in them. */
  const again = new Set<Guest>();

  async function start(environ: Readonly<Record<string, string>>): Promise<Zygote> {
    const started = startZygote({ ...options, environ });
    const warmed = await started.ready;
    if ("problem" in warmed) throw new Error(`no zygote: ${warmed.problem}`);
    if (warmed.unfit.length > 0) throw new Error(`unfit for a zygote: ${JSON.stringify(warmed.unfit)}`);
    return started;
  }

  return {
    async run(job, on, signal) {
      zygote ??= start(job.environ);
      const [waiting] = again;
      if (waiting !== undefined) again.delete(waiting);
      const guest = waiting ?? (await (await zygote).fork());
      if (guest === undefined) throw new Error("The zygote did not fork.");
      guest.onOther = ({ type }) => {
        if (type === "again") again.add(guest);
      };
      if (waiting === undefined) {
        void guest.ended.then(() => {
          again.delete(guest);
          guest.kill();
        });
      }
      return runOnGuest(guest, job, options, on, signal);
    },
    async dispose() {
      const started = await zygote;
      for (const guest of again) guest.kill();
      started?.kill();
      await started?.ended;
    },
  };
}
