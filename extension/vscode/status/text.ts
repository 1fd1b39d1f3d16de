/** A cell's status in words: a label for the line, a tooltip, and the same without icons for screen readers. */
import { remarksOn } from "../../core/engine/describe-status.ts";
import type { CellStatus } from "../../core/engine/model.ts";
import type { CellId } from "../../core/notebook/model.ts";
import { describeReason, formatDuration } from "../../core/plan/describe.ts";

export interface StatusText {
  readonly label: string;
  readonly tooltip: string;
  readonly spoken: string;
}

/** `clock` writes a time (ISO-8601) as the user reads times. */
export function statusText(
  status: CellStatus,
  nameOf: (cell: CellId) => string,
  clock: (iso: string) => string,
): StatusText | undefined {
  const why = describeReason(status.reason, nameOf);
  const last = status.lastMs === undefined ? "" : `Took ${formatDuration(status.lastMs)} when it last ran.`;
  const text = (icon: string, words: string, tooltip: string): StatusText => ({
    label: `$(${icon}) ${words}`,
    tooltip: [tooltip, last].filter(Boolean).join(" "),
    spoken: words,
  });
  if (status.activity === "running") return text("sync~spin", "running", why);
  if (status.activity === "queued") return text("clock", "queued", "Waits for its turn.");
  const took = status.lastMs === undefined ? "" : ` · took ${formatDuration(status.lastMs)}`;
  switch (status.validity) {
    case "fresh": {
      const saved = status.reason.kind === "fresh" ? ` · saves ${formatDuration(status.reason.savedMs)}` : "";
      const remarks = remarksOn(status);
      if (status.differs !== undefined) return text("warning", `not reproducible${saved}`, [...remarks, why].join(" "));
      if (status.sample === undefined) return text("check", `fresh${saved}`, why);
      const at = clock(status.sample.at);
      return text("watch", `sample of ${at}${saved}`, [...remarks, "Refresh it to draw a new one."].join(" "));
    }
    case "stale":
      return status.reason.kind === "never-run" && status.lastMs === undefined
        ? text("circle-outline", "not run yet", why)
        : text("history", `stale${took}`, why);
    case "failed":
      return text("error", `failed${took}`, why);
    case "blocked":
      return text("circle-slash", "blocked", why);
    case "none":
      return undefined;
    default:
      return status.validity satisfies never;
  }
}
