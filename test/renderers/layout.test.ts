import assert from "node:assert/strict";
import fc from "fast-check";
import {
  afterScroll,
  columnAt,
  columnOffsets,
  MAX_SCROLL_HEIGHT,
  maxTop,
  pageRows,
  type Rows,
  reveal,
  scrollHeight,
  toScroll,
  visibleColumns,
  visibleRows,
} from "../../renderers/table/layout.ts";

const small: Rows = { count: 1000, height: 22, viewport: 264 };
const huge: Rows = { count: 100_000_000, height: 22, viewport: 264 };

describe("the grid's viewport", () => {
  it("scrolls a table that the browser can lay out pixel by pixel", () => {
    assert.equal(scrollHeight(small), 22_000);
    assert.equal(afterScroll(small, 0, 0, 12_345), 12_345);
    assert.equal(toScroll(small, 777), 777);
  });

  it("keeps the scrolled area within what browsers can lay out", () => {
    assert.equal(scrollHeight(huge), MAX_SCROLL_HEIGHT);
  });

  it("moves a tall table by real pixels for a wheel step and by proportion for a drag", () => {
    assert.equal(afterScroll(huge, 50_000, 10, 110), 50_100);
    const end = MAX_SCROLL_HEIGHT - huge.viewport;
    assert.equal(afterScroll(huge, 0, 0, end), maxTop(huge));
    assert.ok(Math.abs(afterScroll(huge, 0, 0, end / 2) - maxTop(huge) / 2) < 1);
  });

  it("puts the scrollbar at its ends exactly when the table is", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 50_000_000 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (count, share) => {
          const rows: Rows = { count, height: 22, viewport: Math.min(count, 12) * 22 };
          const scrollMax = scrollHeight(rows) - rows.viewport;
          const scroll = toScroll(rows, Math.floor(maxTop(rows) * share));
          assert.ok(scroll >= 0 && scroll <= scrollMax);
          assert.equal(toScroll(rows, 0), 0);
          assert.equal(toScroll(rows, maxTop(rows)), scrollMax);
        },
      ),
    );
  });

  it("can bring every row into view", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 50_000_000 }), fc.nat(), (count, pick) => {
        const rows: Rows = { count, height: 22, viewport: Math.min(count, 12) * 22 };
        const row = pick % count;
        const top = Math.min(reveal(0, rows.viewport, row * 22, (row + 1) * 22), maxTop(rows));
        const { from, to } = visibleRows(rows, top);
        assert.ok(from <= row && row < to && to - from <= 13);
      }),
    );
  });

  it("finds the columns in view", () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 40, max: 300 }), { minLength: 1, maxLength: 200 }),
        fc.nat({ max: 30_000 }),
        fc.integer({ min: 1, max: 2000 }),
        (widths, left, width) => {
          const offsets = columnOffsets(widths);
          const { from, to } = visibleColumns(offsets, left, width);
          for (let column = 0; column < widths.length; column++) {
            const shown = (offsets[column] ?? 0) < left + width && (offsets[column + 1] ?? 0) > left;
            if (shown) assert.ok(from <= column && column < to, `column ${column} of ${widths}`);
          }
          assert.ok(from === widths.length - 1 || (offsets[from + 1] ?? 0) > left);
        },
      ),
    );
  });

  for (const [x, expected] of [
    [0, 0],
    [99, 0],
    [100, 1],
    [250, 2],
    [9999, 2],
    [-5, 0],
  ] as const) {
    it(`finds column ${expected} at pixel ${x}`, () =>
      assert.equal(columnAt(columnOffsets([100, 50, 70]), x), expected));
  }

  for (const [columns, rows] of [
    [1, 1000],
    [10, 1000],
    [1000, 150],
    [100_000, 50],
  ] as const) {
    it(`asks for ${rows} rows a page with ${columns} columns`, () => assert.equal(pageRows(columns), rows));
  }
});
