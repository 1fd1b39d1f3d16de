/** Asks a provider and gathers what it says, for tests. */
import type { ModelEvent, ModelProvider, ModelRequest } from "../../extension/core/ai/model.ts";

export async function gather(
  provider: ModelProvider,
  request: ModelRequest,
  signal: AbortSignal = new AbortController().signal,
): Promise<ModelEvent[]> {
  const events: ModelEvent[] = [];
  for await (const event of provider.stream(request, signal)) events.push(event);
  return events;
}

export function user(text: string): ModelRequest["messages"][number] {
  return { role: "user", content: [{ type: "text", text }] };
}

export function joined(events: readonly ModelEvent[]): string {
  return events.map((event) => (event.type === "text" ? event.text : "")).join("");
}
