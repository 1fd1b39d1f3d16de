/**
 * An agent's turn as a pure function of its state and what happened: what to ask the model, which tool to call, when a
 * person is asked, and when it ends. Limits on steps, time and cost are checked before each request to the model.
 */

import {
  type AssistantPart,
  addUsage,
  type Message,
  type ModelFailure,
  NO_USAGE,
  type StopReason,
  type ToolCallPart,
  type ToolResultPart,
  type Usage,
} from "../ai/model.ts";
import { costOf } from "../ai/models.ts";
import { type Question, refusedCall, resultParts, type ToolResult } from "./result.ts";

export interface Limits {
  /** Requests to the model. */
  readonly steps: number;
  readonly milliseconds: number;
  /** US dollars; where the model's price is not known, only the other limits count. */
  readonly dollars: number;
}

export const DEFAULT_LIMITS: Limits = { steps: 40, milliseconds: 20 * 60_000, dollars: 2 };

export interface LoopState {
  readonly limits: Limits;
  /** Names of the tools that this turn has; a call of another one is refused. */
  readonly tools: readonly string[];
  readonly messages: readonly Message[];
  readonly phase: "model" | "tool" | "person" | "ended";
  /** Calls of the last answer that are still to be made; the first one is under way. */
  readonly calls: readonly ToolCallPart[];
  readonly results: readonly ToolResultPart[];
  readonly steps: number;
  readonly startedAt: number;
  readonly usage: Usage;
  readonly dollars: number;
}

export type LoopEvent =
  | {
      readonly type: "answered";
      readonly content: readonly AssistantPart[];
      readonly stop: StopReason;
      readonly usage: Usage;
      readonly model: string;
      readonly now: number;
    }
  | { readonly type: "failed"; readonly failure: ModelFailure }
  | { readonly type: "called"; readonly id: string; readonly result: ToolResult; readonly now: number }
  | { readonly type: "must-ask"; readonly id: string; readonly question: Question }
  | { readonly type: "decided"; readonly id: string; readonly yes: boolean; readonly now: number }
  | { readonly type: "cancelled" };

export type LoopEffect =
  | { readonly type: "request"; readonly messages: readonly Message[] }
  | { readonly type: "call"; readonly call: ToolCallPart; readonly approved: boolean }
  | { readonly type: "ask"; readonly call: ToolCallPart; readonly question: Question }
  | { readonly type: "end"; readonly reason: EndReason };

export type EndReason =
  | { readonly kind: "finished" }
  | { readonly kind: "cut" }
  | { readonly kind: "limit"; readonly what: "steps" | "time" | "cost" }
  | { readonly kind: "failed"; readonly failure: ModelFailure }
  | { readonly kind: "cancelled" };

export interface Stepped {
  readonly state: LoopState;
  readonly effects: readonly LoopEffect[];
}

export function begin(messages: readonly Message[], tools: readonly string[], limits: Limits, now: number): Stepped {
  const state: LoopState = {
    limits,
    tools,
    messages,
    phase: "model",
    calls: [],
    results: [],
    steps: 0,
    startedAt: now,
    usage: NO_USAGE,
    dollars: 0,
  };
  return request(state, now);
}

/** Events that come too late (after the end, or of a call that is over) change nothing. */
export function step(state: LoopState, event: LoopEvent): Stepped {
  if (state.phase === "ended") return { state, effects: [] };
  switch (event.type) {
    case "cancelled":
      return end(state, { kind: "cancelled" });
    case "failed":
      return state.phase === "model" ? end(state, { kind: "failed", failure: event.failure }) : { state, effects: [] };
    case "answered":
      return state.phase === "model" ? answered(state, event) : { state, effects: [] };
    case "must-ask": {
      const [call] = state.calls;
      if (state.phase !== "tool" || call?.id !== event.id) return { state, effects: [] };
      return { state: { ...state, phase: "person" }, effects: [{ type: "ask", call, question: event.question }] };
    }
    case "decided": {
      const [call] = state.calls;
      if (state.phase !== "person" || call?.id !== event.id) return { state, effects: [] };
      if (event.yes) return { state: { ...state, phase: "tool" }, effects: [{ type: "call", call, approved: true }] };
      return settled(state, call, refusedCall(`The user said no to ${call.name}. Nothing was done.`), event.now);
    }
    case "called": {
      const [call] = state.calls;
      if (state.phase !== "tool" || call?.id !== event.id) return { state, effects: [] };
      return settled(state, call, event.result, event.now);
    }
    default:
      return event satisfies never;
  }
}

function answered(state: LoopState, event: LoopEvent & { type: "answered" }): Stepped {
  const { content, usage, model, stop, now } = event;
  const calls = content.filter((part) => part.type === "tool-call");
  const next: LoopState = {
    ...state,
    messages: [...state.messages, { role: "assistant", content }],
    usage: addUsage(state.usage, usage),
    dollars: state.dollars + (costOf(model, usage) ?? 0),
    calls,
    results: [],
  };
  // A call that was cut off in the middle is not what the model meant.
  if (stop === "length") return end(next, { kind: "cut" });
  if (calls.length === 0) return end(next, { kind: "finished" });
  return nextCall(next, now);
}

/** The next call of the answer; once none is left, the results go back to the model. */
function nextCall(state: LoopState, now: number): Stepped {
  const [call] = state.calls;
  if (call === undefined) {
    const messages: readonly Message[] = [...state.messages, { role: "user", content: state.results }];
    return request({ ...state, messages, results: [] }, now);
  }
  if (!state.tools.includes(call.name)) {
    const known = state.tools.length === 0 ? "None are." : `There are ${state.tools.join(", ")}.`;
    return settled(state, call, refusedCall(`The tool ${call.name} is not to be had here. ${known}`), now);
  }
  return { state: { ...state, phase: "tool" }, effects: [{ type: "call", call, approved: false }] };
}

function settled(state: LoopState, call: ToolCallPart, result: ToolResult, now: number): Stepped {
  const part: ToolResultPart = {
    type: "tool-result",
    id: call.id,
    content: resultParts(result),
    failed: result.failed,
  };
  return nextCall({ ...state, calls: state.calls.slice(1), results: [...state.results, part] }, now);
}

function request(state: LoopState, now: number): Stepped {
  const { limits } = state;
  const what =
    state.steps >= limits.steps
      ? "steps"
      : now - state.startedAt >= limits.milliseconds
        ? "time"
        : state.dollars >= limits.dollars
          ? "cost"
          : undefined;
  if (what !== undefined) return end(state, { kind: "limit", what });
  const next: LoopState = { ...state, phase: "model", steps: state.steps + 1 };
  return { state: next, effects: [{ type: "request", messages: next.messages }] };
}

function end(state: LoopState, reason: EndReason): Stepped {
  return { state: { ...state, phase: "ended", calls: [] }, effects: [{ type: "end", reason }] };
}

export function describeEnd(reason: EndReason, { steps, limits, dollars }: LoopState): string | undefined {
  switch (reason.kind) {
    case "finished":
      return undefined;
    case "cut":
      return "The answer was longer than the model may write, and ends here.";
    case "cancelled":
      return "Cancelled. What was done until now is on the branch.";
    case "failed":
      return reason.failure.message;
    case "limit": {
      const spent = {
        steps: `${steps} requests were made`,
        time: `${Math.round(limits.milliseconds / 60_000)} minutes have passed`,
        cost: `${dollars.toFixed(2)} dollars were spent`,
      }[reason.what];
      return `Stopped at a limit: ${spent}. Say “go on” to continue from here.`;
    }
    default:
      return reason satisfies never;
  }
}
