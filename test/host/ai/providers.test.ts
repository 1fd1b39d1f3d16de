/** Both real SDKs against servers that speak their protocols: what is sent, what comes back, and every failure. */
import assert from "node:assert/strict";
import type { Done, FailureKind, ModelEvent, ModelRequest } from "../../../extension/core/ai/model.ts";
import { createModels, type Models } from "../../../extension/host/ai/models.ts";
import { gather, joined, user } from "../../ai/ask.ts";
import { type Protocol, type Reply, type Script, type StandIn, startStandIn } from "../../ai/stand-in.ts";

const KEY = "sk-test-0123456789abcdef";
const KEY_NAME = { anthropic: "ANTHROPIC_API_KEY", openai: "OPENAI_API_KEY" } as const;
const URL_NAME = { anthropic: "ANTHROPIC_BASE_URL", openai: "OPENAI_BASE_URL" } as const;
const PICTURE = { type: "image", mime: "image/png", data: "iVBORw0KGgo=" } as const;

for (const protocol of ["anthropic", "openai"] as const) {
  describe(`${protocol}: the real SDK against a server that speaks its protocol`, () => {
    let server: StandIn | undefined;
    const waits: number[] = [];

    afterEach(async () => {
      await server?.close();
      server = undefined;
      waits.length = 0;
    });

    async function serve(script: Script): Promise<Models> {
      server = await startStandIn(protocol, script);
      return modelsFor(protocol, server.url, waits);
    }

    async function ask(
      models: Models,
      request: Partial<ModelRequest> = {},
      signal?: AbortSignal,
      timeoutSeconds = 20,
    ): Promise<ModelEvent[]> {
      const opened = await models.open({ timeoutSeconds });
      assert.ok("provider" in opened, JSON.stringify(opened));
      return gather(opened.provider, { model: opened.choice.model, messages: [user("Hello?")], ...request }, signal);
    }

    it("streams text in pieces, and ends with the whole answer and its token counts", async () => {
      const events = await ask(
        await serve([{ kind: "text", text: "A longer answer, ü and 漢字.", input: 12, output: 9 }]),
      );
      assert.ok(events.filter((event) => event.type === "text").length > 2);
      assert.equal(joined(events), "A longer answer, ü and 漢字.");
      const done = events.at(-1) as Done;
      assert.equal(done.type, "done");
      assert.deepEqual(done.usage, { input: 12, output: 9, cacheRead: 0, cacheWrite: 0 });
      assert.equal(done.stop, "end");
      assert.equal(done.attempts, 1);
    });

    it("asks a server of the user's own that needs no key", async () => {
      server = await startStandIn(protocol, [{ kind: "text", text: "Hello." }]);
      const models = createModels({ secrets: { get: async () => undefined }, environ: {} });
      const opened = await models.open({ provider: protocol, baseUrl: server.url, model: "local" });
      assert.ok("provider" in opened, JSON.stringify(opened));
      const events = await gather(opened.provider, { model: "local", messages: [user("Hello?")] });
      assert.equal(joined(events), "Hello.");
    });

    it("calls tools, and sends the calls and their results back", async () => {
      const tools = [
        {
          name: "weather",
          description: "Of a place.",
          schema: { type: "object", properties: { place: { type: "string" } } },
        },
      ];
      const models = await serve([
        { kind: "tool", name: "weather", input: { place: "Zürich" }, text: "Let me look." },
        { kind: "text", text: "Sunny." },
      ]);
      const first = await ask(models, { tools });
      const call = first.find((event) => event.type === "tool-call");
      assert.deepEqual(call, { type: "tool-call", id: "call_weather", name: "weather", input: { place: "Zürich" } });
      const done = first.at(-1) as Done;
      assert.equal(done.stop, "tool-calls");

      const results = {
        type: "tool-result",
        id: "call_weather",
        content: [{ type: "text", text: "sun" }, PICTURE],
        failed: false,
      } as const;
      const second = await ask(models, {
        tools,
        messages: [
          user("Weather?"),
          { role: "assistant", content: done.content },
          { role: "user", content: [results] },
        ],
      });
      assert.equal(joined(second), "Sunny.");
      assert.deepEqual(sentConversation(protocol, server?.seen[1]?.body), expectedConversation(protocol));
    });

    it("sends the system text, pictures, limits and the schema in the protocol's own fields", async () => {
      const schema = {
        type: "object",
        properties: { n: { type: "integer" } },
        required: ["n"],
        additionalProperties: false,
      };
      await ask(await serve([{ kind: "text", text: "{}" }]), {
        system: "Be brief.",
        maxTokens: 77,
        output: { schema },
        messages: [{ role: "user", content: [{ type: "text", text: "See" }, PICTURE] }],
      });
      const body = server?.seen[0]?.body;
      if (protocol === "anthropic") {
        assert.equal(body.system, "Be brief.");
        assert.equal(body.max_tokens, 77);
        assert.deepEqual(body.output_config, { format: { type: "json_schema", schema } });
        assert.deepEqual(body.messages[0].content[1].source, {
          type: "base64",
          media_type: "image/png",
          data: PICTURE.data,
        });
      } else {
        assert.deepEqual(body.messages[0], { role: "system", content: "Be brief." });
        assert.equal(body.max_completion_tokens, 77);
        assert.deepEqual(body.response_format, {
          type: "json_schema",
          json_schema: { name: "answer", schema, strict: true },
        });
        assert.equal(body.messages[1].content[1].image_url.url, `data:image/png;base64,${PICTURE.data}`);
      }
    });

    it("leaves out a temperature that the model refuses, and sends it to one that takes it", async () => {
      const models = await serve([{ kind: "text", text: "." }]);
      const older = protocol === "anthropic" ? "claude-sonnet-4-5" : "gpt-4.1";
      await ask(models, { temperature: 0.2 });
      await ask(models, { temperature: 0.2, model: older });
      assert.deepEqual(
        server?.seen.map(({ body }) => body.temperature),
        [undefined, 0.2],
      );
    });

    const failures: readonly (readonly [string, Reply, FailureKind, number])[] = [
      ["a wrong key", { kind: "status", status: 401, message: `No such key: ${KEY}` }, "key-rejected", 1],
      ["a model that is not there", { kind: "status", status: 404 }, "unknown-model", 1],
      ["a request that is not accepted", { kind: "status", status: 400, message: "Too long." }, "rejected", 1],
      ["a rate limit that stays", { kind: "status", status: 429, headers: { "retry-after": "2" } }, "rate-limited", 3],
      ["an overloaded server", { kind: "status", status: 529 }, "overloaded", 3],
      ["an error of the server", { kind: "status", status: 500 }, "overloaded", 3],
      ["an answer that always breaks off", { kind: "cut", text: "Half an ans" }, "cut", 3],
      ["events that are no JSON", { kind: "malformed" }, "malformed", 1],
      ["a page of HTML", { kind: "page" }, "malformed", 1],
      ["an error inside the stream", { kind: "error-event", type: "overloaded_error" }, "overloaded", 3],
      ["a refusal", { kind: "refusal" }, "refused", 1],
    ];
    for (const [what, reply, kind, attempts] of failures) {
      it(`${what} ends as “${kind}” after ${attempts} request(s), without the key in its message`, async () => {
        const events = await ask(await serve([reply]));
        const last = events.at(-1);
        assert.equal(last?.type, "failed");
        if (last?.type !== "failed") return;
        assert.equal(last.failure.kind, kind, last.failure.message);
        assert.equal(last.attempts, attempts);
        assert.equal(server?.seen.length, attempts);
        assert.ok(!JSON.stringify(events).includes(KEY));
      });
    }

    it("waits as long as the provider asks, then goes on", async () => {
      const limited: Reply = { kind: "status", status: 429, headers: { "retry-after": "7" } };
      const events = await ask(await serve([limited, { kind: "text", text: "Now." }]));
      assert.deepEqual(waits, [7000]);
      assert.equal((events.at(-1) as Done).attempts, 2);
    });

    it("does not wait for an hour: it says so at once", async () => {
      const events = await ask(await serve([{ kind: "status", status: 429, headers: { "retry-after": "3600" } }]));
      assert.equal(events.at(-1)?.type, "failed");
      assert.deepEqual(waits, []);
    });

    it("says that a broken-off answer is void before it starts over", async () => {
      const events = await ask(
        await serve([
          { kind: "cut", text: "Half" },
          { kind: "text", text: "Whole." },
        ]),
      );
      const at = events.findIndex((event) => event.type === "retry");
      assert.ok(at >= 0);
      assert.equal(joined(events.slice(at)), "Whole.");
    });

    it("ends when nothing comes for too long", async () => {
      const events = await ask(await serve([{ kind: "silent", text: "Well" }]), {}, undefined, 0.15);
      const last = events.at(-1);
      assert.equal(last?.type === "failed" && last.failure.kind, "timeout");
    });

    it("cancels in the middle of an answer, and the server sees the client go", async () => {
      const models = await serve([{ kind: "silent", text: "Well" }]);
      const controller = new AbortController();
      const opened = await models.open({});
      assert.ok("provider" in opened);
      const events: ModelEvent[] = [];
      for await (const event of opened.provider.stream({ model: "m", messages: [user("?")] }, controller.signal)) {
        events.push(event);
        controller.abort();
      }
      const last = events.at(-1);
      assert.equal(last?.type === "failed" && last.failure.kind, "cancelled");
      await server?.left();
    });

    it("lets go of the request when the loop is left early", async () => {
      const opened = await (await serve([{ kind: "silent", text: "Well" }])).open({});
      assert.ok("provider" in opened);
      for await (const event of opened.provider.stream(
        { model: "m", messages: [user("?")] },
        new AbortController().signal,
      )) {
        assert.equal(event.type, "text");
        break;
      }
      await server?.left();
    });

    it("says so when an answer was cut by its token limit", async () => {
      const events = await ask(await serve([{ kind: "length", text: "And so" }]));
      assert.equal((events.at(-1) as Done).stop, "length");
    });

    it("names the address when nobody is there", async () => {
      const models = await serve([]);
      const url = server?.url ?? "";
      await server?.close();
      const last = (await ask(models)).at(-1);
      assert.ok(last?.type === "failed");
      assert.equal(last.failure.kind, "unreachable");
      assert.ok(last.failure.message.includes(url) && last.failure.message.includes("ECONNREFUSED"));
    });

    it("never has more requests open than the provider's limit", async () => {
      let open = (): void => undefined;
      const gate = new Promise<void>((resolve) => {
        open = resolve;
      });
      const models = await serve(() => ({ kind: "gated", gate, text: "x" }));
      const all = Promise.all(Array.from({ length: 20 }, () => ask(models)));
      await server?.arrived(8);
      open();
      await all;
      assert.equal(server?.mostAtOnce, 8);
      assert.equal(server?.seen.length, 20);
    });
  });
}

