/** Anthropic's Messages API through its own SDK, which is loaded when the first request is made. */
import type Anthropic from "@anthropic-ai/sdk";
import type {
  AssistantPart,
  JsonSchema,
  Message,
  ModelEvent,
  ModelProvider,
  ModelRequest,
  ToolCallPart,
  Usage,
  UserPart,
} from "../../core/ai/model.ts";
import { DEFAULT_MAX_TOKENS, takesTemperature } from "../../core/ai/models.ts";
import { attempt } from "./attempt.ts";
import type { Connection } from "./connection.ts";
import { type FailureContext, simpleFailure } from "./failures.ts";

type Body = Anthropic.MessageCreateParamsStreaming;
type Block = Anthropic.ContentBlock;

export function anthropicProvider(connection: Connection): ModelProvider {
  const id = connection.spec.id;
  return {
    id,
    async *stream(request, signal): AsyncGenerator<ModelEvent> {
      const sdk = await import("./sdk/anthropic.ts");
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
      const client = new sdk.Anthropic({
        apiKey: connection.key ?? null,
        authToken: null,
        // A server of one's own may need no key; without this the SDK refuses to ask it.
        ...(connection.key === undefined ? { defaultHeaders: { Authorization: null } } : {}),
        baseURL: connection.baseUrl,
        maxRetries: 0,
        timeout: connection.timeoutMs,
        // The SDK's log would hold prompts.
        logLevel: "off",
      });
      const body = toBody(request, id, (schema) => strictOrNone(schema, sdk.transformJSONSchema));
      yield* attempt((inner, alive) => exchange(client, body, id, context, inner, alive), context, signal);
    },
  };
}

async function* exchange(
  client: Anthropic,
  body: Body,
  id: string,
  context: FailureContext,
  signal: AbortSignal,
  alive: () => void,
): AsyncGenerator<ModelEvent> {
  const stream = await client.messages.create(body, { signal });
  const answer = newAnswer();
  let heard = false;
  for await (const event of stream) {
    alive();
    heard = true;
    const text = take(answer, event);
    if (text !== "") yield { type: "text", text };
    if (event.type === "message_stop") yield* finish(answer, body.model, id, context);
  }
  if (!heard && !signal.aborted) throw new SyntaxError("The answer has no events in it.");
}

/** The answer as it grows. */
interface Answer {
  readonly blocks: { block: Block; json: string }[];
  model: string | undefined;
  stop: Anthropic.StopReason | null;
  usage: Usage;
}

function newAnswer(): Answer {
  return { blocks: [], model: undefined, stop: null, usage: { input: 0, output: 0, cacheRead: 0, cacheWrite: 0 } };
}

/** Returns the text that this event adds. */
function take(answer: Answer, event: Anthropic.RawMessageStreamEvent): string {
  switch (event.type) {
    case "message_start":
      answer.model = event.message.model;
      answer.usage = toUsage(event.message.usage, answer.usage);
      return "";
    case "content_block_start":
      answer.blocks[event.index] = { block: { ...event.content_block }, json: "" };
      return event.content_block.type === "text" ? event.content_block.text : "";
    case "content_block_delta": {
      const held = answer.blocks[event.index];
      if (held === undefined) throw new SyntaxError("A part of the answer came before its beginning.");
      const { block } = held;
      const { delta } = event;
      if (delta.type === "text_delta" && block.type === "text") {
        block.text += delta.text;
        return delta.text;
      }
      if (delta.type === "input_json_delta") held.json += delta.partial_json;
      if (delta.type === "thinking_delta" && block.type === "thinking") block.thinking += delta.thinking;
      if (delta.type === "signature_delta" && block.type === "thinking") block.signature = delta.signature;
      return "";
    }
    case "message_delta":
      answer.stop = event.delta.stop_reason ?? answer.stop;
      answer.usage = toUsage(event.usage, answer.usage);
      return "";
    default:
      return "";
  }
}

