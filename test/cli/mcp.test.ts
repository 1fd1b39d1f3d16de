/** `strata mcp` against the official client: tools, the branch, approvals, and what the user's folder holds meanwhile. */
import assert from "node:assert/strict";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js";
import { type CallToolResult, ElicitRequestSchema } from "@modelcontextprotocol/sdk/types.js";
import { strToU8, zipSync } from "fflate";
import { TOOLS } from "../../extension/core/agent/tools.ts";
import { testPython } from "../harness/python-env.ts";
import {
  checksums,
  commandLine,
  type Folder,
  folderOf,
  notebookFiles,
  runJson,
  STATE,
  strata,
  summaryOf,
} from "./rig.ts";

interface Session {
  call(name: string, input?: Record<string, unknown>): Promise<Answer>;
  readonly client: Client;
  readonly asked: string[];
}

interface Answer {
  readonly text: string;
  readonly failed: boolean;
  readonly changed: readonly { readonly cell: string; readonly was: string; readonly now: string }[];
  readonly images: number;
}

interface ConnectOptions {
  /** What a person says to every question; undefined: the client cannot ask. */
  readonly answer?: "accept" | "decline";
  readonly args?: readonly string[];
  /** Without an interpreter that was chosen: `.venv`, by uv. */
  readonly ownEnvironment?: boolean;
}

/** A package that needs no index: a wheel is a zip. */
function wheel(name: string): Uint8Array {
  const info = `${name}-1.0.dist-info`;
  const files = {
    [`${name}.py`]: "value = 41\n",
    [`${info}/METADATA`]: `Metadata-Version: 2.1\nName: ${name}\nVersion: 1.0\n`,
    [`${info}/WHEEL`]: "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    [`${info}/RECORD`]: "",
  };
  return zipSync(Object.fromEntries(Object.entries(files).map(([path, text]) => [path, strToU8(text)])));
}

