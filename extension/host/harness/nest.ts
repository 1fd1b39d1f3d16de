/** A zygote and the children of it that wait for cells. */
import type { Expected } from "./expected-imports.ts";
import type { Guest } from "./guest.ts";
import type { Warmed, Zygote } from "./zygote.ts";

export interface Nest {
  readonly zygote: Zygote;
  readonly environ: Readonly<Record<string, string>>;
  readonly asked: ReadonlySet<string>;
  readonly warmed: Warmed;
  readonly spares: Guest[];
  hatching: number;
  /** What the next job is expected to do. */
  expected: Expected;
}

/** The standard library loads fast enough: a new import of a part of it is no reason to start again. */
export function knows({ asked, warmed }: Nest, name: string): boolean {
  return asked.has(name) || warmed.standard.has(name.split(".")[0] ?? "");
}