function* finish(answer: Answer, model: string, id: string, context: FailureContext): Generator<ModelEvent> {
  if (answer.stop === "refusal") {
    return void (yield { type: "failed", failure: simpleFailure("refused", context), attempts: 1 });
  }
  const content = answer.blocks.map(({ block, json }) => toPart(block, json, id));
  for (const part of content) if (part.type === "tool-call") yield part;
  yield {
    type: "done",
    stop: answer.stop === "tool_use" ? "tool-calls" : isCutShort(answer.stop) ? "length" : "end",
    content,
    usage: answer.usage,
    attempts: 1,
    model: answer.model ?? model,
  };
}

function isCutShort(stop: Anthropic.StopReason | null): boolean {
  return stop === "max_tokens" || stop === "model_context_window_exceeded" || stop === "pause_turn";
}

function toPart(block: Block, json: string, id: string): AssistantPart {
  if (block.type === "text") return { type: "text", text: block.text };
  if (block.type === "tool_use") {
    const input: unknown = json === "" ? (block.input ?? {}) : JSON.parse(json);
    return { type: "tool-call", id: block.id, name: block.name, input } satisfies ToolCallPart;
  }
  return { type: "opaque", provider: id, value: block };
}

/** Counts in a later event replace those of an earlier one; what it leaves out stays. */
function toUsage(
  usage: {
    readonly input_tokens?: number | null;
    readonly output_tokens?: number | null;
    readonly cache_read_input_tokens?: number | null;
    readonly cache_creation_input_tokens?: number | null;
  },
  before: Usage,
): Usage {
  return {
    input: usage.input_tokens ?? before.input,
    output: usage.output_tokens ?? before.output,
    cacheRead: usage.cache_read_input_tokens ?? before.cacheRead,
    cacheWrite: usage.cache_creation_input_tokens ?? before.cacheWrite,
  };
}

export function toBody(
  request: ModelRequest,
  id: string,
  strict: (schema: JsonSchema) => JsonSchema | undefined,
): Body {
  const schema = request.output?.schema === undefined ? undefined : strict(request.output.schema);
  const body: Body & { temperature?: number } = {
    model: request.model,
    max_tokens: request.maxTokens ?? DEFAULT_MAX_TOKENS,
    messages: request.messages.map((message) => toMessage(message, id)),
    stream: true,
  };
  if (request.system !== undefined) body.system = request.system;
  if (request.temperature !== undefined && takesTemperature(request.model)) body.temperature = request.temperature;
  if (schema !== undefined) body.output_config = { format: { type: "json_schema", schema } };
  if (request.tools !== undefined && request.tools.length > 0) {
    body.tools = request.tools.map((tool) => ({
      name: tool.name,
      description: tool.description,
      input_schema: { ...tool.schema, type: "object" as const },
    }));
  }
  return body;
}

/** Schemas beyond what the API can promise are left to the caller's own validation. */
function strictOrNone(
  schema: JsonSchema,
  transform: (schema: Anthropic.JSONOutputFormat["schema"]) => object,
): JsonSchema | undefined {
  try {
    return transform({ ...schema }) as JsonSchema;
  } catch {
    return undefined;
  }
}

function toMessage(message: Message, id: string): Anthropic.MessageParam {
  if (message.role === "user") return { role: "user", content: message.content.map(toUserBlock) };
  const content: Anthropic.ContentBlockParam[] = [];
  for (const part of message.content) {
    if (part.type === "text") {
      // An empty text block is not accepted.
      if (part.text !== "") content.push({ type: "text", text: part.text });
    } else if (part.type === "tool-call") {
      content.push({ type: "tool_use", id: part.id, name: part.name, input: part.input });
    } else if (part.provider === id) content.push(part.value as Anthropic.ContentBlockParam);
  }
  return { role: "assistant", content };
}

function toUserBlock(
  part: UserPart,
): Anthropic.TextBlockParam | Anthropic.ImageBlockParam | Anthropic.ToolResultBlockParam {
  switch (part.type) {
    case "text":
      return { type: "text", text: part.text };
    case "image":
      return {
        type: "image",
        source: { type: "base64", media_type: part.mime as Anthropic.Base64ImageSource["media_type"], data: part.data },
      };
    case "tool-result":
      return {
        type: "tool_result",
        tool_use_id: part.id,
        content: part.content.map((item) => toUserBlock(item) as Anthropic.TextBlockParam | Anthropic.ImageBlockParam),
        is_error: part.failed,
      };
    default:
      return part satisfies never;
  }
}
