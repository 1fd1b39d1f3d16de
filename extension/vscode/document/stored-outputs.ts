/** What the store knows to show for the cells of a notebook, packed for its document. Reads only; starts no Python. */
import type * as vscode from "vscode";
import type { CellId } from "../../core/notebook/model.ts";
import type { Output } from "../../core/outputs/model.ts";
import { type ShowOptions, toOutputs } from "../outputs/items.ts";
import { markFor } from "../outputs/shown.ts";
import type { PackedOutputs } from "./outputs-part.ts";

/** All outputs of one document together; what exceeds it is shown a moment later, from the store. */
const LARGEST_PART = 24 * 1024 * 1024;

export interface StoredResult {
  readonly cell: CellId;
  readonly key: string;
  readonly finishedAt: string;
  readonly status: "ok" | "error" | "interrupted";
  readonly outputs: readonly Output[];
}

export async function packStored(results: readonly StoredResult[], show: ShowOptions): Promise<PackedOutputs[]> {
  const packed: PackedOutputs[] = [];
  let size = 0;
  for (const result of results) {
    const outputs = await toOutputs(result.outputs, show);
    size += outputs.reduce((sum, output) => sum + bytesOf(output), 0);
    if (size > LARGEST_PART) break;
    packed.push({
      cell: result.cell,
      mark: markFor(result),
      succeeded: result.status === "ok",
      outputs: outputs.map((output) =>
        output.items.map((item) => ({ mime: item.mime, data: Buffer.from(item.data).toString("base64") })),
      ),
    });
  }
  return packed;
}

function bytesOf(output: vscode.NotebookCellOutput): number {
  return output.items.reduce((sum, item) => sum + item.data.byteLength, 0);
}
