/** Writes one statement of a generated notebook, and keeps what it needs and what it leaves. */

/** What a name holds: "num", "list", …; how the next statements choose what to do with it. */
export type Names = ReadonlyMap<string, string>;

export interface Statement {
  readonly text: string;
  /** What it binds, or undefined for what it deletes. */
  readonly leaves: readonly (readonly [name: string, kind: string | undefined])[];
  /** What it does not work without. */
  readonly needs: readonly (readonly [name: string, kind: string])[];
  /** What it shows more with, where it is there. */
  readonly likes?: readonly string[];
}

/** Chooses: an index below `count`. */
export type Choose = (count: number) => number;

const POOL: Readonly<Record<string, readonly string[]>> = {
  num: ["n", "m", "x"],
  list: ["xs", "ys", "x"],
  dict: ["d", "e"],
  tuple: ["t"],
  fn: ["f", "g", "h"],
  change: ["grow"],
  table: ["table"],
  class: ["A", "B"],
  object: ["o", "p"],
  deco: ["deco"],
  array: ["a", "b"],
  frame: ["df", "df2"],
  series: ["s"],
  row: ["r"],
  grid: ["grid"],
  iter: ["it"],
  error: ["err"],
};

export class Missing extends Error {}

export class Scribe {
  readonly leaves: (readonly [string, string | undefined])[] = [];
  readonly needs: (readonly [string, string])[] = [];
  readonly likes: string[] = [];
  readonly #names: Names;
  readonly #choose: Choose;

  constructor(names: Names, choose: Choose) {
    this.#names = names;
    this.#choose = choose;
  }

  /** A small number. */
  i(): string {
    return `${this.#choose(5)}`;
  }

  of<T>(items: readonly T[]): T {
    if (items.length === 0) throw new Missing();
    return items[this.#choose(items.length)] as T;
  }

  /** A name that holds this kind; now and then one that may not. */
  get(kind: string): string {
    if (this.#choose(250) === 0) return this.of(POOL[kind] ?? []);
    const name = this.of([...this.#names].filter(([, held]) => held === kind).map(([name]) => name));
    this.needs.push([name, kind]);
    return name;
  }

  /** Uses what goes by this very name. */
  named(name: string, kind: string): string {
    if (this.#names.get(name) !== kind) throw new Missing();
    this.needs.push([name, kind]);
    return name;
  }

  /** Uses what another statement has imported under this name. */
  imported(name: string): string {
    return this.named(name, "import");
  }

  /** A name to bind. */
  set(kind: string): string {
    const name = this.of(POOL[kind] ?? []);
    this.leaves.push([name, kind]);
    return name;
  }

  /** Notes a binding that the text has already; `needs` is a kind that must be there. */
  binding(name: string, kind: string, needs?: string): string {
    if (needs !== undefined) this.get(needs);
    this.leaves.push([name, kind]);
    return "";
  }

  /** What gives it more to do, where it is there. */
  better(kind: string): string {
    this.likes.push(kind);
    return "";
  }

  /** Two names for functions that have something in common. */
  twins(): string {
    const names = POOL.fn ?? [];
    const one = this.of(names);
    const other = this.of(names.filter((name) => name !== one));
    this.leaves.push([one, "fn"], [other, "fn"], [`${one}&${other}`, "twins"]);
    return `${one}, ${other}`;
  }

  /** The names of such functions, in either order. */
  both(): readonly [string, string] {
    const names = this.get("twins").split("&");
    for (const name of names) this.named(name, "fn");
    const one = this.of(names);
    return [one, names.find((name) => name !== one) ?? one];
  }

  /** Takes a name away. */
  drop(kind: string): string {
    const name = this.get(kind);
    this.leaves.push([name, undefined], [`no ${name}`, "gone"]);
    return name;
  }

  /** A name that was taken away, and may have come back. */
  gone(): string {
    return this.get("gone").slice("no ".length);
  }
}

export type Template = (s: Scribe) => string;

class Probe extends Scribe {
  readonly kinds = new Set<string>();

  override of<T>(items: readonly T[]): T {
    return (items[0] ?? "") as T;
  }

  override get(kind: string): string {
    this.kinds.add(kind);
    return "";
  }

  override better(kind: string): string {
    this.kinds.add(kind);
    return "";
  }

  override named(name: string): string {
    return name;
  }

  override both(): readonly [string, string] {
    return [this.get("twins"), ""];
  }
}

/** The templates by what they need, or are better with. */
export function byNeed(templates: readonly Template[]): ReadonlyMap<string, readonly Template[]> {
  const found = new Map<string, Template[]>();
  for (const template of templates) {
    const probe = new Probe(new Map(), () => 0);
    template(probe);
    for (const kind of probe.kinds) found.set(kind, [...(found.get(kind) ?? []), template]);
  }
  return found;
}
