/** What is in JSON of unknown origin, asked one piece at a time. */
import type { Digest } from "../outputs/model.ts";

const DIGEST = /^[0-9a-f]{64}$/;

export type Fields = Readonly<Record<string, unknown>>;

export function isDigest(value: unknown): value is Digest {
  return typeof value === "string" && DIGEST.test(value);
}

export function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export function isString(value: unknown): value is string {
  return typeof value === "string";
}

/** A finite number that is not negative: sizes, lines, durations. */
export function isCount(value: unknown): value is number {
  return typeof value === "number" && Number.isFinite(value) && value >= 0;
}

export function isOptional(value: unknown, check: (value: unknown) => boolean): boolean {
  return value === undefined || check(value);
}

export function isListOf<T>(value: unknown, check: (item: unknown) => item is T): value is readonly T[];
export function isListOf(value: unknown, check: (item: unknown) => boolean): boolean;
export function isListOf(value: unknown, check: (item: unknown) => boolean): boolean {
  return Array.isArray(value) && value.every((item) => check(item));
}

export function isMapOf<T>(value: unknown, check: (item: unknown) => item is T): value is Readonly<Record<string, T>>;
export function isMapOf(value: unknown, check: (item: unknown) => boolean): boolean;
export function isMapOf(value: unknown, check: (item: unknown) => boolean): boolean {
  return isFields(value) && Object.values(value).every((item) => check(item));
}
