/** What a person looks at before accepting: each change of a cell, and every result that is another one on the branch. */
import { type BranchChange, changesOf } from "../../core/agent/branch.ts";
import type { ImagePart } from "../../core/ai/model.ts";
import type { Engine } from "../../core/engine/model.ts";
import type { CellId } from "../../core/notebook/model.ts";
import type { CellPlan } from "../../core/plan/model.ts";
import { sourceDigest } from "./digest.ts";
import type { AgentNotebook } from "./notebook.ts";
import { outputText, type ReadsContent } from "./output-text.ts";

export interface ReviewedResult {
  /** Empty when there is none. */
  readonly text: string;
  readonly images: readonly ImagePart[];
  readonly state: "fresh" | "failed" | "none";
}

export interface ReviewedCell {
  readonly id: CellId;
  readonly name: string;
  readonly language: string;
  /** Undefined where only the result differs. */
  readonly change: BranchChange | undefined;
  readonly before: string;
  readonly after: string;
  readonly resultBefore: ReviewedResult;
  readonly resultAfter: ReviewedResult;
}

export interface Review {
  readonly cells: readonly ReviewedCell[];
  /** Files in the folder that cells of the branch wrote: they are there, whatever is decided. */
  readonly written: readonly string[];
}

interface Side {
  readonly engine: Engine;
  readonly store: ReadsContent;
}

const RESULT = { characters: 4_000, images: 3 };

export async function reviewOf(agent: AgentNotebook, users: Side): Promise<Review> {
  const sides = await agent.sync();
  const changes = new Map(changesOf(sides).map((change) => [change.cell.id, change]));
  const [mine, theirs] = await Promise.all([plansOf(agent.opened.engine), plansOf(users.engine)]);
  const ids = [
    ...sides.branch.map((cell) => cell.id),
    ...[...changes.keys()].filter((id) => !sides.branch.some((cell) => cell.id === id)),
  ];
  const now = new Map(sides.current.map((cell) => [cell.id, cell]));
  const cells: ReviewedCell[] = [];
  for (const id of ids) {
    const change = changes.get(id);
    const differs = keyOf(mine.get(id)) !== undefined && keyOf(mine.get(id)) !== keyOf(theirs.get(id));
    if (change === undefined && !differs) continue;
    const cell = change?.cell ?? now.get(id);
    if (cell === undefined) continue;
    const gone = change?.kind === "deleted";
    const before = now.get(id)?.source ?? "";
    const resultBefore = await resultOf(users, theirs.get(id), id);
    const resultAfter = gone ? NOTHING : await resultOf(agent.opened, mine.get(id), id);
    if (change === undefined && sameResult(resultBefore, resultAfter)) continue;
    cells.push({
      id,
      name: agent.opened.nameOf(id),
      language: cell.language,
      change,
      before,
      after: gone ? "" : cell.source,
      resultBefore,
      resultAfter,
    });
  }
  const written = [...mine.values()].flatMap((plan) =>
    plan.action === "reuse" && keyOf(plan) !== keyOf(theirs.get(plan.cell))
      ? plan.record.observed.flatMap((seen) => (seen.kind === "written" ? [seen.path] : []))
      : [],
  );
  return { cells, written: [...new Set(written)] };
}

const NOTHING: ReviewedResult = { text: "", images: [], state: "none" };

async function plansOf(engine: Engine): Promise<ReadonlyMap<CellId, CellPlan>> {
  return new Map((await engine.plan()).cells.map((plan) => [plan.cell, plan]));
}

function keyOf(plan: CellPlan | undefined): string | undefined {
  return plan?.action === "reuse" ? `${plan.key}@${plan.record.finishedAt}` : undefined;
}

async function resultOf(side: Side, plan: CellPlan | undefined, id: CellId): Promise<ReviewedResult> {
  if (plan?.action === "reuse")
    return { ...(await outputText(plan.record.outputs, side.store, RESULT)), state: "fresh" };
  if (plan === undefined) return NOTHING;
  const { head, outputs } = await side.engine.stored(id);
  if (head?.status !== "error") return NOTHING;
  return { ...(await outputText(outputs, side.store, RESULT)), state: "failed" };
}

function sameResult(a: ReviewedResult, b: ReviewedResult): boolean {
  const digest = (result: ReviewedResult): string =>
    sourceDigest(
      JSON.stringify([
        result.state,
        result.text.replace(/artifact [0-9a-f]{12}/g, ""),
        result.images.map((image) => image.data),
      ]),
    );
  return digest(a) === digest(b);
}
