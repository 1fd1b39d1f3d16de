/** What the analysis says about the ways through a cell, against what Python does on them: random little programs. */
import assert from "node:assert/strict";
import { analyze } from "./check.ts";
import { runPython, THOROUGH } from "./python.ts";

const PROGRAMS = THOROUGH ? 5000 : 1000;
const RUNS_EACH = 4;
const NAMES = ["a", "b", "c", "d"];

/** A small generator of pseudo-random numbers (mulberry32), so that a failure can be repeated. */
function createRandom(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) % below;
  };
}

function program(random: (below: number) => number): string {
  const name = (): string => NAMES[random(NAMES.length)] as string;
  const lines: string[] = [];
  const block = (depth: number, inLoop: boolean): void => {
    for (let count = 1 + random(depth === 0 ? 4 : 2); count > 0; count--) statement(depth, inLoop);
  };
  const statement = (depth: number, inLoop: boolean): void => {
    const put = (text: string): void => {
      lines.push("    ".repeat(depth) + text);
    };
    const body = (head: string, loop = inLoop): void => {
      put(head);
      block(depth + 1, loop);
    };
    switch (random(depth > 2 ? 8 : 16)) {
      case 0:
      case 1:
        put(`${name()} = 1`);
        return;
      case 2:
      case 3:
        put(`${name()} = ${name()}`);
        return;
      case 4:
        put(`${name()} += 1`);
        return;
      case 5:
        put(`del ${name()}`);
        return;
      case 6:
        put(inLoop ? (["break", "continue"][random(2)] as string) : `[${name()} for i in (1, 2)]`);
        return;
      case 7:
        put(random(3) > 0 ? `${name()}` : "1 / 0");
        return;
      case 8:
      case 9:
        body("if bit():");
        if (random(3) === 0) body(`elif (${name()} := bit()):`);
        if (random(2) === 0) body("else:");
        return;
      case 10:
        body(`for ${name()} in range(bit() + bit()):`, true);
        if (random(3) === 0) body("else:");
        return;
      case 11:
        put("while True:");
        lines.push(`${"    ".repeat(depth + 1)}if bit(): break`);
        block(depth + 1, true);
        return;
      case 12:
        body("try:");
        body(["except NameError:", `except ZeroDivisionError as ${name()}:`, "except Exception:"][random(3)] as string);
        if (random(3) === 0) body("else:");
        // What leaves a loop from `finally` is a warning in newer versions.
        if (random(3) === 0) body("finally:", false);
        return;
      case 13:
        body("with suppress(NameError):");
        return;
      case 14:
        put("class C:");
        lines.push(`${"    ".repeat(depth + 1)}${name()} = ${name()}`);
        return;
      default:
        put("match bit():");
        lines.push(`${"    ".repeat(depth + 1)}case 0:`);
        block(depth + 2, inLoop);
        lines.push(`${"    ".repeat(depth + 1)}case ${random(2) === 0 ? name() : "1"}:`);
        block(depth + 2, inLoop);
    }
  };
  block(0, false);
  return lines.join("\n");
}

interface Observed {
  readonly taken: readonly string[];
  readonly bound: readonly string[];
  readonly gone: readonly string[];
  readonly completed: boolean;
}

describe("ways through random programs", function () {
  this.timeout(120_000);

  it("nothing is used, bound or deleted that the analysis does not foresee", () => {
    const random = createRandom(20);
    const tasks: { source: string; above: string[]; bits: number[] }[] = [];
    for (let index = 0; index < PROGRAMS; index++) {
      const source = program(random);
      for (let run = 0; run < RUNS_EACH; run++) {
        // With a one among them, or no `while True` would end.
        const bits = [...Array.from({ length: 1 + random(6) }, () => random(2)), 1];
        tasks.push({ source, above: NAMES.filter(() => random(3) > 0), bits });
      }
    }
    const input = tasks.map((task) => JSON.stringify(task)).join("\n");
    const { records } = runPython<Observed>("flow.py", [], input);
    assert.equal(records.length, tasks.length);
    let completed = 0;
    records.forEach((observed, index) => {
      const { source, above } = tasks[index]!;
      const analysis = analyze(source);
      const told = `\n${source}\nabove: ${above}\n${JSON.stringify(observed)}\n${JSON.stringify(analysis)}`;
      assert.equal(analysis.syntaxError, undefined, told);
      const uses = new Set(analysis.uses.map(({ name }) => name));
      for (const name of observed.taken) assert.ok(uses.has(name), `${name} came from above${told}`);
      if (!observed.completed) return;
      completed++;
      const bound = observed.bound.filter((name) => name !== "i" && name !== "C");
      for (const name of bound) assert.ok(analysis.defines.includes(name), `${name} is bound${told}`);
      for (const name of analysis.defines) {
        if (!analysis.maybeDefines.includes(name))
          assert.ok(observed.bound.includes(name), `${name} is not bound${told}`);
      }
      for (const name of analysis.deletes) assert.ok(!observed.bound.includes(name), `${name} is not deleted${told}`);
      for (const name of observed.gone) {
        const foreseen =
          analysis.deletes.includes(name) || analysis.mutates.includes(name) || analysis.maybeDefines.includes(name);
        assert.ok(foreseen, `${name} is gone${told}`);
      }
    });
    assert.ok(completed > records.length / 4, `only ${completed} of ${records.length} programs came to their end`);
  });
});
