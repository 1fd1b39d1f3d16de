/** Shows a turn in the Chat view while it streams: text, what tools are called, and buttons for its blocks of code. */
import type * as vscode from "vscode";
import { type BlockPart, type CodeBlock, readBlocks } from "../../core/agent/blocks.ts";
import type { CellId } from "../../core/notebook/model.ts";
import type { TurnEvent } from "../../host/agent/session.ts";
import { COMMAND } from "./ids.ts";

export interface AnswerOptions {
  readonly notebook: vscode.Uri;
  /** The selected cell: a new cell goes below it. */
  readonly cell: CellId | undefined;
  /** The cell that code is meant for: the one of its `@name`, else the selected one. */
  readonly targetOf: (name: string | undefined) => CellId | undefined;
  /** An agent changes cells itself. */
  readonly buttons: boolean;
}

/** What the buttons pass. */
export interface CodeArgument {
  readonly notebook: string;
  readonly cell: CellId | undefined;
  readonly code: string;
  readonly language: string;
}

export function showAnswer(
  stream: vscode.ChatResponseStream,
  { notebook, cell, targetOf, buttons }: AnswerOptions,
): { readonly take: (event: TurnEvent) => void; readonly end: () => void } {
  const blocks = readBlocks();
  const code: CodeBlock[] = [];
  let wrote = false;

  const show = (parts: readonly BlockPart[]): void => {
    for (const part of parts) {
      if (part.type === "text") {
        stream.markdown(part.text);
        wrote = true;
      } else if (buttons && isCode(part.block.language) && part.block.code.trim() !== "") code.push(part.block);
    }
  };

  /** At the end, as VS Code folds away whatever stands before the last text. */
  const showButtons = (): void => {
    for (const block of code) {
      const argument: CodeArgument = {
        notebook: notebook.toString(),
        cell,
        code: block.code,
        language: block.language,
      };
      const which = code.length === 1 ? "" : ` “${titleOf(block.code)}”`;
      stream.button({ command: COMMAND.insertCell, title: `Insert${which} as Cell`, arguments: [argument] });
      const replaced = targetOf(nameIn(block.code));
      if (replaced !== undefined) {
        const by = code.length === 1 ? "Replace Cell…" : `Replace Cell by${which}…`;
        stream.button({ command: COMMAND.replaceCell, title: by, arguments: [{ ...argument, cell: replaced }] });
      }
    }
  };

  return {
    take(event) {
      switch (event.type) {
        case "text":
          show(blocks.feed(event.text));
          return;
        case "again":
          show(blocks.end());
          if (wrote) stream.markdown("\n\n");
          stream.progress(`${event.message} Trying again.`);
          return;
        case "call":
          show(blocks.end());
          if (wrote) stream.markdown("\n\n");
          wrote = false;
          stream.progress(
            event.tool === undefined ? event.call.name : describeCall(event.tool.title, event.call.input),
          );
          return;
        case "result":
          if (event.result.failed) stream.progress(firstLine(event.result.text));
          return;
        default:
          event satisfies never;
      }
    },
    end() {
      show(blocks.end());
      showButtons();
    },
  };
}

function nameIn(code: string): string | undefined {
  return /^#\s*@name\s+(.+?)\s*$/m.exec(code)?.[1];
}

/** Its name, else its first line. */
function titleOf(code: string): string {
  const title = nameIn(code) ?? code.trim().split("\n")[0] ?? "";
  return title.length > 30 ? `${title.slice(0, 29)}…` : title;
}

function isCode(language: string): boolean {
  return /^(python|py|markdown|md|)$/i.test(language);
}

function describeCall(title: string, input: unknown): string {
  const { cell, name, source, packages, what } = (input ?? {}) as Readonly<Record<string, unknown>>;
  const about = [cell, name, what, Array.isArray(packages) ? packages.join(", ") : undefined].find(
    (each) => typeof each === "string",
  );
  const called = typeof source === "string" ? nameIn(source) : undefined;
  const detail = called ?? about;
  return detail === undefined ? title : `${title}: ${detail}`;
}

function firstLine(text: string): string {
  const line = text.split("\n")[0] ?? "";
  return line.length > 160 ? `${line.slice(0, 159)}…` : line;
}
