/** What plans are made from, for tests: a store, a disk, a clock and an environment of which everything can change. */
import { createHash } from "node:crypto";
import type { EnginePorts } from "../../../extension/core/engine/ports.ts";
import type { PlanPorts } from "../../../extension/core/plan/lookup.ts";
import { moduleTraits } from "../../../extension/core/plan/module-traits.ts";
import type { CellHead, CellRecord, Observation, StoredValue } from "../../../extension/core/store/model.ts";

const hash = (text: string): string => createHash("sha256").update(text).digest("hex");

const MODULES = ["", "import random\nrandom.seed(1)", "def go(x):\n    open('b.txt', 'w')", "go = print"];

export function createWorld(analyze: EnginePorts["analyze"]) {
  let records = new Map<string, readonly CellRecord[]>();
  const heads = new Map<string, CellHead>();
  const files = new Map<string, number>();
  const lost = new Set<string>();
  const digests: string[] = [];
  /** What the module of the folder says; "" while there is none. */
  let module = "";
  let moment = 0;
  let slow = false;
  let environment = { python: "CPython 3.13.1", platform: "linux-x86_64", packages: ["a==1"] as readonly string[] };
  const none: readonly CellRecord[] = [];
  const soon = <T>(value: T): T | Promise<T> => (slow ? Promise.resolve(value) : value);
  const now = (): string => new Date(Date.UTC(2026, 0, 1) + moment * 60_000).toISOString();

  const ports: PlanPorts = {
    hash,
    records: (key) => soon(records.get(key) ?? none),
    foreign: () => false,
    local: (name) => module !== "" && name === "helper",
    traits: (modules) => moduleTraits(modules, () => (module === "" ? [] : [module]), analyze),
    head: (cell) => soon(heads.get(cell)),
    present: (digest) => soon(!lost.has(digest)),
    moment: () => ({ now: now(), session: moment < 8 ? "one" : "two" }),
    holds(observation) {
      const same = observation.kind !== "file" || observation.size === (files.get(observation.path) ?? 0);
      return soon(same ? { holds: true as const } : { holds: false as const, now: "another size" });
    },
  };
  const engine = {
    hash,
    analyze,
    resolve: (path: string) => `/n/${path}`,
    localPath: () => undefined,
  } as unknown as EnginePorts;

  return {
    ports,
    engine,
    get environment() {
      return environment;
    },
    run(cell: string, key: string, source: string, names: readonly string[], components: CellRecord["components"]) {
      const values = names.map((name): StoredValue => {
        // Some results are the same whatever the inputs.
        const digest = hash(source.startsWith("y") ? name : `${key} ${name}`);
        digests.push(digest);
        const variable = { name, type: "t", immutable: !source.includes("["), summary: "", unchanged: false };
        const shared = source.includes("x = [1]") ? [{ ...variable, name: "y" }] : [];
        return { digest, bytes: 1, variables: [variable, ...shared], needs: [], definitions: [] };
      });
      const path = source.includes("b.txt") ? "b.txt" : "a.txt";
      const observed: Observation[] = [];
      if (source.includes("open("))
        observed.push({ kind: "file", path, size: files.get(path) ?? 0, mtimeNs: "1", digest: hash(path) });
      if (source.includes("random()")) observed.push({ kind: "ambient", component: "random", digest: null });
      const record: CellRecord = {
        version: 1,
        key,
        notebook: "n",
        cell,
        components,
        observed,
        values,
        unstorable: [],
        changed: [],
        deleted: source.startsWith("del ") ? ["x"] : [],
        ambient: source.includes("seed") ? { random: hash(`seed ${key}`) } : {},
        definitions: {},
        sample: [],
        ...(source.includes("session") ? { session: moment < 8 ? "one" : "two" } : {}),
        outputs: [],
        durationMs: 1,
        finishedAt: now(),
      };
      records.set(key, [record, ...(records.get(key) ?? [])]);
      heads.set(cell, headOf(key, components, "ok"));
      return record;
    },
    fail: (cell: string, key: string) => heads.set(cell, headOf(key, COMPONENTS, "error")),
    lose(at: number) {
      const digest = digests[at % Math.max(1, digests.length)];
      if (digest !== undefined && !lost.delete(digest)) lost.add(digest);
    },
    touch: (file: string) => files.set(file, ((files.get(file) ?? 0) + 1) % 3),
    toggleModule() {
      module = MODULES[(MODULES.indexOf(module) + 1) % MODULES.length] ?? "";
    },
    changeEnvironment() {
      environment = { ...environment, packages: environment.packages.length === 1 ? ["a==1", "b==2"] : ["a==1"] };
    },
    /** As after a write of another process: equal records, other objects, and answers that take a moment. */
    reread() {
      records = new Map(structuredClone([...records]));
      slow = !slow;
    },
    wait() {
      moment++;
    },
  };

  function headOf(key: string, components: CellRecord["components"], status: CellHead["status"]): CellHead {
    const error = { name: "ValueError", message: "", traceback: "", frames: [] };
    const failed = status === "error" ? { error } : {};
    return { version: 1, key, components, status, outputs: [], ...failed, durationMs: 2, finishedAt: now() };
  }
}

const COMPONENTS: CellRecord["components"] = {
  language: "python",
  code: "",
  inputs: [],
  environment: { python: "", platform: "", packages: [] },
  directives: {},
};
