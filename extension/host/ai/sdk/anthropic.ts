/** What we use of Anthropic's SDK: a bundle of its own, which nothing loads before the first request. */
export { Anthropic, APIConnectionError, APIConnectionTimeoutError } from "@anthropic-ai/sdk";
export { transformJSONSchema } from "@anthropic-ai/sdk/lib/transform-json-schema";
