/** Reasons in words: one sentence each, with both values where there are two. Every shell prints these. */
import type { CellId } from "../notebook/model.ts";
import type { Observation } from "../store/model.ts";
import { nounOf, sawText } from "./asked.ts";
import type { Reason } from "./model.ts";

export function describeReason(reason: Reason, nameOf: (cell: CellId) => string): string {
  switch (reason.kind) {
    case "fresh":
      return `Fresh: the stored result is what running it again would give. Saves ${formatDuration(reason.savedMs)}.`;
    case "nothing-to-run":
      return "Nothing to run.";
    case "never-run":
      return "Not run yet with this code and these inputs.";
    case "code-changed":
      return `Its code changed: ${firstDifference(reason.before, reason.after)}.`;
    case "input-changed":
      return inputChanged(reason, nameOf);
    case "environment-changed":
      return `The environment changed: ${reason.changes
        .slice(0, 4)
        .map((change) => `${change.what} ${change.before ?? "(absent)"} → ${change.after ?? "(absent)"}`)
        .join(", ")}${reason.changes.length > 4 ? `, and ${reason.changes.length - 4} more` : ""}.`;
    case "directive-changed":
      return `Its setting ${reason.name} changed: ${reason.before ?? "not set"} → ${reason.after ?? "not set"}.`;
    case "observation-changed":
      return observationChanged(reason.observation, reason.now);
    case "upstream-stale":
      return reason.name === undefined
        ? `Comes after ${nameOf(reason.cell)}, which has to run first.`
        : `Uses ${reason.name} from ${nameOf(reason.cell)}, which has to run first.`;
    case "may-change":
      return `${nameOf(reason.cell)} has yet to run and may change ${reason.name}.`;
    case "failed-before":
      return `Failed when it last ran: ${reason.error}.`;
    case "interrupted-before":
      return "Was interrupted when it last ran.";
    case "damaged":
      return `A stored result is missing or damaged (${short(reason.digest)}), so it is made again.`;
    case "foreign":
      return "Its stored result was made by somebody else, so it is not loaded and the cell runs here.";
    case "forced":
      return "You asked for it to run again.";
    case "refreshed":
      return "Its result is one sample of many, and you asked for a new one.";
    case "expired":
      return reason.ageMs < 0
        ? "Its result is from the future, as the clock was set back, and `# @cache ttl` counts by the clock."
        : `Its result is ${formatAge(reason.ageMs)} old, and \`# @cache ttl\` keeps it for ${formatAge(reason.ttlMs)}.`;
    case "other-session":
      return `Its result is from another session (${reason.at.slice(0, 16).replace("T", " ")} UTC), and \`# @cache session\` keeps it for one only.`;
    case "never-kept":
      return "It runs every time, as `# @cache off` says.";
    case "syntax-error":
      return `Line ${reason.line} does not parse: ${reason.message}`;
    case "upstream-failed":
      return `There is no result of ${nameOf(reason.cell)}, which this cell needs.`;
    case "upstream-blocked":
      return `${nameOf(reason.cell)} cannot run, and this cell needs its result.`;
    case "unstorable":
      return `${reason.name} from ${nameOf(reason.cell)} cannot be stored and handed on: ${reason.why}. Create it in the cell that uses it, or in a function that this cell calls.`;
    case "unsupported":
      return reason.what;
    case "cycle":
      return `The @after lines of ${reason.cells.map(nameOf).join(", ")} wait for each other. Remove one of them.`;
    case "problem":
      return reason.message;
    case "packages-missing":
      return `It installs ${reason.packages.join(", ")}, which the notebook's environment does not have. Packages belong to the notebook: run \`uv add ${reason.packages.join(" ")}\` in its folder.`;
    default:
      return reason satisfies never;
  }
}

function inputChanged(reason: Reason & { kind: "input-changed" }, nameOf: (cell: CellId) => string): string {
  const from = reason.from === undefined ? "" : ` (from ${nameOf(reason.from)})`;
  if (reason.before === undefined) return `It now uses ${reason.name}${from}.`;
  if (reason.after === undefined) return `It no longer uses ${reason.name}${from}.`;
  const { was, is } = reason;
  // A summary is short: two different values may have the same one.
  if (was !== undefined && is !== undefined && was !== is) {
    return `Its input ${reason.name}${from} changed: ${was} → ${is}.`;
  }
  return `Its input ${reason.name}${from} changed: ${shortRef(reason.before)} → ${shortRef(reason.after)}.`;
}

function observationChanged(observation: Observation, now: string): string {
  switch (observation.kind) {
    case "file":
      return `The file ${observation.path}, which it read, changed: ${now}.`;
    case "missing":
      return `The file ${observation.path}, which was missing, is there now.`;
    case "directory":
      return observation.detail === "states"
        ? `The folder ${observation.path}, about whose files it asked, changed: ${now}.`
        : `The folder ${observation.path}, which it listed, changed: ${now}.`;
    case "asked":
      if (observation.made === true) return `The folder ${observation.path}, which it made, is not there: ${now}.`;
      return `The ${nounOf(observation)} ${observation.path}, which it asked about, changed: ${sawText(observation)} → ${now}.`;
    case "environ":
      return `The environment variable ${observation.name}, which it read, changed: ${now}.`;
    case "written":
      return `The file ${observation.path}, which it wrote, is not as it left it: ${now}.`;
    case "ambient":
      return `The setting ${observation.component}, which it ran with, is different now.`;
    default:
      return observation satisfies never;
  }
}

/** "0.4 ms", "12 ms", "3.2 s", "4 min 5 s". */
export function formatDuration(milliseconds: number): string {
  if (milliseconds < 9.95) return `${milliseconds.toFixed(1)} ms`;
  if (milliseconds < 999.5) return `${Math.round(milliseconds)} ms`;
  if (milliseconds < 59_950) return `${(milliseconds / 1000).toFixed(1)} s`;
  const seconds = Math.round(milliseconds / 1000);
  return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}

/** "45 s", "12 min", "3 h", "2 days". */
function formatAge(milliseconds: number): string {
  const units = [
    [86_400_000, "days"],
    [3_600_000, "h"],
    [60_000, "min"],
  ] as const;
  // Up to twice the larger unit the smaller one says more.
  const [size, unit] = units.find(([each, name]) => milliseconds >= each * (name === "days" ? 2 : 1)) ?? [1000, "s"];
  const amount = milliseconds / size;
  return `${amount < 10 && amount % 1 >= 0.05 ? amount.toFixed(1) : Math.floor(amount)} ${unit}`;
}

/** The first token where two normalised programs part, with both sides. */
function firstDifference(before: string, after: string): string {
  const [was, is] = [before.split("\n"), after.split("\n")];
  const at = is.findIndex((line, index) => line !== was[index]);
  const index = at < 0 ? is.length : at;
  const [old, now] = [readable(was[index]), readable(is[index])];
  if (old === undefined) return `added ${now}`;
  if (now === undefined) return `removed ${old}`;
  return `${old} → ${now}`;
}

function readable(line: string | undefined): string | undefined {
  if (line === undefined) return undefined;
  const text = line.replace(/[\u0000-\u001f]+/g, " ").trim();
  return `“${text.length > 60 ? `${text.slice(0, 59)}…` : text}”`;
}

function shortRef(ref: string): string {
  const [kind, rest] = [ref.slice(0, ref.indexOf(":")), ref.slice(ref.indexOf(":") + 1)];
  return kind === "value" || kind === "definition" ? short(rest) : rest;
}

function short(digest: string): string {
  return digest.slice(0, 8);
}
