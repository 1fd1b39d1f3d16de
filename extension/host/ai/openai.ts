/** Chat completions through OpenAI's own SDK: OpenAI itself, and everything that speaks the same protocol. */
import type OpenAI from "openai";
import type {
  AssistantPart,
  Message,
  ModelEvent,
  ModelProvider,
  ModelRequest,
  ToolCallPart,
  Usage,
} from "../../core/ai/model.ts";
import { DEFAULT_MAX_TOKENS, takesTemperature } from "../../core/ai/models.ts";
import type { Dialect } from "../../core/ai/providers.ts";
import { attempt } from "./attempt.ts";
import type { Connection } from "./connection.ts";
import { type FailureContext, simpleFailure } from "./failures.ts";

type Body = OpenAI.ChatCompletionCreateParamsStreaming;
type Param = OpenAI.ChatCompletionMessageParam;

const PLAIN: Dialect = { maxTokens: "max_tokens", usageOption: true };

export function openAiProvider(connection: Connection): ModelProvider {
  return {
    id: connection.spec.id,
    async *stream(request, signal): AsyncGenerator<ModelEvent> {
      const sdk = await import("./sdk/openai.ts");
      const context: FailureContext = {
        label: connection.spec.label,
        model: request.model,
        baseUrl: connection.baseUrl,
        keyName: connection.keyName,
        key: connection.key,
        timeoutMs: connection.timeoutMs,
        isTimeout: (thrown) => thrown instanceof sdk.APIConnectionTimeoutError,
        isConnection: (thrown) => thrown instanceof sdk.APIConnectionError,
      };
      const own = connection.spec.id === "openai";
      const client = new sdk.OpenAI({
        // The SDK insists on one; servers that need none ignore it.
        apiKey: connection.key ?? "none",
        baseURL: connection.baseUrl,
        maxRetries: 0,
        timeout: connection.timeoutMs,
        logLevel: "off",
        // These name the user's account at OpenAI, and are nobody else's business.
        ...(own ? {} : { organization: null, project: null }),
      });
      const body = toBody(request, connection.spec.dialect ?? PLAIN);
      yield* attempt((inner, alive) => exchange(client, body, context, inner, alive), context, signal);
    },
  };
}

async function* exchange(
  client: OpenAI,
  body: Body,
  context: FailureContext,
  signal: AbortSignal,
  alive: () => void,
): AsyncGenerator<ModelEvent> {
  const stream = await client.chat.completions.create(body, { signal });
  let heard = false;
  let text = "";
  let refused = false;
  let model = body.model;
  let stop: string | null = null;
  let usage: Usage = { input: 0, output: 0, cacheRead: 0, cacheWrite: 0 };
  const calls: CallText[] = [];
  for await (const chunk of stream) {
    alive();
    heard = true;
    if (chunk.model) model = chunk.model;
    if (chunk.usage) usage = toUsage(chunk.usage);
    const choice = chunk.choices?.[0];
    if (choice === undefined) continue;
    stop = choice.finish_reason ?? stop;
    const { delta } = choice;
    if (delta?.content) {
      text += delta.content;
      yield { type: "text", text: delta.content };
    }
    if (delta?.refusal) refused = true;
    for (const part of delta?.tool_calls ?? []) takeCall(calls, part);
  }
  if (signal.aborted) return;
  if (!heard) throw new SyntaxError("The answer has no events in it.");
  // Without a finish reason the answer broke off, whatever the socket says.
  if (stop === null) return;
  if (refused || stop === "content_filter") {
    return void (yield { type: "failed", failure: simpleFailure("refused", context), attempts: 1 });
  }
  const toolCalls = calls.filter((call) => call !== undefined).map(toCall);
  yield* toolCalls;
  const content: AssistantPart[] = [...(text === "" ? [] : [{ type: "text" as const, text }]), ...toolCalls];
  const reason = toolCalls.length > 0 ? "tool-calls" : stop === "length" ? "length" : "end";
  yield { type: "done", stop: reason, content, usage, attempts: 1, model };
}

interface CallText {
  id: string;
  name: string;
  json: string;
}

type CallDelta = OpenAI.ChatCompletionChunk.Choice.Delta.ToolCall;

