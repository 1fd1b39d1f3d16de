/** The page on which changes are accepted: what cells print cannot become part of it, and conflicts are said. */
import assert from "node:assert/strict";
import type { ReviewedCell } from "../../../extension/host/agent/review.ts";
import { reviewPage } from "../../../extension/vscode/chat/review-page.ts";

const EVIL = `<img src=x onerror="alert(1)"></pre><script>alert(2)</script>&"'`;

function reviewed(more: Partial<ReviewedCell>): ReviewedCell {
  const none = { text: "", images: [], state: "none" } as const;
  const cell = { id: "a", file: "a.py", language: "python", source: "x = 2" } as const;
  const change = { kind: "edited", cell, before: { ...cell, source: "x = 1" }, moved: false } as const;
  return {
    id: "a",
    name: "Load",
    language: "python",
    change,
    before: "x = 1",
    after: "x = 2",
    resultBefore: none,
    resultAfter: none,
    ...more,
  };
}

describe("the page of an agent's changes", () => {
  const page = (more: Partial<ReviewedCell>, written: readonly string[] = []): string =>
    reviewPage({ cells: [reviewed(more)], written }, "n0nce");

  it("shows lines that go and come, and the result before and after", () => {
    const html = page({
      resultBefore: { text: "1", images: [], state: "fresh" },
      resultAfter: { text: "", images: [{ type: "image", mime: "image/png", data: "AAAA" }], state: "fresh" },
    });
    assert.match(html, /class="line removed">- x = 1\n.*class="line added">\+ x = 2\n/s);
    assert.match(
      html,
      /Result now<\/figcaption><pre>1<\/pre>.*Result on the branch<\/figcaption><img [^>]*src="data:image\/png;base64,AAAA"/s,
    );
  });

  it("has no markup but its own, whatever cells are called, contain or print", () => {
    const html = page({ name: EVIL, after: EVIL, resultAfter: { text: EVIL, images: [], state: "failed" } }, [EVIL]);
    assert.equal([...html.matchAll(/<script/g)].length, 1);
    assert.equal([...html.matchAll(/<img/g)].length, 0);
    assert.equal([...html.matchAll(/&lt;script&gt;alert\(2\)/g)].length, 5);
    assert.match(html, /default-src 'none'; img-src data:; style-src 'nonce-n0nce'; script-src 'nonce-n0nce'/);
  });

  it("says a conflict, a result alone that differs, and files that were written", () => {
    const change = {
      ...reviewed({}).change,
      conflict: "You edited this cell too, after the agent began.",
    } as NonNullable<ReviewedCell["change"]>;
    const conflict = page({ change });
    assert.match(conflict, /role="alert">You edited this cell too.*Accepting takes the agent's side in place of yours/);
    assert.match(conflict, /data-conflict="shown" data-cell="a">Accept Anyway/);
    assert.match(conflict, /1 conflict, which “Accept All” leaves for you to decide/);
    assert.doesNotMatch(page({}), /conflict, which|data-conflict="shown"/);
    const other = page({ change: undefined }, ["out/a.csv"]);
    assert.match(other, /Another result/);
    assert.doesNotMatch(other, /data-action="accept" data-cell="a"/);
    assert.match(other, /stay whatever you decide: out\/a\.csv/);
  });
});
