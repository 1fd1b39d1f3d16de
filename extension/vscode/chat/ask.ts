/** A person's yes to one call: a dialog that nothing else can answer. */
import * as vscode from "vscode";
import type { Question } from "../../core/agent/result.ts";

export async function askPerson({ title, detail, yes }: Question, signal?: AbortSignal): Promise<boolean> {
  if (signal?.aborted) return false;
  return (await vscode.window.showWarningMessage(title, { modal: true, detail }, yes)) === yes;
}
