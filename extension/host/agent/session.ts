/** Performs what the agent's loop decides: asks the model, calls tools, asks the person, until the loop ends. */
import {
  begin,
  type EndReason,
  type Limits,
  type LoopEvent,
  type LoopState,
  type Stepped,
  step,
} from "../../core/agent/loop.ts";
import type { Question, ToolResult } from "../../core/agent/result.ts";
import { TOOLS, type ToolSpec } from "../../core/agent/tools.ts";
import type { Message, ModelProvider, Tool, ToolCallPart } from "../../core/ai/model.ts";
import { callTool } from "./call.ts";
import type { AgentNotebook } from "./notebook.ts";

export interface AgentTurn {
  readonly agent: AgentNotebook;
  readonly provider: ModelProvider;
  readonly model: string;
  readonly system: string;
  /** The conversation until now, the user's new message last. */
  readonly messages: readonly Message[];
  /** Which tools it has. */
  readonly tools: readonly ToolSpec[];
  readonly limits: Limits;
  /** Milliseconds, monotonic. */
  readonly clock: () => number;
  readonly signal: AbortSignal;
  readonly on: (event: TurnEvent) => void;
  /** False means no, also when nobody is there to ask. */
  readonly ask: (question: Question, signal: AbortSignal) => Promise<boolean>;
}

export type TurnEvent =
  | { readonly type: "text"; readonly text: string }
  /** What was streamed of this answer is void. */
  | { readonly type: "again"; readonly message: string }
  | { readonly type: "call"; readonly call: ToolCallPart; readonly tool: ToolSpec | undefined }
  | { readonly type: "result"; readonly call: ToolCallPart; readonly result: ToolResult };

export interface TurnEnd {
  readonly reason: EndReason;
  readonly state: LoopState;
}

export async function runTurn(turn: AgentTurn): Promise<TurnEnd> {
  const { agent, clock, signal, on } = turn;
  const names = turn.tools.map((tool) => tool.name);
  let stepped: Stepped = begin(turn.messages, names, turn.limits, clock());
  for (;;) {
    // The loop gives one effect at a time: nothing runs beside another.
    const [effect] = stepped.effects;
    if (effect === undefined) throw new Error("The agent's loop came to a stop without an end.");
    if (effect.type === "end") {
      if (effect.reason.kind === "cancelled") agent.runs.cancel();
      return { reason: effect.reason, state: stepped.state };
    }
    let event: LoopEvent;
    if (signal.aborted) event = { type: "cancelled" };
    else if (effect.type === "request") event = await requestModel(turn, effect.messages);
    else if (effect.type === "ask") {
      event = { type: "decided", id: effect.call.id, yes: await turn.ask(effect.question, signal), now: clock() };
    } else {
      const { call, approved } = effect;
      if (!approved) on({ type: "call", call, tool: TOOLS.find((tool) => tool.name === call.name) });
      const outcome = await callTool(agent, call.name, call.input, { approved, signal });
      if (outcome.kind === "ask") event = { type: "must-ask", id: call.id, question: outcome.question };
      else {
        on({ type: "result", call, result: outcome.result });
        event = { type: "called", id: call.id, result: outcome.result, now: clock() };
      }
    }
    // A call that was cut short by cancelling has a result that nobody needs any more.
    stepped = step(stepped.state, signal.aborted ? { type: "cancelled" } : event);
  }
}

async function requestModel(turn: AgentTurn, messages: readonly Message[]): Promise<LoopEvent> {
  const { provider, model, system, clock, on } = turn;
  const tools = turn.tools.map(({ name, description, schema }): Tool => ({ name, description, schema }));
  const request = { model, system, messages, ...(tools.length === 0 ? {} : { tools }) };
  for await (const event of provider.stream(request, turn.signal)) {
    switch (event.type) {
      case "text":
        on({ type: "text", text: event.text });
        break;
      case "tool-call":
        break;
      case "retry":
        on({ type: "again", message: event.failure.message });
        break;
      case "done":
        return { ...event, type: "answered", now: clock() };
      case "failed":
        return event.failure.kind === "cancelled" ? { type: "cancelled" } : { type: "failed", failure: event.failure };
      default:
        event satisfies never;
    }
  }
  return { type: "failed", failure: { kind: "cut", message: "The model's answer ended before its end. Try again." } };
}
