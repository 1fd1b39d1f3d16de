/**
 * What `strata doctor` finds: each check a fact with a level, so that a person reads it in one look and a script by its
 * name. It starts Python where there is an environment; it makes none, and changes nothing in the notebook.
 */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { counted, formatSize } from "../../core/store/amounts.ts";
import { totalOf } from "../../core/store/collect.ts";
import type { OpenNotebook } from "../engine/open.ts";
import { needsSync } from "../environment/prepare.ts";
import { isFailed } from "../environment/problem.ts";
import { runTool } from "../environment/tool.ts";
import { findUv, pythonsOnPath } from "../environment/uv.ts";
import { whyUnusable } from "../store/usable.ts";

export interface Check {
  readonly name: "strata" | "uv" | "python" | "environment" | "runner" | "libraries" | "store";
  readonly level: "ok" | "note" | "problem";
  /** Full sentences. */
  readonly text: string;
  readonly facts: Readonly<Record<string, unknown>>;
}

export interface Examined {
  readonly folder: string;
  readonly storage: string;
  /** Undefined without a notebook. */
  readonly opened: OpenNotebook | undefined;
  readonly store: string;
  readonly python: string | undefined;
  readonly version: string;
  readonly signal: AbortSignal;
}

export async function examine(examined: Examined): Promise<readonly Check[]> {
  const { version, opened } = examined;
  const checks: Check[] = [
    {
      name: "strata",
      level: "ok",
      text: `strata ${version} on Node ${process.versions.node}, ${process.platform} ${process.arch}.`,
      facts: { version, node: process.versions.node, platform: process.platform, arch: process.arch },
    },
    await uvCheck(examined),
  ];
  if (opened === undefined) return [...checks, pythonsCheck()];
  // Before there are processes that wait for cells, whose files look like those of runs that ended early.
  const stored = await storeCheck(examined, opened);
  const problem = await opened.prepare(examined.signal);
  checks.push(pythonCheck(opened, problem));
  if (problem === undefined) {
    checks.push(await environmentCheck(examined, opened));
    await opened.warmUp();
    checks.push(...runnerChecks(opened));
  }
  return [...checks, stored];
}

async function uvCheck({ storage, folder, signal }: Examined): Promise<Check> {
  const env = process.env;
  const found = await findUv({ storage, env, folder, fetch: false, onProgress: () => undefined, signal });
  if (isFailed(found)) {
    const text =
      "uv, which makes the environments of notebooks, is not installed. It is fetched when it is first needed.";
    return { name: "uv", level: "note", text, facts: { path: null } };
  }
  const clean = Object.fromEntries(
    Object.entries(env).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
  const ended = await runTool(found.uv, ["--version"], { cwd: folder, env: clean, signal });
  const version = ended.kind === "exited" ? ended.stdout.trim() : "";
  return { name: "uv", level: "ok", text: `${version || "uv"}, ${found.uv}.`, facts: { path: found.uv, version } };
}

function pythonsCheck(): Check {
  const found = pythonsOnPath(process.env);
  const text =
    found.length === 0 ? "There is no Python on PATH; uv can fetch one." : `Python on PATH: ${found.join(", ")}.`;
  return { name: "python", level: found.length === 0 ? "note" : "ok", text, facts: { found } };
}

function pythonCheck(opened: OpenNotebook, problem: string | undefined): Check {
  const python = opened.python();
  if (problem !== undefined || python === undefined) {
    return { name: "python", level: "problem", text: problem ?? "There is no interpreter.", facts: { path: null } };
  }
  const { environment } = opened;
  const { python: version, platform } = environment();
  return { name: "python", level: "ok", text: `${version}, ${python}.`, facts: { path: python, version, platform } };
}

async function environmentCheck({ folder, python }: Examined, opened: OpenNotebook): Promise<Check> {
  const { packages } = opened.environment();
  const count = counted(packages.length, "package");
  const facts = { packages, named: python ?? null };
  if (python !== undefined)
    return { name: "environment", level: "ok", text: `${count}; it was named, not made here.`, facts };
  const behind = existsSync(join(folder, "pyproject.toml")) && needsSync(folder);
  return behind
    ? {
        name: "environment",
        level: "note",
        text: `${count}; pyproject.toml or uv.lock may say something else. The next run brings it up to date.`,
        facts,
      }
    : { name: "environment", level: "ok", text: `${count}, as pyproject.toml and uv.lock say.`, facts };
}

function runnerChecks(opened: OpenNotebook): readonly Check[] {
  const mode = opened.mode();
  if (mode === undefined) return [];
  const ahead = mode.warm.length === 0 ? "" : ` In memory ahead: ${mode.warm.join(", ")}.`;
  const runner: Check = {
    name: "runner",
    level: mode.kind === "zygote" || (mode.kind === "ahead" && process.platform !== "linux") ? "ok" : "note",
    text: `${mode.why}${ahead}`,
    facts: { mode: mode.kind, why: mode.why, warm: mode.warm },
  };
  const unfit = Object.entries(mode.unfit);
  if (unfit.length === 0) return [runner];
  const text = `Each cell that needs them loads these itself: ${unfit.map(([name, why]) => `${name} (${why})`).join(", ")}.`;
  return [runner, { name: "libraries", level: "note", text, facts: { unfit: mode.unfit } }];
}

async function storeCheck({ store: path }: Examined, { store }: OpenNotebook): Promise<Check> {
  const inventory = await store.maintenance.inventory();
  const { contents, records, leftovers } = inventory;
  const bytes = totalOf(inventory);
  const busy = await store.maintenance.busySince(Date.now());
  const damaged = leftovers.filter(({ name }) => name.startsWith("damaged-")).length;
  const unusable = whyUnusable(path);
  const facts = {
    path,
    bytes,
    files: contents.size,
    results: records.length,
    leftovers: leftovers.length,
    damaged,
    writable: unusable === undefined,
    busy: busy !== undefined,
  };
  const parts = [`${formatSize(bytes)}: ${counted(records.length, "result")} in ${counted(contents.size, "file")}`];
  if (damaged > 0) parts.push(`${counted(damaged, "damaged file")} set aside, whose results are made again`);
  if (leftovers.length > damaged)
    parts.push(`${counted(leftovers.length - damaged, "temporary file")} of runs that ended early`);
  parts.push(busy === undefined ? "no run is using it, and nothing is locked" : "a run is using it");
  const text = `${path} has ${parts.join("; ")}.`;
  if (unusable !== undefined)
    return { name: "store", level: "problem", text: `${text} It cannot be written: ${unusable}.`, facts };
  return { name: "store", level: damaged > 0 ? "note" : "ok", text, facts };
}
