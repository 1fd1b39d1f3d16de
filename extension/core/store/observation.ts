/** Observations as they come out of storage and from the harness, and what tells one from another. */
import { type Fields, isCount, isDigest, isFields, isOptional, isString } from "../json/fields.ts";
import type { Asked, Observation } from "./model.ts";

/** In place of the digest of a file too large to be hashed at every run: its size and time alone decide. */
export const UNHASHED = "";

export function observationId(seen: Observation): readonly (string | null)[] {
  switch (seen.kind) {
    case "file":
    case "written":
      return [seen.kind, seen.path, seen.digest];
    case "directory":
      return [seen.kind, seen.path, seen.digest, seen.detail ?? null];
    case "asked": {
      const { saw, size, mtimeNs, mode, access, target } = seen;
      return [seen.kind, seen.path, JSON.stringify([saw, seen.link, size, mtimeNs, mode, access, target])];
    }
    case "missing":
      return [seen.kind, seen.path];
    case "environ":
      return [seen.kind, seen.name, seen.digest];
    case "ambient":
      return [seen.kind, seen.component, seen.digest];
    default:
      return seen satisfies never;
  }
}

export function isObservation(value: unknown): value is Observation {
  if (!isFields(value)) return false;
  switch (value.kind) {
    case "file":
    case "written":
      return (
        isString(value.path) &&
        isCount(value.size) &&
        isString(value.mtimeNs) &&
        (isDigest(value.digest) || value.digest === UNHASHED)
      );
    case "missing":
      return isString(value.path);
    case "directory":
      return (
        isString(value.path) &&
        isDigest(value.digest) &&
        isOptional(value.detail, (detail) => detail === "kinds" || detail === "states")
      );
    case "asked":
      return isAsked(value);
    case "environ":
      return isString(value.name) && (value.digest === null || isDigest(value.digest));
    case "ambient":
      return isString(value.component) && (value.digest === null || isDigest(value.digest));
    default:
      // Something a newer version observed and this one cannot check: not to be believed.
      return false;
  }
}

const SAW: ReadonlySet<unknown> = new Set<Asked["saw"]>([
  "there",
  "file",
  "folder",
  "other",
  "link",
  "no link",
  "missing",
  "unreadable",
  "granted",
  "refused",
]);

function isAsked({ path, saw, link, size, mtimeNs, mode, access, target, made }: Fields): boolean {
  return (
    isString(path) &&
    SAW.has(saw) &&
    [link, made].every((flag) => isOptional(flag, (value) => value === true)) &&
    [size, mode, access].every((each) => isOptional(each, isCount)) &&
    [mtimeNs, target].every((each) => isOptional(each, isString))
  );
}