function modelsFor(protocol: Protocol, url: string, waits: number[]): Models {
  return createModels({
    secrets: { get: async () => undefined },
    environ: { [KEY_NAME[protocol]]: KEY, [URL_NAME[protocol]]: url },
    retry: { attempts: 3, sleep: async (ms) => void waits.push(ms), random: () => 0 },
  });
}

function sentConversation(protocol: Protocol, body: { messages: unknown[] }): unknown {
  return protocol === "anthropic" ? body.messages : body.messages.slice(1);
}

function expectedConversation(protocol: Protocol): unknown {
  if (protocol === "anthropic") {
    return [
      { role: "user", content: [{ type: "text", text: "Weather?" }] },
      {
        role: "assistant",
        content: [
          { type: "thinking", thinking: "", signature: "c2lnbmVk" },
          { type: "text", text: "Let me look." },
          { type: "tool_use", id: "call_weather", name: "weather", input: { place: "Zürich" } },
        ],
      },
      {
        role: "user",
        content: [
          {
            type: "tool_result",
            tool_use_id: "call_weather",
            content: [
              { type: "text", text: "sun" },
              { type: "image", source: { type: "base64", media_type: "image/png", data: PICTURE.data } },
            ],
            is_error: false,
          },
        ],
      },
    ];
  }
  const call = { id: "call_weather", type: "function", function: { name: "weather", arguments: '{"place":"Zürich"}' } };
  return [
    { role: "assistant", content: "Let me look.", tool_calls: [call] },
    { role: "tool", tool_call_id: "call_weather", content: "sun\n(a picture, which follows)" },
    { role: "user", content: [{ type: "image_url", image_url: { url: `data:image/png;base64,${PICTURE.data}` } }] },
  ];
}