function takeCall(calls: CallText[], part: CallDelta): void {
  // Some servers send whole calls and leave the index out or repeat 0; a new id is a new call.
  const known = calls[part.index];
  const isNew = known === undefined || (part.id !== undefined && part.id !== "" && part.id !== known.id);
  const at = isNew && known !== undefined ? calls.length : (part.index ?? calls.length);
  const call = isNew ? { id: part.id ?? `call_${at}`, name: "", json: "" } : known;
  calls[at] = call;
  call.name += part.function?.name ?? "";
  call.json += part.function?.arguments ?? "";
}

function toCall(call: CallText): ToolCallPart {
  return { type: "tool-call", id: call.id, name: call.name, input: call.json === "" ? {} : JSON.parse(call.json) };
}

function toUsage(usage: OpenAI.CompletionUsage): Usage {
  const cacheRead = usage.prompt_tokens_details?.cached_tokens ?? 0;
  return { input: usage.prompt_tokens - cacheRead, output: usage.completion_tokens, cacheRead, cacheWrite: 0 };
}

export function toBody(request: ModelRequest, dialect: Dialect): Body {
  const body: Body = { model: request.model, messages: [], stream: true };
  if (request.system !== undefined) body.messages.push({ role: "system", content: request.system });
  for (const message of request.messages) body.messages.push(...toMessages(message));
  body[dialect.maxTokens] = request.maxTokens ?? DEFAULT_MAX_TOKENS;
  if (dialect.usageOption) body.stream_options = { include_usage: true };
  if (request.temperature !== undefined && takesTemperature(request.model)) body.temperature = request.temperature;
  const { output, tools } = request;
  if (output !== undefined) {
    body.response_format =
      output.schema === undefined
        ? { type: "json_object" }
        : {
            type: "json_schema",
            json_schema: { name: "answer", schema: { ...output.schema }, strict: isStrict(output.schema) },
          };
  }
  if (tools !== undefined && tools.length > 0) {
    body.tools = tools.map((tool) => ({
      type: "function",
      function: { name: tool.name, description: tool.description, parameters: { ...tool.schema } },
    }));
  }
  return body;
}

/** The strict mode wants every object closed and every property required; other schemas are sent as a wish. */
function isStrict(schema: unknown): boolean {
  if (Array.isArray(schema)) return schema.every(isStrict);
  if (typeof schema !== "object" || schema === null) return true;
  const node = schema as Record<string, unknown>;
  if (node.type === "object") {
    const names = Object.keys((node.properties as object | undefined) ?? {});
    const required = new Set((node.required as string[] | undefined) ?? []);
    if (node.additionalProperties !== false || names.some((name) => !required.has(name))) return false;
  }
  return Object.values(node).every(isStrict);
}

/** One message here is several there: each tool's result is a message of its own, and pictures cannot be in one. */
function toMessages(message: Message): Param[] {
  if (message.role === "assistant") {
    const text = message.content.map((part) => (part.type === "text" ? part.text : "")).join("");
    const calls = message.content.filter((part) => part.type === "tool-call");
    const param: OpenAI.ChatCompletionAssistantMessageParam = { role: "assistant" };
    if (text !== "" || calls.length === 0) param.content = text;
    if (calls.length > 0) {
      param.tool_calls = calls.map((call) => ({
        id: call.id,
        type: "function",
        function: { name: call.name, arguments: JSON.stringify(call.input) },
      }));
    }
    return [param];
  }
  const results: Param[] = [];
  const rest: OpenAI.ChatCompletionContentPart[] = [];
  for (const part of message.content) {
    if (part.type !== "tool-result") {
      rest.push(toContent(part));
      continue;
    }
    const text = part.content
      .map((item) => (item.type === "text" ? item.text : "(a picture, which follows)"))
      .join("\n");
    results.push({ role: "tool", tool_call_id: part.id, content: part.failed ? `Error: ${text}` : text });
    for (const item of part.content) if (item.type === "image") rest.push(toContent(item));
  }
  if (rest.length === 0) return results;
  const only = rest[0];
  const content = rest.length === 1 && only?.type === "text" ? only.text : rest;
  return [...results, { role: "user", content }];
}

function toContent(
  part: { type: "text"; text: string } | { type: "image"; mime: string; data: string },
): OpenAI.ChatCompletionContentPart {
  return part.type === "text"
    ? { type: "text", text: part.text }
    : { type: "image_url", image_url: { url: `data:${part.mime};base64,${part.data}` } };
}
