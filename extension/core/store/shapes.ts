/** What records are made of, asked of data of unknown origin: what storage holds, and what a guest sends as its result. */
import { type Fields, isCount, isDigest, isFields, isListOf, isMapOf, isOptional, isString } from "../json/fields.ts";
import type { CellRecord } from "./model.ts";
import { isObservation } from "./observation.ts";

/** The parts that a run leaves and its record keeps. */
export type RunPart = Extract<
  keyof CellRecord,
  "values" | "unstorable" | "changed" | "deleted" | "ambient" | "definitions" | "observed" | "sample"
>;

const RUN_PARTS: Readonly<Record<RunPart, (value: unknown) => boolean>> = {
  values: (value) => isListOf(value, isStoredValue),
  unstorable: (value) => isListOf(value, isUnstorable),
  changed: (value) => isListOf(value, isString),
  deleted: (value) => isListOf(value, isString),
  ambient: (value) => isMapOf(value, isDigest),
  definitions: (value) => isMapOf(value, isDefinition),
  observed: (value) => isListOf(value, isObservation),
  sample: (value) => isListOf(value, isString),
};

/** The first part that is not what `CellRecord` says. One wrong item is enough: a result without it would be another. */
export function wrongPart(value: Fields): RunPart | undefined {
  for (const part of Object.keys(RUN_PARTS) as RunPart[]) if (!RUN_PARTS[part](value[part])) return part;
  return undefined;
}

function isUnstorable(value: unknown): boolean {
  return isFields(value) && isString(value.name) && isString(value.type) && isString(value.reason);
}

export function isComponents(value: unknown): boolean {
  return (
    isFields(value) &&
    isString(value.language) &&
    isString(value.code) &&
    isListOf(
      value.inputs,
      (input) =>
        isFields(input) &&
        isString(input.name) &&
        isString(input.ref) &&
        isOptional(input.from, isString) &&
        isOptional(input.summary, isString),
    ) &&
    isFields(value.environment) &&
    isString(value.environment.python) &&
    isString(value.environment.platform) &&
    isListOf(value.environment.packages, isString) &&
    isMapOf(value.directives, isString)
  );
}

function isStoredValue(value: unknown): boolean {
  return (
    isFields(value) &&
    isDigest(value.digest) &&
    isCount(value.bytes) &&
    isListOf(
      value.variables,
      (one) =>
        isFields(one) &&
        isString(one.name) &&
        isString(one.type) &&
        typeof one.immutable === "boolean" &&
        isString(one.summary) &&
        typeof one.unchanged === "boolean",
    ) &&
    isListOf(value.needs, isString) &&
    isListOf(value.definitions, isString)
  );
}

function isDefinition(value: unknown): boolean {
  return (
    isFields(value) &&
    isString(value.hash) &&
    isString(value.name) &&
    isString(value.source) &&
    isListOf(value.early, (one) => isBinding(one) || isOwnValue(one)) &&
    isListOf(value.late, isString) &&
    isListOf(value.globals, isString) &&
    isListOf(value.ambient, isString) &&
    isListOf(value.futures, isString) &&
    isString(value.cell) &&
    isString(value.file) &&
    isCount(value.line)
  );
}

/** A value of the defining cell itself, which a result that has just come does not name by its digest yet. */
function isOwnValue(value: unknown): boolean {
  return (
    isFields(value) && isString(value.name) && value.kind === "value" && value.digest === "" && isString(value.variable)
  );
}

function isBinding(value: unknown): boolean {
  if (!isFields(value) || !isString(value.name)) return false;
  switch (value.kind) {
    case "value":
      return isDigest(value.digest) && isString(value.variable);
    case "definition":
      return isString(value.hash);
    case "import":
      return isString(value.statement);
    case "path":
      return isString(value.path);
    default:
      return false;
  }
}

export function isOutput(value: unknown): boolean {
  if (!isFields(value)) return false;
  switch (value.type) {
    case "stream":
      return (
        (value.name === "stdout" || value.name === "stderr") && isString(value.text) && isOptional(value.log, isDigest)
      );
    case "display":
      return isListOf(value.data, isMimeItem) && isOptional(value.id, isString);
    case "error":
      return isError(value.error);
    default:
      return false;
  }
}

function isMimeItem(value: unknown): boolean {
  if (!isFields(value) || !isString(value.mime)) return false;
  return isString(value.text) || (isDigest(value.digest) && isCount(value.bytes));
}

export function isError(value: unknown): boolean {
  return (
    isFields(value) &&
    isString(value.name) &&
    isString(value.message) &&
    isString(value.traceback) &&
    isListOf(
      value.frames,
      (frame) => isFields(frame) && isString(frame.file) && isCount(frame.line) && isString(frame.function),
    ) &&
    isOptional(value.line, isCount)
  );
}
