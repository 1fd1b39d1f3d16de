/** The agent's loop, event by event: limits, approvals, unknown tools, and what it ends with. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { begin, type LoopEvent, type LoopState, type Stepped, step } from "../../../extension/core/agent/loop.ts";
import { succeeded } from "../../../extension/core/agent/result.ts";
import { type AssistantPart, NO_USAGE } from "../../../extension/core/ai/model.ts";

const LIMITS = { steps: 5, milliseconds: 1000, dollars: 1 };
const QUESTION = { title: "Delete?", detail: "", yes: "Delete" };
const call = (name: string, id = name): AssistantPart => ({ type: "tool-call", id, name, input: {} });
const answered = (
  content: readonly AssistantPart[],
  more: Partial<LoopEvent & { type: "answered" }> = {},
): LoopEvent => ({
  type: "answered",
  content,
  stop: content.some((part) => part.type === "tool-call") ? "tool-calls" : "end",
  usage: NO_USAGE,
  model: "claude-sonnet-5-5",
  now: 0,
  ...more,
});
const start = (): Stepped =>
  begin([{ role: "user", content: [{ type: "text", text: "Do it." }] }], ["read", "delete"], LIMITS, 0);

/** Feeds events, and says what the loop did after each. */
function play(events: readonly LoopEvent[]): { readonly state: LoopState; readonly said: readonly string[] } {
  let stepped = start();
  const said: string[] = [];
  const note = (): void => {
    for (const effect of stepped.effects) {
      const what =
        effect.type === "end"
          ? `end ${effect.reason.kind}${effect.reason.kind === "limit" ? ` ${effect.reason.what}` : ""}`
          : effect.type === "request"
            ? `request ${effect.messages.length}`
            : `${effect.type} ${effect.call.name}${effect.type === "call" && effect.approved ? " approved" : ""}`;
      said.push(what);
    }
  };
  note();
  for (const event of events) {
    stepped = step(stepped.state, event);
    note();
  }
  return { state: stepped.state, said };
}

describe("the agent's loop", () => {
  const done = (id: string, now = 0): LoopEvent => ({ type: "called", id, result: succeeded("ok"), now });
  const table: readonly (readonly [what: string, events: readonly LoopEvent[], said: readonly string[]])[] = [
    ["ends with an answer without calls", [answered([{ type: "text", text: "Done." }])], ["request 1", "end finished"]],
    [
      "makes the calls of an answer one after the other, and hands back all results at once",
      [answered([call("read", "a"), call("read", "b")]), done("a"), done("b"), answered([])],
      ["request 1", "call read", "call read", "request 3", "end finished"],
    ],
    [
      "asks a person, and makes the call after a yes",
      [
        answered([call("delete")]),
        { type: "must-ask", id: "delete", question: QUESTION },
        { type: "decided", id: "delete", yes: true, now: 0 },
        done("delete"),
      ],
      ["request 1", "call delete", "ask delete", "call delete approved", "request 3"],
    ],
    [
      "tells the model of a no, and goes on",
      [
        answered([call("delete")]),
        { type: "must-ask", id: "delete", question: QUESTION },
        { type: "decided", id: "delete", yes: false, now: 0 },
      ],
      ["request 1", "call delete", "ask delete", "request 3"],
    ],
    ["refuses a tool that it was not given", [answered([call("shell")])], ["request 1", "request 3"]],
    [
      "makes no call of an answer that was cut",
      [answered([call("read")], { stop: "length" })],
      ["request 1", "end cut"],
    ],
    [
      "stops at the limit of steps",
      [1, 2, 3, 4, 5].flatMap((n) => [answered([call("read", `${n}`)]), done(`${n}`)]),
      [
        "request 1",
        "call read",
        "request 3",
        "call read",
        "request 5",
        "call read",
        "request 7",
        "call read",
        "request 9",
        "call read",
        "end limit steps",
      ],
    ],
    [
      "stops at the limit of time",
      [answered([call("read")]), done("read", 1000)],
      ["request 1", "call read", "end limit time"],
    ],
    [
      "stops at the limit of cost",
      [answered([call("read")], { usage: { ...NO_USAGE, output: 100_000 } }), done("read")],
      ["request 1", "call read", "end limit cost"],
    ],
    [
      "ends when cancelled while a person is asked",
      [
        answered([call("delete")]),
        { type: "must-ask", id: "delete", question: QUESTION },
        { type: "cancelled" },
        done("delete"),
      ],
      ["request 1", "call delete", "ask delete", "end cancelled"],
    ],
    [
      "ends with the model's failure",
      [{ type: "failed", failure: { kind: "overloaded", message: "Busy." } }],
      ["request 1", "end failed"],
    ],
    [
      "makes no call that nobody decided about",
      [answered([call("delete")]), { type: "decided", id: "delete", yes: true, now: 0 }],
      ["request 1", "call delete"],
    ],
  ];
  for (const [what, events, said] of table) it(what, () => assert.deepEqual(play(events).said, said));

  it("whatever happens, it answers every call once, in order, and never makes an approved call without a yes", () => {
    const event = fc.oneof(
      fc
        .array(fc.constantFrom("read", "delete", "shell"), { maxLength: 3 })
        .map((names) => answered(names.map((name, at) => call(name, `${name}${at}`)))),
      fc
        .constantFrom("read0", "read1", "delete0", "delete1", "delete2")
        .chain((id) =>
          fc.constantFrom<LoopEvent>(
            done(id),
            { type: "must-ask", id, question: QUESTION },
            { type: "decided", id, yes: true, now: 0 },
            { type: "decided", id, yes: false, now: 0 },
          ),
        ),
    );
    fc.assert(
      fc.property(fc.array(event, { maxLength: 30 }), (events) => {
        let stepped = start();
        let said: LoopEvent | undefined;
        for (const each of events) {
          said = each;
          stepped = step(stepped.state, each);
          for (const effect of stepped.effects) {
            if (effect.type === "call" && effect.approved)
              assert.ok(said.type === "decided" && said.yes && said.id === effect.call.id);
          }
          assert.ok(stepped.effects.length <= 1);
        }
        for (const [at, message] of stepped.state.messages.entries()) {
          if (message.role !== "user" || at === 0) continue;
          const before = stepped.state.messages[at - 1];
          const wanted = before?.content.flatMap((part) => (part.type === "tool-call" ? [part.id] : []));
          assert.deepEqual(
            message.content.flatMap((part) => (part.type === "tool-result" ? [part.id] : [])),
            wanted,
          );
        }
      }),
    );
  });
});
