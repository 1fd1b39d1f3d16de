/** JSON Schemas of tool inputs, written short. */
import type { JsonSchema } from "../ai/model.ts";

export function object(properties: JsonSchema, required: readonly string[] = []): JsonSchema {
  return { type: "object", properties, required, additionalProperties: false };
}

export function one(type: string, description: string, more: JsonSchema = {}): JsonSchema {
  return { type, description, ...more };
}
