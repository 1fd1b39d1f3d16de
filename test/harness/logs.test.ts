import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { testPython } from "./python-env.ts";
import { harness } from "./rig.ts";

const LOOK = `
import logging, sys
sys.path.insert(0, sys.argv[1])
from strata_harness import logs
from strata_harness.components import Base
from strata_harness.hidden import Hidden
base = Base({"folder": "/nowhere"})
said = lambda: sorted(logs.take(logging, base)["loggers"])
for name in ("library", "mine", "quiet"):
    logging.getLogger(name).addHandler(logging.NullHandler() if name == "quiet" else logging.StreamHandler())
print(said())
hidden = Hidden()
hidden.modules["library"] = object()
sys.meta_path.insert(0, hidden)
print(said())
`;

describe("how logging is set up", () => {
  it("leaves out the loggers of libraries that no cell has imported yet, and handlers that do nothing", async () => {
    const { stdout } = await promisify(execFile)(await testPython(), ["-c", LOOK, harness]);
    assert.equal(stdout, "['library', 'mine']\n['mine']\n");
  });
});