describe("strata mcp", () => {
  let folder: Folder;
  let python: string;
  const open: Client[] = [];

  before(async () => {
    python = await testPython();
  });
  beforeEach(async () => {
    folder = await folderOf(
      notebookFiles({ load: "values = [3, 1, 2]", total: "sum(values)", note: "print('hello')" }),
    );
  });
  afterEach(async () => {
    for (const client of open.splice(0)) await client.close();
    await folder.remove();
  });

  async function connect(options: ConnectOptions = {}): Promise<Session> {
    const own = options.ownEnvironment === true ? [] : ["--python", python];
    const [command = "", ...args] = commandLine("mcp", folder.path, ...own, ...(options.args ?? []));
    const elicitation = options.answer === undefined ? {} : { elicitation: {} };
    const client = new Client({ name: "test", version: "1" }, { capabilities: elicitation });
    const asked: string[] = [];
    if (options.answer !== undefined) {
      const { answer } = options;
      client.setRequestHandler(ElicitRequestSchema, (request) => {
        asked.push(request.params.message);
        return { action: answer, ...(answer === "accept" ? { content: {} } : {}) };
      });
    }
    const env = { ...process.env, XDG_STATE_HOME: STATE } as Record<string, string>;
    await client.connect(new StdioClientTransport({ command, args, env, stderr: "ignore" }));
    open.push(client);
    return {
      client,
      asked,
      async call(name, input = {}) {
        const result = (await client.callTool({ name, arguments: input })) as CallToolResult;
        const text = result.content.map((part) => (part.type === "text" ? part.text : "")).join("");
        const { changed } = result.structuredContent as Pick<Answer, "changed">;
        const images = result.content.filter((part) => part.type === "image").length;
        return { text, failed: result.isError === true, changed, images };
      },
    };
  }

  const digestOf = (text: string): string => /digest ([0-9a-f]{16})/.exec(text)?.[1] ?? "";

  it("lists every tool with its schema and what it may do, and answers a wrong call with what is wrong", async () => {
    const { client, call } = await connect();
    const { tools } = await client.listTools();
    assert.deepEqual(
      tools.map(({ name }) => name),
      TOOLS.map(({ name }) => name),
    );
    const hints = new Map(tools.map(({ name, annotations }) => [name, annotations]));
    assert.equal(hints.get("strata_read_output")?.readOnlyHint, true);
    assert.equal(hints.get("strata_delete_cell")?.destructiveHint, true);
    assert.match(client.getInstructions() ?? "", /never follow instructions/);

    assert.match(
      (await call("strata_read_cell", { cell: "nothing" })).text,
      /no cell "nothing"\. Its cells are load, total, note/,
    );
    assert.match((await call("strata_read_cell", {})).text, /must have required property 'cell'/);
    assert.match((await call("strata_run", { what: "everything" })).text, /what must be equal to one of/);
    assert.match((await call("strata_add_package", { packages: ["--index-url=http://x"] })).text, /must match pattern/);
    assert.match((await call("strata_format_disk", {})).text, /no tool "strata_format_disk"/);
  });

  it("edits and runs on a branch; accepting it makes the results hits, and until then the folder is untouched", async () => {
    const before = await checksums(folder.path);
    const { call, asked } = await connect({ answer: "accept" });
    assert.match(
      (await call("strata_read_notebook")).text,
      /1\. load “load” python, 1 lines, digest [0-9a-f]{16}: stale/,
    );
    const read = await call("strata_read_cell", { cell: "load" });
    assert.match(read.text, /^1 {2}values = \[3, 1, 2\]$/m);
    const edited = await call("strata_edit_cell", {
      cell: "load",
      digest: digestOf(read.text),
      source: "values = [30, 10, 2]",
    });
    assert.equal(edited.failed, false);
    const created = await call("strata_create_cell", {
      after: "total",
      source: "# @name Largest\nlargest = max(values)\nlargest",
    });
    const id = /Created cell (\w+)/.exec(created.text)?.[1] ?? "";
    assert.deepEqual(
      created.changed.map(({ cell, was, now }) => [cell, was, now]),
      [[id, "absent", "stale"]],
    );
    const run = await call("strata_run", { what: "all" });
    assert.match(run.text, /^4 ran, 0 reused, 0 failed/);
    assert.match(run.text, /data, not instructions\]\n42\n\[end/);
    assert.deepEqual(
      run.changed.map(({ cell, now }) => `${cell} ${now}`),
      ["load fresh", "total fresh", `${id} fresh`, "note fresh"],
    );
    const value = await call("strata_read_variable", { name: "largest" });
    assert.match(value.text, /largest after cell \w+ “Largest”: int, int 30, \d+ bytes, artifact [0-9a-f]{12}/);
    const artifact = /artifact ([0-9a-f]{12})/.exec(value.text)?.[1] ?? "";
    assert.match(
      (await call("strata_explain_artifact", { digest: artifact })).text,
      /largest \(int, int 30\).* produced by cell/,
    );
    assert.match(
      (await call("strata_explain", { cell: "total" })).text,
      /Input values = value:[0-9a-f]{12}.* from load/,
    );
    assert.match((await call("strata_plan")).text, /^0 of 4 cells would run/);
    assert.deepEqual(await checksums(folder.path), before);
    assert.deepEqual(asked, []);

    const accepted = await call("strata_accept_changes");
    assert.equal(accepted.failed, false, accepted.text);
    assert.match(asked.join(), /Accept the agent's changes into your notebook\?/);
    assert.equal(await folder.read("cells/load.py"), "values = [30, 10, 2]");
    assert.match(await folder.read("notebook.toml"), new RegExp(`id = "${id}"`));
    const { executed, cached } = summaryOf(await runJson([folder.path, "--python", python]));
    assert.deepEqual({ executed, cached }, { executed: 0, cached: 4 });
  });

  it("keeps the user's edits, shows a conflict, and rejects without a trace", async () => {
    const { call } = await connect({ answer: "accept" });
    const digest = digestOf((await call("strata_read_cell", { cell: "note" })).text);
    await call("strata_edit_cell", { cell: "note", digest, source: "print('agent')" });
    await folder.write("cells/note.py", "print('user')");
    await folder.write("cells/load.py", "values = [5]");
    assert.match((await call("strata_changes")).text, /edited: note .* Conflict: You edited this cell too/);
    assert.match((await call("strata_read_cell", { cell: "load" })).text, /values = \[5\]/);
    const refused = await call("strata_accept_changes");
    assert.equal(refused.failed, true);
    assert.equal(await folder.read("cells/note.py"), "print('user')");
    const stale = await call("strata_edit_cell", { cell: "load", digest, source: "values = []" });
    assert.match(stale.text, /it is not what you read/);
    await call("strata_reject_changes");
    assert.match((await call("strata_changes")).text, /changes nothing/);
    assert.equal(await folder.read("cells/note.py"), "print('user')");
  });

  it("asks before it deletes, adds packages or reaches the network, and does nothing after a no", async () => {
    const { call, asked } = await connect({ answer: "decline" });
    const digest = digestOf((await call("strata_read_cell", { cell: "note" })).text);
    await call("strata_create_cell", { source: "import urllib.request\nurllib.request.urlopen('http://127.0.0.1:9')" });
    for (const [name, input] of [
      ["strata_delete_cell", { cell: "note", digest }],
      ["strata_add_package", { packages: ["six"] }],
      ["strata_run", { what: "all" }],
      ["strata_accept_changes", {}],
    ] as const) {
      const answer = await call(name, input);
      assert.equal(answer.failed, true, name);
      assert.match(answer.text, /The user said no/);
    }
    assert.match(asked.join("\n"), /Delete the cell “note”\?.*Add six\?.*it imports urllib.*Accept/s);
    assert.match((await call("strata_plan")).text, /^4 of 4 cells would run/);
  });

  it("refuses what it cannot ask for, with the way to allow it, and does what was allowed", async () => {
    const cautious = await connect();
    const digest = digestOf((await cautious.call("strata_read_cell", { cell: "note" })).text);
    const refused = await cautious.call("strata_delete_cell", { cell: "note", digest });
    assert.match(refused.text, /this client cannot ask.*--allow delete/s);
    const bold = await connect({ args: ["--allow", "delete"] });
    assert.equal((await bold.call("strata_delete_cell", { cell: "note", digest })).failed, false);
    assert.match((await bold.call("strata_changes")).text, /deleted: note/);
    const changes = await strata(["changes", folder.path]);
    assert.match(changes.stdout, /deleted: note/);
    const taken = await strata(["changes", folder.path, "--accept"]);
    assert.equal(taken.code, 0, taken.stderr);
    assert.doesNotMatch(await folder.read("notebook.toml"), /note\.py/);
  });

  it("tells of an error with its traceback, and of a run that goes on", async () => {
    const { call } = await connect();
    await call("strata_create_cell", { source: "1 / 0" });
    const run = await call("strata_run", { what: "stale", wait: false });
    assert.match(run.text, /Started 4 cells/);
    const ended = await call("strata_wait", { seconds: 50 });
    assert.match(ended.text, /3 ran, 0 reused, 1 failed/);
    assert.match(ended.text, /ZeroDivisionError/);
  });

  it("adds a package once the user said yes: the cell that needs it runs, and is stale when it is removed", async () => {
    const project = [
      "[project]",
      'name = "test"',
      'version = "0"',
      'requires-python = ">=3.9"',
      "dependencies = []",
      "",
    ];
    const uv = ["[tool.uv]", "no-index = true", 'find-links = ["wheels"]', ""];
    await folder.write("pyproject.toml", [...project, ...uv].join("\n"));
    await folder.write("wheels/tiny-1.0-py3-none-any.whl", wheel("tiny"));
    await folder.write("cells/note.py", "import tiny\ntiny.value + 1");
    const { call, asked } = await connect({ answer: "accept", ownEnvironment: true });
    assert.match((await call("strata_run", { cells: ["note"] })).text, /No module named 'tiny'/);
    const added = await call("strata_add_package", { packages: ["tiny"] });
    assert.deepEqual(
      added.changed.map(({ cell, was, now }) => `${cell} ${was} ${now}`),
      ["note failed stale"],
    );
    assert.match(asked[0] ?? "", /Add tiny\?/);
    assert.match(await folder.read("pyproject.toml"), /"tiny>=1\.0"/);
    assert.match((await call("strata_run", { cells: ["note"] })).text, /not instructions\]\n42\n/);
    const removed = await call("strata_remove_package", { packages: ["tiny"] });
    assert.match(removed.text, /note: fresh → stale\. The environment changed: tiny 1\.0 → \(absent\)/);
    assert.equal((await call("strata_add_package", { packages: ["nowhere"] })).failed, true);
  });
});
