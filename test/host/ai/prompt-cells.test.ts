/** Prompt cells from folder to answer: real Python renders, the real SDK asks a stand-in, the store keeps. */
import assert from "node:assert/strict";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { openCassette } from "../../../extension/host/ai/cassette.ts";
import { openLedger } from "../../../extension/host/ai/ledger.ts";
import { ledgerPath } from "../../../extension/host/engine/prompts.ts";
import { answersFolder } from "../../../extension/host/store/answer-path.ts";
import { KEY, modelsAt } from "../../ai/fake-models.ts";
import { makeNotebook, type PromptNotebook } from "../../ai/notebook.ts";
import { type Script, type Seen, type StandIn, startStandIn } from "../../ai/stand-in.ts";

const DATA = 'who = "Ada"\nplace = {"town": "London", "since": 1815}\n';
const ASK = "# @name letter\nWrite to {{ who }} in {{ place['town'] }}.";

describe("prompt cells, end to end", () => {
  let server: StandIn;
  // One for all tests, since a store and an interpreter take a second to open: each test has cells of its own, and no
  // results or answers from before.
  let book: PromptNotebook;

  before(async () => {
    server = await startStandIn("anthropic", []);
    book = await makeNotebook({ "first.py": "1" }, { ai: { models: modelsAt(server) } });
  });

  after(async () => {
    await book.close();
    await server.close();
  });

  async function make(cells: Record<string, string>, script: Script, extra = ""): Promise<PromptNotebook> {
    server.rescript(script);
    await book.edit(cells, extra);
    await book.opened.engine.forget();
    await rm(answersFolder(join(book.folder, ".strata", "store")), { recursive: true, force: true });
    await rm(ledgerPath(book.folder), { force: true });
    return book;
  }
  const asked = (): readonly Seen[] => server.seen;
  const prompts = (): readonly string[] => asked().map(({ body }) => body.messages[0].content[0].text);

  it("asks with the values of the cells above, and the cells below use the answer as text", async () => {
    const notebook = await make({ "data.py": DATA, "ask.prompt.py": ASK, "use.py": "print(letter.upper())" }, [
      { kind: "text", text: "Dear Ada," },
    ]);
    const ran = await notebook.run();
    assert.equal(ran.summary.failed + ran.summary.skipped, 0, ran.text("ask"));
    assert.deepEqual(prompts(), ["Write to Ada in London."]);
    assert.match(ran.text("use"), /^DEAR ADA,$/m);
    assert.match(ran.text("ask"), /claude-sonnet-5-5 · 10 \+ 5 tokens · under \$0\.0001 · 1 attempt/);
  });

  it("streams the answer as Markdown that grows", async () => {
    const notebook = await make({ "ask.prompt.py": "Hello?" }, [{ kind: "text", text: "One **two** three four." }]);
    const { events } = await notebook.run();
    const shown = events.flatMap((event) => (event.type === "display" && event.output.id === "answer" ? [event] : []));
    assert.ok(shown.length >= 2);
    assert.deepEqual(
      shown.map(({ update }) => update),
      [false, ...shown.slice(1).map(() => true)],
    );
    const last = shown.at(-1)?.output.data[0];
    assert.deepEqual(last, { mime: "text/markdown", text: "One **two** three four." });
  });

  it("holds no piece back while the model pauses", async () => {
    const seen = new Map<string, () => void>();
    const until = (text: string): Promise<void> => new Promise((resolve) => seen.set(text, resolve));
    const halves = ["The first half, ", "the second half."] as const;
    async function* texts(): AsyncGenerator<string> {
      for (const [index, half] of halves.entries()) {
        yield half;
        // Nothing more comes until all of this has been shown.
        await until(halves.slice(0, index + 1).join(""));
      }
    }
    const notebook = await make({ "ask.prompt.py": "Hello?" }, [{ kind: "paced", texts: texts() }]);
    const ran = await notebook.run({}, undefined, (event) => {
      const item = event.type === "display" ? event.output.data[0] : undefined;
      if (item !== undefined && "text" in item) seen.get(item.text)?.();
    });
    assert.equal(ran.summary.failed, 0, ran.text("ask"));
  });

  it("asks nothing again while what is sent stays the same, and runs nothing below", async () => {
    const cells = { "data.py": DATA, "ask.prompt.py": ASK, "use.py": "print(letter)" };
    const notebook = await make(cells, [{ kind: "text", text: "Dear Ada," }]);
    await notebook.run();
    // Another text for the same values: the prompt cell's own key is the same.
    await notebook.edit({ ...cells, "data.py": `${DATA}unused = 1\n` });
    assert.equal((await notebook.run()).summary.executed, 1);
    // Another value that renders to the same prompt: the cell runs, the model is not asked, and nothing below runs.
    await notebook.edit({ ...cells, "data.py": DATA.replace("1815", "1816") });
    const ran = await notebook.run();
    assert.equal(asked().length, 1);
    assert.equal(ran.summary.executed, 2);
    assert.equal(ran.summary.cached, 1);
    assert.match(ran.text("ask"), /asked before/);
  });

  it("runs what is below again only when the answer is another", async () => {
    const cells = { "data.py": DATA, "ask.prompt.py": ASK, "use.py": "print(letter)" };
    const notebook = await make(cells, (_seen, index) => ({ kind: "text", text: index < 2 ? "Dear Ada," : "Hi!" }));
    await notebook.run();
    await notebook.edit({ ...cells, "ask.prompt.py": `${ASK} Be kind.` });
    const same = await notebook.run();
    assert.deepEqual([same.summary.executed, same.summary.cached], [1, 2]);
    await notebook.edit({ ...cells, "ask.prompt.py": `${ASK} Be short.` });
    const other = await notebook.run();
    assert.equal(other.summary.executed, 2);
    assert.match(other.text("use"), /Hi!/);
  });

  it("shares one request between cells that ask the same, and asks anew when forced", async () => {
    let open = (): void => undefined;
    const gate = new Promise<void>((resolve) => {
      open = resolve;
    });
    const notebook = await make(
      { "one.prompt.py": "# @name a\nThe same?", "two.prompt.py": "# @name b\nThe same?", "use.py": "print(a + b)" },
      (_seen, index) => (index === 0 ? { kind: "gated", gate, text: "Yes. " } : { kind: "text", text: "Still. " }),
    );
    const running = notebook.run({ jobs: 2 });
    await server.arrived(1);
    open();
    const ran = await running;
    assert.equal(asked().length, 1);
    assert.match(ran.text("use"), /Yes\. Yes\./);
    const forced = await notebook.run({ target: { kind: "cells", cells: ["one"] }, force: true });
    assert.equal(asked().length, 2);
    assert.match(forced.text("one"), /Still/);
  });

  it("waits for several answers at a time, and computes meanwhile", async () => {
    let open = (): void => undefined;
    const gate = new Promise<void>((resolve) => {
      open = resolve;
    });
    const asks = Object.fromEntries(Array.from({ length: 5 }, (_, n) => [`p${n}.prompt.py`, `Question ${n}?`]));
    const notebook = await make({ ...asks, "compute.py": "print(1)" }, () => ({ kind: "gated", gate, text: "x" }));
    let compute = (): void => undefined;
    const computed = new Promise<void>((resolve) => {
      compute = resolve;
    });
    const running = notebook.run({ jobs: 2 }, undefined, (event) => {
      if (event.type === "ended" && event.cell === "compute") compute();
    });
    await server.arrived(5);
    await computed;
    open();
    assert.equal((await running).summary.executed, 6);
  });

  const failing: readonly (readonly [string, string, RegExp])[] = [
    ["an unknown name", "Dear {{ nobody }}", /NameError: name 'nobody' is not defined/],
    ["an attribute that is not there", "Two\nlines {{ who.surname }}", /line 3[\s\S]*AttributeError/],
    ["an expression that fails", "{{ 1 / 0 }}", /ZeroDivisionError/],
    ["a value without a text", "{{ thing }}", /TypeError: \{\{ thing \}\} is a Thing, which has no text of its own/],
  ];
  for (const [what, body, expected] of failing) {
    it(`${what} in the prompt is an error in its line, before anything is sent`, async () => {
      const notebook = await make(
        { "data.py": `${DATA}class Thing: pass\nthing = Thing()\n`, "ask.prompt.py": `# @name x\n${body}` },
        [{ kind: "text", text: "never" }],
      );
      const ran = await notebook.run();
      assert.equal(ran.outcome("ask").status, "error");
      assert.match(ran.text("ask"), expected);
      assert.ok(!/strata_harness/.test(ran.text("ask")));
      assert.equal(asked().length, 0);
    });
  }

  for (const [body, expected] of [
    ["Dear {{ who", /Line 1: `\{\{` is never closed/],
    ["Dear {{ }}", /is empty/],
    ["Dear {{ x = 1 }}", /is no Python expression/],
    ["Dear {{ 1 + }}", /is no Python expression/],
  ] as const) {
    it(`“${body}” is said to be no prompt without running anything`, async () => {
      const notebook = await make({ "ask.prompt.py": body }, [{ kind: "text", text: "never" }]);
      const [status] = await notebook.opened.engine.statuses();
      assert.equal(status?.validity, "blocked");
      assert.ok(status?.reason.kind === "problem");
      assert.match(status.reason.message, expected);
    });
  }

  it("says that a key is missing in one message, and runs when there is one", async () => {
    const notebook = await make({ "ask.prompt.py": "Hello?" }, [{ kind: "text", text: "Yes?" }]);
    book = await notebook.reopen({ models: modelsAt(undefined) });
    const ran = await book.run();
    assert.match(ran.text("ask"), /^ApiKeyMissing: Anthropic needs an API key.*ANTHROPIC_API_KEY.*Set API Key…/);
    assert.equal(asked().length, 0);
    book = await book.reopen({ models: modelsAt(server) });
    assert.equal((await book.run()).outcome("ask").status, "ok");
  });

  it("keeps the key out of every file, event, record and error", async () => {
    const notebook = await make({ "data.py": DATA, "ask.prompt.py": ASK, "bad.prompt.py": "Fail." }, (seen) =>
      JSON.stringify(seen.body).includes("Fail")
        ? { kind: "status", status: 401, message: `Invalid key ${KEY}` }
        : { kind: "text", text: "Fine." },
    );
    const ran = await notebook.run();
    assert.equal(ran.outcome("bad").status, "error");
    assert.deepEqual(new Set(asked().map(({ headers }) => headers.authorization)), new Set([`Bearer ${KEY}`]));
    assert.ok(!JSON.stringify(ran.events).includes(KEY));
    for (const [path, text] of await notebook.files()) assert.ok(!text.includes(KEY), path);
  });

  it("is interrupted in the middle of an answer, keeps nothing, and runs again", async () => {
    const notebook = await make({ "ask.prompt.py": "Hello?" }, (_seen, index) =>
      index === 0 ? { kind: "silent", text: "Well" } : { kind: "text", text: "Whole." },
    );
    const controller = new AbortController();
    const ran = await notebook.run({}, controller.signal, (event) => {
      if (event.type === "display") controller.abort();
    });
    assert.equal(ran.outcome("ask").status, "interrupted");
    await server.left();
    assert.match((await notebook.run()).text("ask"), /^Whole\./);
  });

  it("tries again when the answer breaks off, and shows only the whole one", async () => {
    const notebook = await make({ "ask.prompt.py": "Hello?" }, [
      { kind: "cut", text: "Half of" },
      { kind: "text", text: "All of it." },
    ]);
    const ran = await notebook.run();
    assert.match(ran.text("ask"), /^All of it\.$/m);
    assert.ok(!/Half of/.test(ran.text("ask")));
    assert.match(ran.text("ask"), /broke off[\s\S]*1 attempt, 2 requests/);
  });

  it("adds up what was asked in a ledger that outlives cleared results", async () => {
    const notebook = await make({ "a.prompt.py": "One?", "b.prompt.py": "Two?" }, [
      { kind: "text", text: "x", input: 1000, output: 200 },
    ]);
    await notebook.run();
    await notebook.opened.engine.forget();
    const entries = await openLedger(ledgerPath(notebook.folder)).entries();
    assert.deepEqual(entries.map(({ cell, usage, cost }) => [cell, usage.input, usage.output, cost]).sort(), [
      ["a", 1000, 200, 0.004],
      ["b", 1000, 200, 0.004],
    ]);
    assert.ok(!JSON.stringify(entries).includes("One?"));
  });

  it("never keeps what one model says as the answer of another, when keys or models change in between", async () => {
    const models = modelsAt(server);
    // As when VS Code's own models are seen between the plan and the request.
    const late = {
      ...models,
      open: () => models.open({ provider: "openai", baseUrl: `${server.url}/v1`, model: "other" }),
    };
    server.rescript([{ kind: "text", text: "Another's." }]);
    const notebook = await makeNotebook({ "ask.prompt.py": "Hello?" }, { ai: { models: late } });
    try {
      const ran = await notebook.run();
      assert.match(
        ran.text("ask"),
        /The model for this cell is now other .*, instead of claude-sonnet-5-5\. Run the cell again/,
      );
      assert.equal(asked().length, 0);
    } finally {
      await notebook.close();
    }
  });

  it("asks another model when @model or [ai] says so, and one more time for each", async () => {
    const notebook = await make({ "ask.prompt.py": "Hello?" }, [{ kind: "text", text: "Yes?" }]);
    await notebook.run();
    await notebook.edit({ "ask.prompt.py": "Hello?" }, '[ai]\nmodel = "claude-opus-5-5"');
    const [status] = await notebook.opened.engine.statuses();
    assert.deepEqual(status?.reason, {
      kind: "directive-changed",
      name: "prompt.model",
      before: "claude-sonnet-5-5",
      after: "claude-opus-5-5",
    });
    await notebook.run();
    await notebook.edit({ "ask.prompt.py": "# @model claude-haiku-5-5\nHello?" }, '[ai]\nmodel = "claude-opus-5-5"');
    await notebook.run();
    assert.deepEqual(
      asked().map(({ body }) => body.model),
      ["claude-sonnet-5-5", "claude-opus-5-5", "claude-haiku-5-5"],
    );
  });

  it("sends @system, @max_tokens and [ai] max_output_tokens", async () => {
    const notebook = await make(
      { "a.prompt.py": "# @system Be brief.\n# @system Be kind.\n# @max_tokens 7\nHello?", "b.prompt.py": "Two?" },
      [{ kind: "text", text: "x" }],
      "[ai]\nmax_output_tokens = 99",
    );
    await notebook.run();
    const bodies = [...asked()]
      .sort((a, b) => a.body.max_tokens - b.body.max_tokens)
      .map(({ body }) => [body.system, body.max_tokens]);
    assert.deepEqual(bodies, [
      ["Be brief.\nBe kind.", 7],
      [undefined, 99],
    ]);
  });

  it("asks every time with @cache off, also where the answer is stored", async () => {
    const notebook = await make({ "ask.prompt.py": "# @cache off\nHello?" }, (_seen, index) => ({
      kind: "text",
      text: `Answer ${index}`,
    }));
    assert.match((await notebook.run()).text("ask"), /^Answer 0/);
    assert.match((await notebook.run()).text("ask"), /^Answer 1/);
  });

  it("marks answers as samples, and refreshing one asks anew", async () => {
    const notebook = await make({ "ask.prompt.py": "Hello?" }, (_seen, index) => ({
      kind: "text",
      text: `Answer ${index}`,
    }));
    await notebook.run();
    const [status] = await notebook.opened.engine.statuses();
    assert.deepEqual(status?.sample?.of, ["model"]);
    assert.match((await notebook.run({ refresh: true })).text("ask"), /^Answer 1/);
    assert.equal((await notebook.run()).summary.cached, 1);
  });

  it("does not keep an answer that its token limit cut", async () => {
    const notebook = await make({ "ask.prompt.py": "# @max_tokens 5\nHello?" }, [{ kind: "length", text: "And then" }]);
    const ran = await notebook.run();
    assert.match(ran.text("ask"), /AnswerCutShort: The answer reached its limit of 5 tokens/);
  });

  describe("cassettes", () => {
    it("that the notebook brings along are replayed without a key, also when it is forced or never keeps results", async () => {
      const cells = { "ask.prompt.py": "# @cache off\nHello?" };
      const notebook = await make(cells, [{ kind: "text", text: "Recorded." }]);
      const recording = await openCassette(join(notebook.folder, "own.json"));
      assert.ok("get" in recording);
      book = await notebook.reopen({ models: modelsAt(server), cassette: recording });
      await book.run();
      await book.edit(cells, '[ai]\ncassette = "own.json"');
      book = await book.reopen({ models: modelsAt(undefined) });
      await rm(answersFolder(join(book.folder, ".strata", "store")), { recursive: true, force: true });
      for (const force of [false, true])
        assert.match((await book.run({ force })).text("ask"), /^Recorded\.[\s\S]*from the cassette/);
      await book.edit({ "ask.prompt.py": "Another?" }, '[ai]\ncassette = "own.json"');
      assert.match((await book.run()).text("ask"), /AnswerNotRecorded: The cassette own\.json has no answer/);
      book = await book.reopen({ models: modelsAt(server) });
    });

    it("record what a key could ask, and replay it in another folder without one", async () => {
      const cells = { "data.py": DATA, "ask.prompt.py": ASK, "use.py": "print(letter)" };
      const notebook = await make(cells, [{ kind: "text", text: "Dear Ada," }]);
      const path = join(notebook.folder, "answers.json");
      const recording = await openCassette(path);
      assert.ok("get" in recording);
      book = await notebook.reopen({ models: modelsAt(server), cassette: recording });
      await book.run();
      assert.equal(asked().length, 1);
      assert.ok(!(await book.files()).get(path)?.includes(KEY));
      book = await book.reopen({ models: modelsAt(server) });

      const tape = await openCassette(path);
      assert.ok("get" in tape);
      const elsewhere = await makeNotebook(cells, { ai: { models: modelsAt(undefined), cassette: tape } });
      try {
        const ran = await elsewhere.run();
        assert.match(ran.text("use"), /Dear Ada,/);
        assert.match(ran.text("ask"), /from the cassette/);
        await elsewhere.edit({ ...cells, "ask.prompt.py": "Another?" });
        assert.match(
          (await elsewhere.run()).text("ask"),
          /AnswerNotRecorded: The cassette .* has no answer of claude-sonnet-5-5/,
        );
      } finally {
        await elsewhere.close();
      }
    });
  });
});
