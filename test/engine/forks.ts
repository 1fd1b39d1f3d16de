/**
 * Runs each cell in a fork of one zygote that is made when the cell comes. The extension's own runner has some wait ahead,
 * made ready for what they may have to do, which spends a processor's time to save a person's.
 */
import type { Runner } from "../../extension/core/run/model.ts";
import { runOnGuest } from "../../extension/host/harness/run-on-guest.ts";
import { endOf } from "../../extension/host/harness/runner.ts";
import { startZygote, type Zygote, type ZygoteOptions } from "../../extension/host/harness/zygote.ts";

export interface ForksOptions extends Omit<ZygoteOptions, "environ"> {
  readonly content: string;
  readonly tmp: string;
}

export function createForks(options: ForksOptions): Runner {
  let zygote: Promise<Zygote> | undefined;

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
      const guest = await (await zygote).fork();
      if (guest === undefined) throw new Error("The zygote did not fork.");
      try {
        return await runOnGuest(guest, job, options, on, signal);
      } finally {
        void endOf(guest).then(() => guest.kill());
      }
    },
    async dispose() {
      const started = await zygote;
      started?.kill();
      await started?.ended;
    },
  };
}
