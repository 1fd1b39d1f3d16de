/** How outputs may be shown right now: trusted or not. */
import * as vscode from "vscode";
import type { ReadContent, ShowOptions } from "./items.ts";

export function restricted(): boolean {
  return !vscode.workspace.isTrusted;
}

export function showOptions(read: ReadContent): ShowOptions {
  return {
    read,
    trusted: !restricted(),
  };
}
