/** The variables of a cell's process. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { childEnviron } from "../../../extension/host/environment/child-environ.ts";
import { PYTHON } from "./machine.ts";

const venv = { python: "/nb/.venv/bin/python", venv: "/nb/.venv" };

describe("the variables of a cell's process", () => {
  it("put the environment first and leave out what the surroundings say about Python", () => {
    const base = {
      PATH: "/usr/bin",
      HOME: "/home/me",
      EMPTY: "",
      GONE: undefined,
      PYTHONHOME: "/opt",
      PYTHONSTARTUP: "/x.py",
      PYTHONPATH: "/src",
      PYTHONOPTIMIZE: "2",
      VIRTUAL_ENV: "/other",
      MPLBACKEND: "Agg",
      ELECTRON_RUN_AS_NODE: "1",
      VSCODE_PID: "1",
    };
    assert.deepEqual(childEnviron({ base, located: venv })({}), {
      environ: {
        PATH: "/nb/.venv/bin:/usr/bin",
        HOME: "/home/me",
        EMPTY: "",
        VIRTUAL_ENV: "/nb/.venv",
        PYTHONHASHSEED: "0",
        MPLBACKEND: "module://strata_harness.figures",
      },
      missing: [],
    });
  });

  it("have no VIRTUAL_ENV for a bare interpreter, and its folder first", () => {
    const { environ } = childEnviron({
      base: { VIRTUAL_ENV: "/other" },
      located: { python: "/usr/bin/python3" },
    })({});
    assert.equal(environ.VIRTUAL_ENV, undefined);
    assert.equal(environ.PATH, "/usr/bin");
  });

  it("let the notebook have the last word", () => {
    const effective = { PYTHONPATH: "/mine", MPLBACKEND: "svg", PATH: "/only", A: "notebook" };
    const { environ } = childEnviron({ base: { A: "surroundings", PATH: "/usr/bin" }, located: venv })(effective);
    assert.deepEqual(
      [environ.PYTHONPATH, environ.MPLBACKEND, environ.PATH, environ.A],
      ["/mine", "svg", "/only", "notebook"],
    );
  });

  it("take what the notebook leaves open from the surroundings, and name what nobody supplies", () => {
    const effective = { API_KEY: "", DB_PASSWORD: "", PLAIN: "x" };
    const { environ, missing } = childEnviron({ base: { API_KEY: "k" }, located: venv })(effective);
    assert.equal(environ.API_KEY, "k");
    assert.deepEqual(missing, ["DB_PASSWORD"]);
    assert.equal("DB_PASSWORD" in environ, false);
  });

  it("make equal sets print equally in two processes", () => {
    const { environ } = childEnviron({
      base: { ...process.env, PYTHONHASHSEED: "random" },
      located: { python: PYTHON },
    })({});
    const print = () =>
      execFileSync(PYTHON, ["-c", "print({'a', 'b', 'c', 'd', 'e', 'f'})"], { env: environ, encoding: "utf8" });
    assert.equal(print(), print());
  });
});
