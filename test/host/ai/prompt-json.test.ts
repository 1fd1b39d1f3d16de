/** Answers that are JSON, and answers for every row of a table: end to end, against a stand-in that speaks chat completions. */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { openLedger } from "../../../extension/host/ai/ledger.ts";
import { createModels } from "../../../extension/host/ai/models.ts";
import { ledgerPath } from "../../../extension/host/engine/prompts.ts";
import { exportNotebook } from "../../../extension/host/export/export.ts";
import { answersFolder } from "../../../extension/host/store/answer-path.ts";
import { findPython } from "../../../scripts/provision/python.ts";
import { makeNotebook, type PromptNotebook } from "../../ai/notebook.ts";
import { type Reply, type Script, type Seen, type StandIn, startStandIn } from "../../ai/stand-in.ts";

const SCHEMA =
  '{"type":"object","properties":{"mood":{"enum":["good","bad"]},"score":{"type":"integer","minimum":0}},"required":["mood","score"],"additionalProperties":false}';

describe("prompt cells with JSON answers and with rows", () => {
  let server: StandIn;
  let book: PromptNotebook;

  before(async () => {
    server = await startStandIn("openai", []);
    const models = createModels({
      secrets: { get: async (name) => (name === "OPENAI_API_KEY" ? "sk-secret-store" : undefined) },
      environ: { OPENAI_BASE_URL: server.url },
      retry: { attempts: 2, sleep: async () => undefined, random: () => 0 },
    });
    await models.refresh();
    book = await makeNotebook({ "first.py": "1" }, { ai: { models } });
  });

  after(async () => {
    await book.close();
    await server.close();
  });

  async function make(cells: Record<string, string>, script: Script): Promise<PromptNotebook> {
    server.rescript(script);
    await book.edit(cells);
    await book.opened.engine.forget();
    await rm(answersFolder(join(book.folder, ".strata", "store")), { recursive: true, force: true });
    await rm(ledgerPath(book.folder), { force: true });
    return book;
  }
  const asked = (): readonly Seen[] => server.seen;
  const text = (answer: string): Reply => ({ kind: "text", text: answer });
  const ask = (directives: string): string => `# @name out\n${directives}\nHow is it?`;

  const valid: readonly (readonly [string, string, string, string])[] = [
    ["an object", "# @output json", '{"a": [1, 2.5, null]}', "{'a': [1, 2.5, None]} dict"],
    ["a list", "# @output json", "[1, 2]", "[1, 2] list"],
    ["fenced JSON", "# @output json", 'Here it is:\n```json\n{"a": 1}\n```\nEnjoy!', "{'a': 1} dict"],
    ["JSON with fences inside its strings", "# @output json", '{"a": "```x```"}', "{'a': '```x```'} dict"],
    ["a schema", `# @output_schema ${SCHEMA}`, '{"mood": "good", "score": 3}', "{'mood': 'good', 'score': 3} dict"],
  ];
  for (const [what, directives, answer, expected] of valid) {
    it(`${what} becomes a Python value below`, async () => {
      const notebook = await make({ "ask.prompt.py": ask(directives), "use.py": "print(out, type(out).__name__)" }, [
        text(answer),
      ]);
      const ran = await notebook.run();
      assert.equal(ran.text("use").trim(), expected, ran.text("ask"));
    });
  }

  it("asks for structured output in the provider's own way", async () => {
    const notebook = await make(
      { "a.prompt.py": ask("# @output json"), "b.prompt.py": ask(`# @output_schema ${SCHEMA}`) },
      [text('{"mood": "bad", "score": 0}')],
    );
    await notebook.run();
    const formats = asked().map(({ body }) => body.response_format);
    assert.deepEqual(
      formats.find(({ type }) => type === "json_object"),
      { type: "json_object" },
    );
    assert.deepEqual(formats.find(({ type }) => type === "json_schema")?.json_schema, {
      name: "answer",
      schema: JSON.parse(SCHEMA),
      strict: true,
    });
  });

  it("asks without the provider's form for JSON where that is not known", async () => {
    const notebook = await make({ "ask.prompt.py": ask(`# @output_schema ${SCHEMA}`) }, (seen) =>
      seen.body.response_format === undefined
        ? text('{"mood": "good", "score": 1}')
        : { kind: "status", status: 400, message: "response_format is not supported" },
    );
    const ran = await notebook.run();
    assert.equal(ran.outcome("ask").status, "ok", ran.text("ask"));
    assert.match(asked()[1]?.body.messages[0].content, /fit this JSON Schema:\n\{"type":"object"/);
    assert.match(ran.text("ask"), /1 attempt, 2 requests/);
  });

  it("tells the model what was wrong, keeps the answer that is right, and counts every token", async () => {
    const notebook = await make(
      { "ask.prompt.py": ask(`# @output_schema ${SCHEMA}`), "use.py": "print(out['score'])" },
      [text("It is good."), text('{"mood": "fine", "score": -1, "more": 1}'), text('{"mood": "good", "score": 4}')],
    );
    const ran = await notebook.run();
    assert.equal(ran.text("use").trim(), "4");
    const last = asked()[2]?.body.messages.slice(1);
    assert.equal(last.length, 5);
    for (const wrong of [
      /\/mood must be equal to one of the allowed values: \["good","bad"\]/,
      /\/score must be >= 0/,
      /additional properties: "more"/,
    ]) {
      assert.match(last[4].content, wrong);
    }
    const [entry] = await openLedger(ledgerPath(notebook.folder)).entries();
    assert.deepEqual([entry?.usage.input, entry?.usage.output, entry?.requests], [30, 15, 3]);
    assert.match(ran.text("ask"), /3 attempts/);
  });

  it("stores nothing when no answer is valid, and says what was wrong with the last", async () => {
    const notebook = await make(
      { "ask.prompt.py": ask(`# @output_schema ${SCHEMA}\n# @validate_retries 2`), "use.py": "print(out)" },
      [text('{"mood": "good"}')],
    );
    const ran = await notebook.run();
    assert.equal(asked().length, 2);
    assert.match(ran.text("ask"), /InvalidAnswer: None of 2 answer\(s\).*must have required property 'score'/);
    assert.equal(ran.outcome("use").status, "skipped");
    const [entry] = await openLedger(ledgerPath(notebook.folder)).entries();
    assert.equal(entry?.kept, false);
    await notebook.run();
    assert.equal(asked().length, 4);
  });

  it("says that a schema is none before anything is sent", async () => {
    const notebook = await make({ "ask.prompt.py": ask('# @output_schema {"type": "objekt"}') }, [text("{}")]);
    const ran = await notebook.run();
    assert.match(ran.text("ask"), /@output_schema is no JSON Schema/);
    assert.equal(asked().length, 0);
  });

  describe("@each", () => {
    const rows = (count: number): string => `rows = [{"n": i, "word": f"w{i}"} for i in range(${count})]`;
    const each = "# @name said\n# @each row in rows\nSay {{ row.word }}, {{ row['n'] + 1 }}.";
    const echo: Script = (seen) => text(seen.body.messages[0].content.toUpperCase());

    it("asks once a row, in parallel within the limit, and ten new rows cost ten requests", async () => {
      let open = (): void => undefined;
      const gate = new Promise<void>((resolve) => {
        open = resolve;
      });
      const use = "print(said[:2], len(said))";
      const notebook = await make({ "data.py": rows(20), "ask.prompt.py": each, "use.py": use }, (seen) => ({
        kind: "gated",
        gate,
        text: seen.body.messages[0].content.toUpperCase(),
      }));
      const running = notebook.run();
      await server.arrived(8);
      open();
      const ran = await running;
      assert.match(ran.text("use"), /^\['SAY W0, 1\.', 'SAY W1, 2\.'\] 20/, ran.text("ask"));
      assert.equal(asked().length, 20);
      assert.equal(server.mostAtOnce, 8);
      await notebook.edit({ "data.py": rows(30), "ask.prompt.py": each, "use.py": use });
      const more = await notebook.run();
      assert.equal(asked().length, 30);
      assert.match(more.text("ask"), /10 of 30 answers asked for now/);
    });

    it("is a statement with all answers in an exported script, which prints what the cells print", async () => {
      const use = "print(said[1:], len(said))";
      const notebook = await make({ "data.py": rows(3), "ask.prompt.py": each, "use.py": use }, echo);
      const before = await exportNotebook(notebook.opened, "script");
      assert.match(before, /# Not exported: This prompt cell has no answer as it is now/);
      const ran = await notebook.run();
      const script = await exportNotebook(notebook.opened, "script");
      const { stdout } = await promisify(execFile)(await findPython(), ["-c", script]);
      assert.equal(stdout, ran.text("use"));
      assert.match(stdout, /^\['SAY W1, 2\.', 'SAY W2, 3\.'\] 3\n$/);
      assert.equal(asked().length, 3);
    });

    it("shows how far it is", async () => {
      const notebook = await make({ "data.py": rows(3), "ask.prompt.py": each }, echo);
      const { events } = await notebook.run();
      const shown = events.flatMap((event) =>
        event.type === "display" && event.output.id === "rows" && "text" in (event.output.data[0] ?? {})
          ? [event.output.data[0]]
          : [],
      );
      assert.match(JSON.stringify(shown.at(0)), /▱ 0 of 3 rows \(about \d+ tokens in all\)/);
      assert.match(JSON.stringify(shown.at(-1)), /▰ 3 of 3 rows/);
    });

    it("goes on after an interrupt where it was", async () => {
      const controller = new AbortController();
      let stuck = true;
      const notebook = await make({ "data.py": rows(40), "ask.prompt.py": each }, (seen) => {
        const content = seen.body.messages[0].content as string;
        if (!stuck || !/w39/.test(content)) return text(content);
        controller.abort();
        return { kind: "silent", text: "x" };
      });
      const ran = await notebook.run({}, controller.signal);
      assert.equal(ran.outcome("ask").status, "interrupted");
      const kept = (await openLedger(ledgerPath(notebook.folder)).entries()).length;
      assert.ok(kept > 0 && kept < 40);
      stuck = false;
      const before = asked().length;
      assert.equal((await notebook.run()).outcome("ask").status, "ok");
      assert.equal(asked().length - before, 40 - kept);
    });

    it("names the row that failed, and keeps the others", async () => {
      let bad = true;
      const notebook = await make({ "data.py": rows(4), "ask.prompt.py": each }, (seen) => {
        const content = seen.body.messages[0].content as string;
        return bad && content.includes("w2") ? { kind: "status", status: 400, message: "No." } : text(content);
      });
      const ran = await notebook.run();
      assert.match(ran.text("ask"), /Row 3: .*It said: No\..*The answers of 3 of 4 rows are kept/);
      bad = false;
      const before = asked().length;
      await notebook.run();
      assert.equal(asked().length - before, 1);
    });

    it("fails in the row's own expression before anything is sent", async () => {
      const notebook = await make(
        { "data.py": rows(4), "ask.prompt.py": "# @each row in rows\n{{ row.colour }}" },
        echo,
      );
      assert.match(
        (await notebook.run()).text("ask"),
        /AttributeError: the row has no column 'colour'; it has n, word/,
      );
      assert.equal(asked().length, 0);
    });

    it("makes nothing of no rows, and asks nothing", async () => {
      const notebook = await make({ "data.py": "rows = []", "ask.prompt.py": each, "use.py": "print(said)" }, echo);
      const ran = await notebook.run();
      assert.equal(ran.text("use").trim(), "[]", ran.text("ask"));
      assert.equal(asked().length, 0);
    });
  });
});
