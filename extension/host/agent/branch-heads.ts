/**
 * A branch shares every result with its notebook, but its attempts are its own: what fails on the branch is not shown in
 * the user's notebook, and rejecting the branch leaves no trace. Cells not tried on the branch have the user's attempts.
 */
import type { EngineStore } from "../../core/engine/ports.ts";
import type { Store } from "../store/open.ts";

/** The notebook under whose name a branch keeps its heads. */
export function branchName(notebook: string): string {
  return `${notebook}#branch`;
}

export function branchHeads(notebook: string): (own: EngineStore, store: Store) => EngineStore {
  const branch = branchName(notebook);
  return (own, { index }) => ({
    ...own,
    head: async (cell) => (await index.head(branch, cell)) ?? (await own.head(cell)),
    add: (record, head) => index.add(record, head && { notebook: branch, cell: record.cell, head }),
    setHead: (cell, head) => index.setHead(branch, cell, head),
    forget: (cells) => index.forget(branch, cells),
  });
}
