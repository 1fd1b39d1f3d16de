/** Looks at values for hovers and completion in prompts: only where running Python is allowed and costs no set-up. */
import type * as vscode from "vscode";
import type { PromptPreview } from "../../core/engine/prompt-preview.ts";
import { cellIdOf } from "../document/cells.ts";
import { restricted } from "../outputs/options.ts";
import type { Session } from "../session/session.ts";
import type { Sessions } from "../session/sessions.ts";

export interface Place {
  readonly session: Session;
  readonly cell: vscode.NotebookCell;
  readonly id: string;
}

/** The cell of a notebook that a text document is. */
export function placeOf(sessions: Sessions, document: vscode.TextDocument): Place | undefined {
  for (const session of sessions.all()) {
    const cell = session.document.getCells().find((each) => each.document === document);
    const id = cell && cellIdOf(cell);
    if (cell !== undefined && id !== undefined) return { session, cell, id };
  }
  return undefined;
}

/** The value of an expression as the prompt would have it; undefined where it cannot be had at once. */
export async function look(
  place: Place,
  expression: string,
  token: vscode.CancellationToken,
): Promise<PromptPreview | undefined> {
  if (restricted()) return undefined;
  const opened = await place.session.opened();
  if (opened.needsPreparation() || token.isCancellationRequested) return undefined;
  const abort = new AbortController();
  const listening = token.onCancellationRequested(() => abort.abort());
  try {
    return await opened.engine.preview(place.id, abort.signal, expression);
  } finally {
    listening.dispose();
  }
}

export function textOfPreview(preview: PromptPreview | undefined): string | undefined {
  if (preview?.kind !== "prompt") return undefined;
  return preview.prompts[0]?.map((part) => (part.type === "text" ? part.text : "")).join("");
}
