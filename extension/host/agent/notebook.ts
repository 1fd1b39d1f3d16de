/**
 * The notebook behind an agent's tools: the user's folder, data, environment and store, with the cells of the branch.
 * Before each call the user's own edits are taken in; after each edit the branch is kept on disk.
 */
import {
  applyChanges,
  type BranchCell,
  type BranchChange,
  baseAfter,
  branchCells,
  changesOf,
  type Sides,
  takeIn,
  withoutChanges,
} from "../../core/agent/branch.ts";
import type { Notebook } from "../../core/notebook/model.ts";
import { type OpenNotebook, type OpenOptions, openNotebook } from "../engine/open.ts";
import { readBranch, removeBranch, writeBranch } from "./branch-file.ts";
import { branchHeads } from "./branch-heads.ts";
import { onBranch } from "./branch-notebook.ts";
import type { RunState } from "./runs.ts";
import { createRuns } from "./runs.ts";
import type { UsersNotebook } from "./users-notebook.ts";

export interface AgentOptions extends Omit<OpenOptions, "heads"> {
  readonly users: UsersNotebook;
  /** False in an untrusted workspace: nothing runs and nothing is changed. */
  readonly trusted: () => boolean;
}

export interface AgentNotebook {
  readonly folder: string;
  readonly opened: OpenNotebook;
  readonly options: AgentOptions;
  readonly runs: RunState;
  trusted(): boolean;
  /** Takes in what the user did, and tells the engine. */
  sync(): Promise<Sides>;
  /** The branch's cells as the last `sync` or `edit` left them. */
  cells(): readonly BranchCell[];
  /** New cells of the branch. */
  edit(cells: readonly BranchCell[]): Promise<void>;
  accept(changes: readonly BranchChange[]): Promise<string | undefined>;
  reject(changes: readonly BranchChange[]): Promise<void>;
  close(): Promise<void>;
}

export async function openAgentNotebook(
  options: AgentOptions,
): Promise<{ readonly agent: AgentNotebook } | { readonly problem: string }> {
  const { folder, users } = options;
  const first = await users.read();
  if ("problem" in first) return first;
  let notebook: Notebook = first.notebook;
  const now = branchCells(notebook.cells);
  let sides: Sides = { base: now, branch: now, current: now, ...(await readBranch(folder)) };
  const opened = await openNotebook(onBranch(notebook, sides.branch), {
    ...options,
    heads: branchHeads(notebook.id),
    // What may go from the store is for the user's own notebook to say: the branch does not know what it needs.
    storeLimit: Number.POSITIVE_INFINITY,
  });
  const runs = createRuns(opened.engine);

  async function keep(next: Sides): Promise<void> {
    const before = sides;
    sides = next;
    opened.engine.update(onBranch(notebook, next.branch));
    if (changesOf(next).length === 0) await removeBranch(folder);
    else if (before.base !== next.base || before.branch !== next.branch) await writeBranch(folder, next);
  }

  async function sync(): Promise<Sides> {
    const read = await users.read();
    // What cannot be read just now (a file half saved) is as it was a moment ago.
    if ("problem" in read) return sides;
    notebook = read.notebook;
    const current = branchCells(notebook.cells);
    const stored = (await readBranch(folder)) ?? { base: current, branch: current };
    await keep({ ...takeIn({ ...stored, current }), current });
    return sides;
  }

  return {
    agent: {
      folder,
      opened,
      options,
      runs,
      trusted: options.trusted,
      sync,
      cells: () => sides.branch,
      edit: (cells) => keep({ ...sides, branch: cells }),
      async accept(changes) {
        const problem = await users.write(applyChanges(sides, changes));
        if (problem !== undefined) return problem;
        await keep({ ...sides, base: baseAfter(sides, changes) });
        await sync();
        return undefined;
      },
      async reject(changes) {
        await keep({ ...sides, branch: withoutChanges(sides, changes) });
        await sync();
      },
      async close() {
        runs.cancel();
        await opened.close();
      },
    },
  };
}
