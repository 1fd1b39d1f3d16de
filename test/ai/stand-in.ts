/**
 * Servers on this machine that speak the providers' real wire protocols (Messages API and chat completions, both as
 * server-sent events), answer from a script, and keep what they were sent. Also every way in which they fail.
 */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

export type Protocol = "anthropic" | "openai";

export type Reply =
  | { readonly kind: "text"; readonly text: string; readonly input?: number; readonly output?: number }
  | { readonly kind: "tool"; readonly name: string; readonly input: unknown; readonly text?: string }
  | {
      readonly kind: "status";
      readonly status: number;
      readonly headers?: Record<string, string>;
      readonly message?: string;
    }
  /** Some text, then the socket closes. */
  | { readonly kind: "cut"; readonly text: string }
  /** A stream whose data is no JSON. */
  | { readonly kind: "malformed" }
  /** A page of HTML instead of a stream. */
  | { readonly kind: "page" }
  /** A stream that begins well and then reports an error in an event of its own. */
  | { readonly kind: "error-event"; readonly type: string }
  | { readonly kind: "length"; readonly text: string }
  | { readonly kind: "refusal" }
  /** Some text, then nothing until the client goes. */
  | { readonly kind: "silent"; readonly text: string }
  /** Answers when the gate opens. */
  | { readonly kind: "gated"; readonly gate: Promise<void>; readonly text: string }
  /** Each text when the one who writes the test has it ready. */
  | { readonly kind: "paced"; readonly texts: AsyncIterable<string> };

export interface Seen {
  readonly path: string;
  readonly headers: IncomingMessage["headers"];
  // biome-ignore lint/suspicious/noExplicitAny: a test looks into whatever was sent.
  readonly body: any;
}

export interface StandIn {
  /** Address for `base_url`. */
  readonly url: string;
  readonly seen: readonly Seen[];
  /** Most requests that were open at one time. */
  readonly mostAtOnce: number;
  /** Another script from now on, and an empty list of what was seen. */
  rescript(script: Script): void;
  /** Resolves when that many requests have arrived. */
  arrived(count: number): Promise<void>;
  /** Resolves when a client has gone away before its answer was over, since the last script. */
  left(): Promise<void>;
  close(): Promise<void>;
}

export type Script = readonly Reply[] | ((seen: Seen, index: number) => Reply);

