/**
 * kill -9 of every process there is, one or two at once, at random moments. Afterwards nothing wrong is believed, nothing
 * keeps the next start waiting, and no process is left over.
 *
 *     KILLS=200 KILL_SEED=7 npm run test:survival
 */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { testPython } from "../harness/python-env.ts";
import { checkFresh, open, runAll, writeNotebook } from "./notebook.ts";
import { familyOf, kill, MARK, programOf, type Role } from "./processes.ts";
import { generator } from "./random.ts";

const KILLS = Number(process.env.KILLS ?? 15);
const SEED = Number(process.env.KILL_SEED ?? 1);
/** What is left may take this long to notice that it is alone. */
const GRACE_MS = 5000;

const VICTIMS: readonly (readonly [program: "editor" | "command", ...roles: Role[]])[] = [
  ["editor", "cell"],
  ["editor", "zygote"],
  ["editor", "host"],
  ["editor", "host", "zygote"],
  ["editor", "host", "cell"],
  ["editor", "zygote", "cell"],
  ["command", "host"],
  ["command", "cell"],
  ["command", "zygote"],
  ["command", "host", "zygote"],
];

describe(`a store after ${KILLS} kills`, function () {
  this.timeout(60_000 + KILLS * 20_000);
  let place: string;
  let python: string;

  before(async function () {
    if (process.platform !== "linux") return this.skip();
    python = await testPython();
    place = await mkdtemp(join(tmpdir(), "strata-kills-"));
  });
  after(() => rm(place, { recursive: true, force: true }));

  it("is believed only where it is right, and every next start is clean", async () => {
    const folder = join(place, "notebook");
    const draw = generator(SEED);
    const seen = { kills: 0, rounds: 0, fresh: 0, cutShort: 0 };
    for (let newest = 0; seen.kills < KILLS; ) {
      // Sometimes back to an earlier version: then part of it is there already.
      const version = draw() < 0.2 ? Math.floor(draw() * newest) : ++newest;
      await writeNotebook(folder, version);
      const [program, ...roles] = VICTIMS[seen.rounds % VICTIMS.length] as (typeof VICTIMS)[number];
      const story = `round ${seen.rounds} of seed ${SEED}: version ${version}, ${program}, ${roles.join(" and ")}`;
      seen.rounds++;
      const { killed, left, finished } = await round(folder, program, roles, draw() * 400);
      seen.kills += killed;
      seen.cutShort += finished ? 0 : 1;
      assert.deepEqual(left, [], `${story}: processes are left over`);
      const problems: string[] = [];
      const opened = await open(folder, python, problems);
      try {
        seen.fresh += await checkFresh(opened, version, true);
        if (seen.rounds % 5 === 0 || seen.kills >= KILLS) await runAll(opened, version);
      } catch (error) {
        throw new Error(story, { cause: error });
      } finally {
        await opened.close();
      }
      assert.deepEqual(problems, [], story);
      assert.ok(seen.rounds < KILLS * 6, "too few kills hit anything");
    }
    process.stdout.write(`      ${JSON.stringify(seen)}\n`);
    assert.ok(seen.fresh > 0, "nothing was ever fresh, so nothing was compared");
    assert.ok(seen.cutShort > 0, "no run was cut short");
  });

  for (const roles of [["host"], ["host", "zygote"]] as const) {
    it(`ends a cell that says nothing, with what it has started, when ${roles.join(" and ")} are killed`, async () => {
      const folder = join(place, `silent-${roles.length}`);
      await writeNotebook(folder, 1);
      const program = "import subprocess, time\nprint('begun', flush=True)\nsubprocess.Popen(['sleep', '600'])\n";
      // Long enough for the zygote to be ready: the first cells of a process run without it.
      await writeFile(join(folder, "cells", "both.py"), "import time\ntotal = 1\ntime.sleep(1.5)");
      await writeFile(join(folder, "cells", "end.py"), `${program}time.sleep(600 + total)`);
      const { mark, child, ended } = start(folder, "editor");
      const begun = performance.now() + 20_000;
      // The zygote, the cell, a spare child, and the program that the cell has started.
      while (!programsOf(mark).some((line) => line.startsWith("sleep"))) {
        assert.ok(performance.now() < begun, "the cell never began");
        await pause(20);
      }
      const family = familyOf(mark);
      assert.equal(family.zygote.length, 1);
      assert.ok(kill(roles.flatMap((role) => family[role])) >= roles.length);
      await ended;
      assert.equal(child.signalCode, "SIGKILL");
      assert.deepEqual(await leftAfterGrace(mark), []);
    });
  }

  async function round(
    folder: string,
    program: "editor" | "command",
    roles: readonly Role[],
    delay: number,
  ): Promise<{ killed: number; left: readonly string[]; finished: boolean }> {
    const { mark, child, ended } = start(folder, program);
    // Both speak first when they begin to run, or have come to their first result.
    const said = once(child.stdout, "data");
    child.stdout.resume();
    await Promise.race([said, ended, pause(program === "command" ? 250 : 20_000)]);
    await pause(delay);
    const family = familyOf(mark);
    const killed = kill(roles.flatMap((role) => family[role]));
    const late = setTimeout(() => child.kill("SIGKILL"), 20_000);
    const [code] = await ended;
    clearTimeout(late);
    return { killed, left: await leftAfterGrace(mark), finished: code === 0 };
  }

  function start(folder: string, program: "editor" | "command") {
    const mark = randomUUID();
    const root = resolve(import.meta.dirname, "..", "..");
    const args =
      program === "editor"
        ? [join(import.meta.dirname, "victim.ts"), folder, python]
        : [join(root, "extension/cli/main.ts"), "run", folder, "--python", python, "--jobs", "2"];
    const child = spawn(process.execPath, ["--disable-warning=ExperimentalWarning", ...args], {
      env: { ...process.env, [MARK]: mark },
      stdio: ["ignore", "pipe", "pipe"],
    });
    const ended = once(child, "close");
    child.stderr.resume();
    return { mark, child, ended };
  }
});

/** What is still there when it has had its time to notice; ended then, as nobody else would. */
async function leftAfterGrace(mark: string): Promise<readonly string[]> {
  const until = performance.now() + GRACE_MS;
  while (leftOf(mark).length > 0 && performance.now() < until) await pause(20);
  const programs = programsOf(mark);
  kill(leftOf(mark));
  return programs;
}

function programsOf(mark: string): readonly string[] {
  return leftOf(mark).map((pid) => programOf(pid));
}

function leftOf(mark: string): readonly number[] {
  const { host, zygote, cell } = familyOf(mark);
  return [...host, ...zygote, ...cell];
}
