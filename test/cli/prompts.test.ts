/** Prompt cells from the command line: the one message without a key, cassettes, what it cost. */
import assert from "node:assert/strict";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type StandIn, startStandIn } from "../ai/stand-in.ts";
import { testPython } from "../harness/python-env.ts";
import { type Ended, strata } from "./rig.ts";

const KEY = "sk-cli-0f1e2d3c4b5a";
const TOML = `notebook_id = "11111111-aaaa-4000-8000-0000000000a1"
name = "Prompts"
cells = [
  { id = "data", file = "data.py", language = "python", order = 0 },
  { id = "ask", file = "ask.py", language = "prompt", order = 1 },
  { id = "use", file = "use.py", language = "python", order = 2 },
]

[ai]
model = "gpt-5.6-luna"
`;

describe("strata run with prompt cells", () => {
  let server: StandIn;
  let folder: string;
  let python: string;

  before(async () => {
    python = await testPython();
    server = await startStandIn("openai", [{ kind: "text", text: "Six **legs**.", input: 1000, output: 100 }]);
    folder = await mkdtemp(join(tmpdir(), "strata-cli-prompts-"));
    await mkdir(join(folder, "cells"));
    await writeFile(join(folder, "notebook.toml"), TOML);
    await writeFile(join(folder, "cells/data.py"), 'animal = "ant"\n');
    await writeFile(join(folder, "cells/ask.py"), "# @name legs\nHow many legs has an {{ animal }}?\n");
    await writeFile(join(folder, "cells/use.py"), "print(legs.lower())\n");
  });

  after(async () => {
    await server.close();
    await rm(folder, { recursive: true, force: true });
  });

  const run = (withKey: boolean, ...more: string[]): Promise<Ended> =>
    strata(["run", folder, "--python", python, ...more], {
      env: withKey ? { OPENAI_API_KEY: KEY, OPENAI_BASE_URL: server.url } : {},
    });

  it("says what to do when there is no key", async () => {
    const { code, stdout } = await run(false);
    assert.equal(code, 1);
    assert.match(stdout, /✗ legs {2}failed/);
    assert.match(stdout, /ApiKeyMissing: OpenAI needs an API key, and there is none\. Set OPENAI_API_KEY/);
    assert.match(stdout, /− use {2}skipped/);
  });

  it("runs with a key, and records on a cassette what is reused too", async () => {
    const first = await run(true);
    assert.equal(first.code, 0, first.stdout + first.stderr);
    assert.match(first.stdout, /six \*\*legs\*\*\./);
    const tape = join(folder, "tape.json");
    const again = await run(true, "--cassette", tape);
    assert.match(again.stdout, /0 executed, 3 cached/);
    assert.equal(server.seen.length, 1);
    const text = await readFile(tape, "utf8");
    assert.match(text, /How many legs has an ant\?/);
    for (const said of [first.stdout, first.stderr, again.stdout, again.stderr, text]) assert.ok(!said.includes(KEY));
  });

  it("replays without a key in another store, and says which prompt was not recorded", async () => {
    const tape = join(folder, "tape.json");
    const replayed = await run(false, "--cassette", tape, "--store", join(folder, "other"));
    assert.equal(replayed.code, 0, replayed.stdout + replayed.stderr);
    assert.match(replayed.stdout, /from the cassette/);
    await writeFile(join(folder, "cells/data.py"), 'animal = "spider"\n');
    const missing = await run(false, "--cassette", tape, "--store", join(folder, "other"));
    assert.equal(missing.code, 1);
    assert.match(missing.stdout, /AnswerNotRecorded: The cassette .*tape\.json has no answer of gpt-5\.6-luna/);
    await writeFile(join(folder, "cells/data.py"), 'animal = "ant"\n');
  });

  it("exports the answer with the script, which asks nobody", async () => {
    const { stdout } = await strata(["export", folder, "--to", "script", "--python", python]);
    assert.match(stdout, /# How many legs has an \{\{ animal \}\}\?\nlegs = ["']Six \*\*legs\*\*\.["']\n/);
  });

  it("refuses a file that is no cassette", async () => {
    const { code, stderr } = await run(false, "--cassette", join(folder, "notebook.toml"));
    assert.equal(code, 2);
    assert.match(stderr, /notebook\.toml is no cassette of answers/);
  });

  it("adds up what it cost", async () => {
    const human = await strata(["cost", folder]);
    assert.match(human.stdout, /legs +\$0\.0003 {2}1 answer, 1,000 \+ 100 tokens\nin all +\$0\.0003/);
    const json = await strata(["cost", folder, "--format", "json"]);
    const lines = json.stdout
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
    const sum = { answers: 1, requests: 1, input: 1000, output: 100, usd: 0.00032, unpriced: 0 };
    assert.deepEqual(lines, [
      { type: "cell", id: "ask", name: "legs", ...sum },
      { type: "total", ...sum },
    ]);
  });
});
