/** Stored outputs as VS Code shows them: the same translation for running, for hits and for opening. */
import * as vscode from "vscode";
import { ERROR_MIME } from "../../core/outputs/messages.ts";
import type { CellError, MimeItem, Output } from "../../core/outputs/model.ts";
import { PRIVATE_MIME } from "../../core/outputs/private-mime.ts";
import { formatSize } from "../../core/store/amounts.ts";

/** Bytes of the content store by digest; undefined when they are gone or damaged. */
export type ReadContent = (digest: string) => Promise<Uint8Array | undefined>;

export interface ShowOptions {
  readonly read: ReadContent;
  /** False in Restricted Mode: text and pictures only. */
  readonly trusted: boolean;
}

/** Larger than this, a picture or a document stays in the store and a line of text says so. */
const LARGEST_ITEM = 20 * 1024 * 1024;

const harmless = /^(text\/plain|image\/(png|jpeg|gif|webp)|application\/vnd\.code\.notebook\..+)$/;

const copied = /^image\/(png|jpeg)$/;

const encoder = new TextEncoder();

export function textItem(text: string, mime: string): vscode.NotebookCellOutputItem {
  return new vscode.NotebookCellOutputItem(encoder.encode(text), mime);
}

export function streamItem(name: "stdout" | "stderr", text: string): vscode.NotebookCellOutputItem {
  return name === "stdout" ? vscode.NotebookCellOutputItem.stdout(text) : vscode.NotebookCellOutputItem.stderr(text);
}

export async function displayItems(
  data: readonly MimeItem[],
  options: ShowOptions,
): Promise<vscode.NotebookCellOutputItem[]> {
  const items: vscode.NotebookCellOutputItem[] = [];
  const missing: string[] = [];
  for (const item of data) {
    if (!options.trusted && !harmless.test(item.mime)) continue;
    const mime = PRIVATE_MIME[item.mime] ?? item.mime;
    if ("text" in item) {
      items.push(textItem(item.text, mime));
      continue;
    }
    if (item.bytes > LARGEST_ITEM) {
      missing.push(`${item.mime} of ${formatSize(item.bytes)} is too large to show here`);
      continue;
    }
    const bytes = await options.read(item.digest);
    if (bytes) {
      items.push(new vscode.NotebookCellOutputItem(bytes, mime));
      // The editor's own "Copy Output" knows a picture by its standard type.
      if (copied.test(item.mime)) items.push(new vscode.NotebookCellOutputItem(bytes, item.mime));
    } else missing.push(`${item.mime} is no longer in the store; run the cell again to see it`);
  }
  if (items.length === 0) {
    const why = missing.length > 0 ? missing.join("; ") : "this output is shown once the workspace is trusted";
    items.push(textItem(`[${why}]`, "text/plain"));
  } else if (!items.some((item) => item.mime === "text/plain")) {
    items.push(textItem(`[${items[0]?.mime ?? "output"}]`, "text/plain"));
  }
  return items;
}

/** The frames that can be followed, for the renderer that does; VS Code's own form for everyone else. */
export function errorOutput(error: CellError, options: ShowOptions): vscode.NotebookCellOutput {
  const standard = vscode.NotebookCellOutputItem.error({
    name: error.name,
    message: error.message,
    stack: error.traceback,
  });
  const linked = options.trusted ? [textItem(JSON.stringify(error), ERROR_MIME)] : [];
  return new vscode.NotebookCellOutput([...linked, standard]);
}

async function toOutput(output: Output, options: ShowOptions): Promise<vscode.NotebookCellOutput> {
  switch (output.type) {
    case "stream": {
      const text = output.truncated ? `${output.text}\n[the rest of this log was not kept]\n` : output.text;
      return new vscode.NotebookCellOutput([streamItem(output.name, text)]);
    }
    case "display":
      return new vscode.NotebookCellOutput(await displayItems(output.data, options));
    case "error":
      return errorOutput(output.error, options);
    default:
      return output satisfies never;
  }
}

export async function toOutputs(
  outputs: readonly Output[],
  options: ShowOptions,
): Promise<vscode.NotebookCellOutput[]> {
  return await Promise.all(outputs.map((output) => toOutput(output, options)));
}
