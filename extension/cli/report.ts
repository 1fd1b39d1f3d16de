/** Who tells of a run while it goes on and when it has ended: in words for a person, in JSON lines for a program. */
import type { RunEvent, RunSummary } from "../core/engine/model.ts";

export interface Report {
  /** `ago`: how many milliseconds before now it happened, when it is told again later. */
  event(event: RunEvent, ago?: number): void;
  /** What making the environment says. */
  progress(text: string): void;
  /** The user asked to stop. */
  stopping(): void;
  /** Nothing more will come; without a summary the run could not begin. */
  end(summary: RunSummary | undefined): void;
}
