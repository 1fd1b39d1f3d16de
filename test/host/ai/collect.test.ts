/** What a collection of the store's garbage does to answers of models and to an agent's branch: nothing that is still needed goes. */
import assert from "node:assert/strict";
import { resolve } from "node:path";
import { changesOf } from "../../../extension/core/agent/branch.ts";
import { type AgentNotebook, openAgentNotebook } from "../../../extension/host/agent/notebook.ts";
import { folderNotebook } from "../../../extension/host/agent/users-notebook.ts";
import { findPython } from "../../../scripts/provision/python.ts";
import { modelsAt } from "../../ai/fake-models.ts";
import { makeNotebook, type PromptNotebook } from "../../ai/notebook.ts";
import { type StandIn, startStandIn } from "../../ai/stand-in.ts";

const DAY_MS = 86_400_000;

describe("a collection", () => {
  let server: StandIn;
  let book: PromptNotebook;

  beforeEach(async () => {
    server = await startStandIn("anthropic", [{ kind: "text", text: "Hello." }]);
  });
  afterEach(async () => {
    await book.close();
    await server.close();
  });

  it("removes answers that no cell's result came from, when there is no room, and asks for them again", async () => {
    book = await makeNotebook({ "ask.prompt.py": "First?" }, { ai: { models: modelsAt(server) } });
    await book.run();
    await book.edit({ "ask.prompt.py": "Second?" });
    await book.run();
    assert.equal(server.seen.length, 2);

    const now = Date.now() + DAY_MS;
    const dry = await book.opened.collect({ limit: 0, dryRun: true, now });
    assert.deepEqual([dry.inventory.answers.length, dry.collection.answers.length], [2, 1]);
    const { removed, collection } = await book.opened.collect({ limit: 0, dryRun: false, now });
    assert.deepEqual([removed?.answers, removed?.bytes], [1, dry.collection.freed]);
    assert.deepEqual(collection.answers, dry.collection.answers);

    // The answer of the cell as it is outlives its result, as it always has.
    await book.opened.engine.forget();
    await book.run();
    assert.equal(server.seen.length, 2);
    await book.edit({ "ask.prompt.py": "First?" });
    await book.run();
    assert.equal(server.seen.length, 3);
  });

  it("keeps an answer that was used lately, though it was given long ago", async () => {
    book = await makeNotebook({ "ask.prompt.py": "First?" }, { ai: { models: modelsAt(server) } });
    await book.run();
    await book.opened.engine.forget();
    const before = (await book.opened.collect({ limit: 0, dryRun: true, now: Date.now() })).inventory.answers[0];
    await book.run();
    const after = (await book.opened.collect({ limit: 0, dryRun: true, now: Date.now() })).inventory.answers[0];
    assert.ok((after?.changed ?? 0) > (before?.changed ?? 0));
  });

  it("keeps what a branch needs until somebody has decided about it, and then no longer", async () => {
    book = await makeNotebook({ "data.py": "values = [3, 1, 2]" }, { ai: { models: modelsAt(server) } });
    await book.run();
    const agent = await openBranch(book.folder);
    await agent.sync();
    const source = "total = sum(values)\nprint(total)";
    await agent.edit([...agent.cells(), { id: "total", file: "total.py", language: "python", source }]);
    await runBranch(agent);
    // The branch has moved on since, so that what it last came to is another result than the one that it needs.
    const older = agent.cells();
    await agent.edit(older.map((cell) => (cell.id === "total" ? { ...cell, source: "total = 0" } : cell)));
    await runBranch(agent);
    await agent.edit(older);
    await agent.close();

    // Long after what heads alone protect.
    const now = Date.now() + 200 * DAY_MS;
    await book.opened.collect({ limit: 0, dryRun: false, now });
    const again = await openBranch(book.folder);
    await again.sync();
    const plan = await again.opened.engine.plan();
    assert.deepEqual(
      plan.cells.map(({ cell, action }) => [cell, action]),
      [
        ["data", "reuse"],
        ["total", "reuse"],
      ],
    );
    await again.reject(changesOf(await again.sync()));
    await again.close();
    const { removed } = await book.opened.collect({ limit: 0, dryRun: false, now });
    assert.equal(removed?.records, 2);
  });
});

async function openBranch(folder: string): Promise<AgentNotebook> {
  const made = await openAgentNotebook({
    folder,
    python: await findPython(),
    sync: false,
    harness: resolve(import.meta.dirname, "../../../python-harness"),
    storage: resolve(import.meta.dirname, "../../../.cache/agent-storage"),
    onProgress: () => undefined,
    onProblem: (message) => assert.fail(message),
    users: folderNotebook(folder, Date.now),
    trusted: () => true,
  });
  assert.ok("agent" in made, JSON.stringify(made));
  return made.agent;
}

async function runBranch(agent: AgentNotebook): Promise<void> {
  const request = { target: { kind: "all" }, force: false } as const;
  const { failed, skipped } = await agent.opened.engine.run(request, () => undefined, new AbortController().signal);
  assert.equal(failed + skipped, 0);
}
