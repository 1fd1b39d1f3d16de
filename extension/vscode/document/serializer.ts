/** Bytes of the virtual file ↔ VS Code's notebook data. What it writes is a function of the document alone. */
import * as vscode from "vscode";
import { packBundle, unpackBundle } from "../../core/notebook/bundle.ts";
import { fromDocument, toDocument } from "../../core/notebook/document.ts";
import { NOTEBOOK_TYPE } from "../names.ts";
import { makeId, toCoreCell, withIdentity } from "./cells.ts";
import { toLanguageId } from "./languages.ts";
import { type PackedOutputs, splitParts } from "./outputs-part.ts";

export function registerSerializer(): vscode.Disposable {
  return vscode.workspace.registerNotebookSerializer(
    NOTEBOOK_TYPE,
    { deserializeNotebook, serializeNotebook },
    { transientOutputs: true },
  );
}

function deserializeNotebook(content: Uint8Array): vscode.NotebookData {
  const parts = splitParts(content);
  const unpacked = unpackBundle(parts.bundle);
  if (unpacked.kind === "problem") throw new Error(unpacked.problem.message);
  const outputs = new Map(parts.outputs.map((each) => [each.cell, each]));
  const document = toDocument(unpacked.bundle);
  const data = new vscode.NotebookData(
    document.cells.map((cell) => {
      const markup = cell.kind === "markup";
      const kind = markup ? vscode.NotebookCellKind.Markup : vscode.NotebookCellKind.Code;
      const result = new vscode.NotebookCellData(kind, cell.source, toLanguageId(cell.language));
      if (cell.identity) {
        result.metadata = withIdentity(undefined, cell.identity);
        const packed = markup ? undefined : outputs.get(cell.identity.id);
        if (packed) show(result, packed);
      }
      return result;
    }),
  );
  data.metadata = { strata: document.metadata };
  return data;
}

function serializeNotebook(data: vscode.NotebookData): Uint8Array {
  const cells = data.cells.map((cell) =>
    toCoreCell({ kind: cell.kind, languageId: cell.languageId, source: cell.value, metadata: cell.metadata }),
  );
  const closed = fromDocument({ cells, metadata: data.metadata?.strata }, makeId);
  if (closed.kind === "problem") throw new Error(closed.problem.message);
  return packBundle(closed.bundle);
}

function show(cell: vscode.NotebookCellData, packed: PackedOutputs): void {
  cell.outputs = packed.outputs.map((items) => {
    const parts = items.map((item) => new vscode.NotebookCellOutputItem(Buffer.from(item.data, "base64"), item.mime));
    return new vscode.NotebookCellOutput(parts, { strata: packed.mark });
  });
  cell.executionSummary = { success: packed.succeeded };
}
