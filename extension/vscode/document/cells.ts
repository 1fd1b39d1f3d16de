/** Between VS Code's cells and the core's: identity lives in the metadata of each cell, the bundle in the document's. */
import { createHash } from "node:crypto";
import * as vscode from "vscode";
import type { CellIdentity, NotebookDocument as CoreDocument, DocumentCell } from "../../core/notebook/document.ts";
import type { CellId } from "../../core/notebook/model.ts";
import type { MakeId } from "../../core/notebook/names.ts";
import { fromLanguageId } from "./languages.ts";

export function cellIdOf(cell: vscode.NotebookCell): CellId | undefined {
  return identityOf(cell.metadata)?.id;
}

/** Checked, because metadata also arrives by paste, from other extensions and from backups. */
export function identityOf(metadata: { readonly [key: string]: unknown } | undefined): CellIdentity | undefined {
  const { id, file, copyOf } = (metadata?.strata ?? {}) as Record<string, unknown>;
  if (typeof id !== "string" || typeof file !== "string") return undefined;
  return { id, file, ...(typeof copyOf === "string" ? { copyOf } : {}) };
}

export function withIdentity(metadata: { readonly [key: string]: unknown } | undefined, identity: CellIdentity) {
  return { ...metadata, strata: identity };
}

export function toCoreCell(cell: {
  readonly kind: vscode.NotebookCellKind;
  readonly languageId: string;
  readonly source: string;
  readonly metadata: { readonly [key: string]: unknown } | undefined;
}): DocumentCell {
  const markup = cell.kind === vscode.NotebookCellKind.Markup;
  const identity = identityOf(cell.metadata);
  return {
    kind: markup ? "markup" : "code",
    language: fromLanguageId(cell.languageId, markup),
    source: cell.source,
    ...(identity === undefined ? {} : { identity }),
  };
}

export function toCoreDocument(document: vscode.NotebookDocument): Pick<CoreDocument, "cells"> & { metadata: unknown } {
  return {
    metadata: document.metadata.strata,
    cells: document.getCells().map((cell) =>
      toCoreCell({
        kind: cell.kind,
        languageId: cell.document.languageId,
        source: cell.document.getText(),
        metadata: cell.metadata,
      }),
    ),
  };
}

/** Equal seeds give equal ids, so that two serialisations of one document are equal. */
export const makeId: MakeId = (seed) => createHash("sha256").update(seed).digest("hex").slice(0, 8);