/** The last reply of a list is given again and again. */
export async function startStandIn(protocol: Protocol, script: Script): Promise<StandIn> {
  const seen: Seen[] = [];
  const waiters: { count: number; resolve: () => void }[] = [];
  let open = 0;
  let most = 0;
  let gone = once();
  const server = createServer((request, response) => {
    void (async () => {
      const text = await bodyOf(request);
      const item: Seen = {
        path: request.url ?? "",
        headers: request.headers,
        body: text === "" ? undefined : JSON.parse(text),
      };
      const index = seen.push(item) - 1;
      open += 1;
      most = Math.max(most, open);
      // A client that has the whole answer may send its next request before the socket is done with this one.
      let counted = true;
      const uncount = (): void => {
        if (counted) open -= 1;
        counted = false;
      };
      response.on("finish", uncount);
      response.on("close", () => {
        uncount();
        if (!response.writableFinished) gone.resolve();
      });
      for (const waiter of waiters) if (seen.length >= waiter.count) waiter.resolve();
      const reply =
        typeof script === "function" ? script(item, index) : (script[Math.min(index, script.length - 1)] as Reply);
      await answer(protocol, reply, item, response);
    })();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}${protocol === "openai" ? "/v1" : ""}`,
    seen,
    get mostAtOnce() {
      return most;
    },
    arrived: (count) =>
      seen.length >= count ? Promise.resolve() : new Promise((resolve) => waiters.push({ count, resolve })),
    left: () => gone.promise,
    rescript(next) {
      script = next;
      seen.length = 0;
      most = 0;
      gone = once();
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function once(): { readonly promise: Promise<void>; readonly resolve: () => void } {
  let resolve = (): void => undefined;
  return { promise: new Promise((done) => (resolve = done)), resolve: () => resolve() };
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  let text = "";
  for await (const chunk of request) text += chunk;
  return text;
}

async function answer(protocol: Protocol, reply: Reply, seen: Seen, response: ServerResponse): Promise<void> {
  const speak = protocol === "anthropic" ? messages(response, seen) : completions(response, seen);
  const whole = (text: string, stop: "end" | "length", input = 10, output = 5): void => {
    speak.begin(input);
    speak.text(text);
    speak.end(stop, output);
  };
  switch (reply.kind) {
    case "status": {
      const message = reply.message ?? `Status ${reply.status}.`;
      const body =
        protocol === "anthropic" ? { type: "error", error: { type: "error", message } } : { error: { message } };
      response.writeHead(reply.status, { "content-type": "application/json", ...reply.headers });
      response.end(JSON.stringify(body));
      return;
    }
    case "page":
      response.writeHead(200, { "content-type": "text/html" });
      response.end("<html>Welcome to the proxy.</html>");
      return;
    case "malformed":
      speak.begin(10);
      response.write("event: content_block_delta\ndata: {not json\n\n");
      response.end();
      return;
    case "error-event":
      speak.begin(10);
      speak.error(reply.type);
      response.end();
      return;
    case "cut":
      speak.begin(10);
      speak.text(reply.text);
      // The pieces must be on their way before the socket is torn.
      response.write("", () => setImmediate(() => response.destroy()));
      return;
    case "silent":
      speak.begin(10);
      speak.text(reply.text);
      return;
    case "gated":
      await reply.gate;
      return whole(reply.text, "end");
    case "paced":
      speak.begin(10);
      for await (const text of reply.texts) speak.text(text);
      return speak.end("end", 5);
    case "refusal":
      speak.begin(10);
      return speak.end("refusal", 1);
    case "length":
      return whole(reply.text, "length");
    case "tool":
      speak.begin(20);
      if (reply.text !== undefined) speak.text(reply.text);
      speak.tool(`call_${reply.name}`, reply.name, JSON.stringify(reply.input));
      return speak.end("tool", 7);
    case "text":
      return whole(reply.text, "end", reply.input, reply.output);
    default:
      reply satisfies never;
  }
}

interface Speaker {
  begin(input: number): void;
  text(text: string): void;
  tool(id: string, name: string, json: string): void;
  error(type: string): void;
  end(stop: "end" | "tool" | "length" | "refusal", output: number): void;
}

/** Pieces as small as a real stream's, cut inside words. */
function pieces(text: string): string[] {
  return text.match(/[\s\S]{1,7}/g) ?? [];
}

function messages(response: ServerResponse, seen: Seen): Speaker {
  let index = 0;
  const send = (type: string, data: object): void => {
    response.write(`event: ${type}\ndata: ${JSON.stringify({ type, ...data })}\n\n`);
  };
  return {
    begin(input) {
      response.writeHead(200, { "content-type": "text/event-stream" });
      const usage = {
        input_tokens: input,
        output_tokens: 1,
        cache_read_input_tokens: 0,
        cache_creation_input_tokens: 0,
      };
      const message = {
        id: "msg_1",
        type: "message",
        role: "assistant",
        model: seen.body.model,
        content: [],
        stop_reason: null,
        stop_sequence: null,
        usage,
      };
      send("message_start", { message });
      send("ping", {});
      // Models that think send this first, whether it is shown or not.
      send("content_block_start", { index, content_block: { type: "thinking", thinking: "", signature: "" } });
      send("content_block_delta", { index, delta: { type: "signature_delta", signature: "c2lnbmVk" } });
      send("content_block_stop", { index: index++ });
    },
    text(text) {
      send("content_block_start", { index, content_block: { type: "text", text: "" } });
      for (const piece of pieces(text))
        send("content_block_delta", { index, delta: { type: "text_delta", text: piece } });
      send("content_block_stop", { index: index++ });
    },
    tool(id, name, json) {
      send("content_block_start", { index, content_block: { type: "tool_use", id, name, input: {} } });
      for (const piece of pieces(json))
        send("content_block_delta", { index, delta: { type: "input_json_delta", partial_json: piece } });
      send("content_block_stop", { index: index++ });
    },
    error(type) {
      send("error", { error: { type, message: "It is too much." } });
    },
    end(stop, output) {
      const reason = { end: "end_turn", tool: "tool_use", length: "max_tokens", refusal: "refusal" }[stop];
      send("message_delta", { delta: { stop_reason: reason, stop_sequence: null }, usage: { output_tokens: output } });
      send("message_stop", {});
      response.end();
    },
  };
}

function completions(response: ServerResponse, seen: Seen): Speaker {
  let prompt = 0;
  const send = (delta: object | undefined, more: object = {}): void => {
    const choices = delta === undefined ? [] : [{ index: 0, delta, finish_reason: null, ...more }];
    const chunk = {
      id: "chatcmpl-1",
      object: "chat.completion.chunk",
      created: 1,
      model: seen.body.model,
      choices,
      ...(delta === undefined ? more : {}),
    };
    response.write(`data: ${JSON.stringify(chunk)}\n\n`);
  };
  return {
    begin(input) {
      prompt = input;
      response.writeHead(200, { "content-type": "text/event-stream" });
      send({ role: "assistant", content: "" });
    },
    text(text) {
      for (const piece of pieces(text)) send({ content: piece });
    },
    tool(id, name, json) {
      send({ tool_calls: [{ index: 0, id, type: "function", function: { name, arguments: "" } }] });
      for (const piece of pieces(json)) send({ tool_calls: [{ index: 0, function: { arguments: piece } }] });
    },
    error(type) {
      response.write(`data: ${JSON.stringify({ error: { type, message: "It is too much." } })}\n\n`);
    },
    end(stop, output) {
      const reason = { end: "stop", tool: "tool_calls", length: "length", refusal: "content_filter" }[stop];
      send({}, { finish_reason: reason });
      if (seen.body.stream_options?.include_usage === true) {
        const usage = { prompt_tokens: prompt, completion_tokens: output, total_tokens: prompt + output };
        send(undefined, { usage });
      }
      response.write("data: [DONE]\n\n");
      response.end();
    },
  };
}
