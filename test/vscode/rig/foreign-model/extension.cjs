/** An extension that has a language model for VS Code, as Copilot has, for tests: none until it is told to offer it. */
const vscode = require("vscode");

/** Text of each request, a list of messages each. */
const seen = [];
let answer;

exports.activate = (context) => {
  const changed = new vscode.EventEmitter();
  const model = {
    id: "parrot",
    name: "Parrot",
    family: "bird",
    version: "1",
    maxInputTokens: 100_000,
    maxOutputTokens: 1000,
  };
  context.subscriptions.push(
    vscode.lm.registerLanguageModelChatProvider("foreign", {
      onDidChangeLanguageModelChatInformation: changed.event,
      provideLanguageModelChatInformation: () =>
        answer === undefined ? [] : [{ ...model, capabilities: { toolCalling: true } }],
      async provideLanguageModelChatResponse(_model, messages, _options, progress) {
        seen.push(messages.map(({ content }) => content.map((part) => part.value ?? "").join("")));
        for (const piece of answer.match(/.{1,5}/gs)) progress.report(new vscode.LanguageModelTextPart(piece));
      },
      provideTokenCount: (_model, text) => Promise.resolve((typeof text === "string" ? text : "").split(" ").length),
    }),
    // What it says from now on; nothing takes the model away.
    vscode.commands.registerCommand("foreign.offer", (text) => {
      answer = text;
      changed.fire();
    }),
    vscode.commands.registerCommand("foreign.seen", () => seen.splice(0)),
  );
};
