import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import type { TablePayload } from "../../extension/core/outputs/model.ts";
import { everyType, largeColumns, largeRows, payload } from "./frames.ts";
import { type AnswerRows, raiseTheatre, SCREENSHOTS, type Theatre } from "./theatre.ts";
import type { ThemeName } from "./themes.ts";

const COLUMNS = largeColumns(10);
const MILLION = payload(1_000_000, COLUMNS);
const answerMillion: AnswerRows = (_digest, from, to) => largeRows(COLUMNS, from, to);

describe("the table in a browser", function () {
  this.timeout(60_000);
  let theatre: Theatre;
  let page: Page;

  before(async () => {
    theatre = await raiseTheatre();
  });
  afterEach(async () => {
    await page?.context().close();
  });
  after(async () => {
    await theatre?.close();
  });

  async function open(answer: AnswerRows = answerMillion, theme: ThemeName = "light", options = {}): Promise<void> {
    page = await theatre.open(theme, answer);
    await page.evaluate((given) => window.stage.load("strata-table", given), options);
  }

  async function show(table: TablePayload, id = "table"): Promise<void> {
    await page.evaluate(
      ([id, text]) => window.stage.render("strata-table", { id, mime: "application/vnd.strata.table+json", text }),
      [id, JSON.stringify(table)] as const,
    );
  }

  const grid = (id = "table") => page.locator(`#${id} .grid`);
  const firstRow = (id = "table") => page.locator(`#${id} .body .row`).first();
  /** Waits until the row with this 0-based number is drawn with its values. */
  async function rowShown(row: number, id = "table"): Promise<string> {
    const locator = page.locator(`#${id} .row[aria-rowindex="${row + 2}"]:not(:has(.waiting))`);
    await locator.waitFor();
    return locator
      .locator(".cell")
      .allTextContents()
      .then((texts) => texts.join("|"));
  }
  const active = (id = "table") => page.locator(`#${id} .body .cell.active`);

  it("shows the first rows of a million with names, types and shape", async () => {
    await open();
    await show(MILLION);
    assert.match(await rowShown(1), /^1\|2\|0\.142857\|row 1 of column 2\|False\|1970-01-01 01:00:00\|/);
    assert.match(await rowShown(3), /^3\|6\|NaN\|/);
    assert.equal(
      await page.locator("#table .status > span").first().textContent(),
      "1,000,000 rows × 10 columns · pandas.DataFrame",
    );
    assert.equal(await page.locator("#table .head .name").nth(1).textContent(), "column 0");
    assert.equal(await page.locator("#table .head .type").nth(2).textContent(), "float64");
    assert.equal(await page.locator("#table .body .row").count(), 12);
  });

  it("speaks to assistive technology as a grid", async () => {
    await open();
    await show(MILLION);
    await rowShown(0);
    const attributes = await grid().evaluate((node) =>
      Object.fromEntries(node.getAttributeNames().map((name) => [name, node.getAttribute(name)])),
    );
    assert.equal(attributes.role, "grid");
    assert.equal(attributes["aria-rowcount"], "1000001");
    assert.equal(attributes["aria-colcount"], "11");
    assert.equal(attributes["aria-label"], "Table, 1,000,000 rows × 10 columns, pandas.DataFrame");
    assert.equal(await firstRow().getAttribute("role"), "row");
    assert.equal(await firstRow().locator(".cell").first().getAttribute("role"), "rowheader");
    assert.equal(await firstRow().locator(".cell").nth(1).getAttribute("role"), "gridcell");
    assert.equal(await firstRow().locator(".cell").nth(1).getAttribute("aria-colindex"), "2");
    await grid().focus();
    await page.keyboard.press("ArrowDown");
    const id = await grid().getAttribute("aria-activedescendant");
    assert.equal(await page.locator(`[id="${id}"]`).count(), 1);
    assert.equal(await page.locator(`[id="${id}"]`).getAttribute("aria-selected"), "true");
    assert.match(
      await page.locator("#table .grid").ariaSnapshot(),
      /grid "Table, 1,000,000 rows × 10 columns, pandas.DataFrame"/,
    );
  });

  it("reaches the last of a million rows with a key, with the scrollbar and back", async () => {
    await open();
    await show(MILLION);
    await rowShown(0);
    await grid().focus();
    await page.keyboard.press("Control+End");
    assert.match(await rowShown(999_999), /column/);
    assert.equal(await active().getAttribute("aria-colindex"), "11");
    assert.ok(
      await grid().evaluate((node) => Math.abs(node.scrollTop + node.clientHeight - node.scrollHeight) <= 1),
      "the scrollbar is at its end",
    );
    await page.keyboard.press("Control+Home");
    await rowShown(0);
    assert.equal(await grid().evaluate((node) => node.scrollTop), 0);
    await grid().evaluate((node) => node.scrollTo(0, node.scrollHeight));
    await rowShown(999_999);
    await grid().evaluate((node) => node.scrollTo(0, node.scrollHeight / 2));
    await page.waitForFunction(() => {
      const row = Number(document.querySelector("#table .body .row")?.getAttribute("aria-rowindex"));
      return Math.abs(row - 500_000) < 50 && !document.querySelector("#table .waiting");
    });
  });

  it("moves by the wheel's own pixels in the middle of a table too tall for the browser", async () => {
    const tall = payload(100_000_000, COLUMNS);
    await open();
    await show(tall);
    await rowShown(0);
    await grid().evaluate((node) => node.scrollTo(0, node.scrollHeight / 2));
    await page.waitForFunction(
      () => Number(document.querySelector("#table .body .row")?.getAttribute("aria-rowindex")) > 40_000_000,
    );
    const before = Number(await firstRow().getAttribute("aria-rowindex"));
    await grid().evaluate((node) => node.scrollBy(0, 220));
    await page.waitForFunction(
      (row) => document.querySelector("#table .body .row")?.getAttribute("aria-rowindex") === String(row),
      before + 10,
    );
  });

  it("draws a bounded number of cells of a thousand columns, and reaches the last", async () => {
    const columns = largeColumns(1000);
    await open((_digest, from, to) => largeRows(columns, from, to));
    await show(payload(1_000_000, columns));
    await rowShown(0);
    await grid().focus();
    await page.keyboard.press("End");
    await page.locator('#table .head [aria-colindex="1001"]').waitFor();
    assert.equal(await page.locator("#table .head .name").last().textContent(), "column 999");
    assert.equal(
      await firstRow().locator(".cell").first().getAttribute("aria-colindex"),
      "1",
      "the index stays in view",
    );
    assert.ok((await page.locator("#table .cell").count()) < 300);
  });

  it("selects by keyboard and mouse, and copies tab-separated text at full precision", async () => {
    await open();
    await show(MILLION);
    await rowShown(2);
    await page.locator('#table .row[aria-rowindex="3"] .cell').nth(2).click();
    await page.keyboard.press("Shift+ArrowDown");
    await page.keyboard.press("Shift+ArrowRight");
    await page.keyboard.press("Control+c");
    assert.equal(await clipboard(), `${1 / 7}\trow 1 of column 2\n${2 / 7}\trow 2 of column 2`);
    await page.locator("#table .grid").click({ button: "right", position: { x: 200, y: 80 } });
    await page.getByRole("menuitem", { name: "Copy with Header" }).click();
    await page.getByText("Copied").waitFor();
    await page.keyboard.press("Escape");
    await page.locator('#table .row[aria-rowindex="4"] .cell').first().click();
    await page.keyboard.press("Control+c");
    assert.match(await clipboard(), /^2\t4\t0\.2857142857142857\trow 2 of column 2\tTrue\t1970-01-01 02:00:00\t14/);
  });

  it("copies rows in view with their header by the button", async () => {
    await open();
    await show(payload(3, COLUMNS, { shape: [3, 10] }));
    await rowShown(2);
    await page.locator("#table").hover();
    await page.getByRole("button", { name: "Copy" }).click();
    await page.getByText(/Copied \d+ cells/).waitFor();
    const lines = (await clipboard()).split("\n");
    assert.equal(lines.length, 4);
    assert.match(lines[0]!, /^\tcolumn 0\tcolumn 1\t/);
    assert.match(lines[3]!, /^2\t4\t/);
  });

  it("fetches what a selection needs, and refuses one that is too large with a reason", async () => {
    await open();
    await show(MILLION);
    await rowShown(0);
    await grid().focus();
    await page.keyboard.press("Control+Shift+ArrowDown");
    await page.keyboard.press("Control+a");
    await page.keyboard.press("Control+c");
    await page.getByText("Not copied: 11,000,000 cells are selected; at most 1,000,000 can be copied.").waitFor();
    await page.keyboard.press("Control+Home");
    for (let times = 0; times < 300; times++) await page.keyboard.press("Shift+PageDown");
    await page.evaluate(() => window.stage.posted.splice(0));
    await page.keyboard.press("Control+c");
    await page.getByText("Copied 3,301 cells.").waitFor();
    const lines = (await clipboard()).split("\n");
    assert.deepEqual([lines.length, lines[0], lines.at(-1)], [3301, "0", "3300"]);
  });

  it("resizes a column by dragging, by keys, and fits it on a double click", async () => {
    await open();
    await show(MILLION);
    await rowShown(0);
    const header = page.locator('#table .head [aria-colindex="2"]');
    const width = async () => (await header.boundingBox())?.width ?? 0;
    const before = await width();
    const grip = (await header.locator(".grip").boundingBox())!;
    await page.mouse.move(grip.x + 3, grip.y + 10);
    await page.mouse.down();
    await page.mouse.move(grip.x + 63, grip.y + 10, { steps: 3 });
    await page.mouse.up();
    assert.equal(await width(), before + 60);
    await grid().focus();
    await page.keyboard.press("Control+Home");
    await page.keyboard.press("ArrowRight");
    await page.keyboard.press("Alt+ArrowRight");
    assert.equal(await width(), before + 70);
    const wide = (await header.locator(".grip").boundingBox())!;
    await page.mouse.dblclick(wide.x + 3, wide.y + 10);
    assert.ok((await width()) <= before, "fitted to its text");
  });

  it("drops late replies, and cancels what was scrolled past", async () => {
    await open();
    await page.evaluate(() => {
      window.stage.hold = true;
    });
    await show(MILLION);
    await page.waitForFunction(() => window.stage.held.length >= 2);
    await grid().focus();
    await page.keyboard.press("Control+ArrowDown");
    await page.waitForFunction(() => window.stage.posted.filter(({ type }) => type === "cancel").length >= 2);
    await page.evaluate(() => {
      window.stage.hold = false;
      for (const reply of window.stage.held.splice(0)) window.stage.deliver(reply);
    });
    await page.keyboard.press("Control+ArrowUp");
    await rowShown(0);
    const asked = await page.evaluate(
      () => window.stage.posted.filter(({ type, from }) => type === "rows" && from === 0).length,
    );
    assert.equal(asked, 2, "the first rows were asked for again, as their late reply was dropped");
    const requests = await page.evaluate(() =>
      window.stage.posted.filter(({ type }) => type === "rows").map(({ request }) => request),
    );
    assert.equal(new Set(requests).size, requests.length);
  });

  it("ignores replies to other requests and other tables", async () => {
    await open(() => "unused");
    await page.evaluate(() => {
      window.stage.hold = true;
    });
    await show(payload(3, COLUMNS));
    await page.waitForFunction(() => window.stage.posted.length > 0);
    await page.evaluate(() => {
      const request = window.stage.posted[0]?.request as number;
      for (const wrong of [
        null,
        5,
        { type: "other", request },
        { type: "rows", request: request + 1, error: "wrong" },
        { type: "rows", request, digest: "other", bytes: "" },
      ])
        window.stage.deliver(wrong);
    });
    assert.equal(await page.locator("#table .notice").textContent(), "");
  });

  it("says why rows are not there, and tries again", async () => {
    let broken = true;
    await open((_digest, from, to) =>
      broken ? "the stored table was deleted; run the cell again" : largeRows(COLUMNS, from, to),
    );
    await show(payload(30, COLUMNS));
    await page.getByText("Rows are not available: the stored table was deleted; run the cell again.").waitFor();
    broken = false;
    await page.getByRole("button", { name: "Try Again" }).click();
    await rowShown(0);
    assert.equal(await page.locator("#table .notice").textContent(), "");
  });

  it("says that rows are not available where no extension runs", async () => {
    await open(answerMillion, "light", { messaging: false });
    await show(MILLION);
    await page.getByText("Rows are not available: the Strata extension is not running here.").waitFor();
  });

  it("refuses a payload of another version in words", async () => {
    await open();
    await page.evaluate(() => window.stage.render("strata-table", { id: "table", mime: "m", text: '{"version":9}' }));
    await page
      .getByText(
        "This m output cannot be shown: it has version 9, and this Strata reads version 1; update the extension",
      )
      .waitFor();
  });

  it("shows empty tables", async () => {
    await open();
    await show(payload(0, COLUMNS, { shape: [0, 10] }));
    assert.equal(
      await page.locator("#table .status > span").first().textContent(),
      "0 rows × 10 columns · pandas.DataFrame",
    );
    await show(payload(0, [], { shape: [0, 0], digest: "2" }), "none");
    assert.equal(
      await page.locator("#none .status > span").first().textContent(),
      "0 rows × 0 columns · pandas.DataFrame",
    );
  });

  it("keeps place, selection and widths when the output is rendered again", async () => {
    await open();
    await show(MILLION);
    await rowShown(0);
    await grid().focus();
    await page.keyboard.press("Control+ArrowDown");
    await page.keyboard.press("Alt+ArrowRight");
    await rowShown(999_999);
    const width = (await page.locator('#table .head [aria-colindex="2"]').boundingBox())?.width;
    await page.waitForFunction(() => window.stage.state !== undefined);
    await show(MILLION);
    await rowShown(999_999);
    assert.equal((await page.locator('#table .head [aria-colindex="2"]').boundingBox())?.width, width);
    assert.equal(await active().count(), 1);
  });

  it("hands the wheel to the notebook at both ends", async () => {
    await open();
    await show(MILLION);
    await rowShown(0);
    await page.evaluate(() => {
      const filler = document.createElement("div");
      filler.style.height = "3000px";
      document.body.append(filler);
    });
    const box = (await grid().boundingBox())!;
    await page.mouse.move(box.x + 200, box.y + 150);
    await page.mouse.wheel(0, 220);
    await page.waitForFunction(
      () => document.querySelector("#table .body .row")?.getAttribute("aria-rowindex") === "12",
    );
    assert.equal(await page.evaluate(() => scrollY), 0);
    await grid().focus();
    await page.keyboard.press("Control+ArrowDown");
    await rowShown(999_999);
    await page.mouse.wheel(0, 300);
    await page.waitForFunction(() => scrollY > 0);
  });

  it("leaves nothing behind when it is disposed", async () => {
    await open();
    await show(MILLION, "one");
    await show(payload(5, COLUMNS, { digest: "5" }), "two");
    await rowShown(0, "one");
    await page.evaluate(() => window.stage.dispose("strata-table", "one"));
    assert.equal(await page.locator("#one *").count(), 0);
    assert.match(await rowShown(0, "two"), /^0\|/, "the other table is untouched");
    await page.locator("#two .grid").focus();
    await page.keyboard.press("ArrowDown");
    assert.equal(await active("two").count(), 1);
    await page.evaluate(() => window.stage.dispose("strata-table"));
    assert.equal(await page.locator("#two *").count(), 0);
    const posted = await page.evaluate(() => window.stage.posted.length);
    await page.evaluate(() => dispatchEvent(new Event("resize")));
    assert.equal(await page.evaluate(() => window.stage.posted.length), posted);
  });

  it("shows the exact value of a shortened one as hover text", async () => {
    const every = everyType();
    await open(() => every.bytes);
    await show(payload(3, every.columns));
    await rowShown(0);
    const price = page.locator('#table .row[aria-rowindex="2"] .cell').nth(2);
    assert.equal(await price.textContent(), "0.3");
    await price.hover();
    assert.equal(await price.getAttribute("title"), "0.30000000000000004");
  });

  for (const theme of ["light", "dark", "contrast"] as const) {
    it(`looks at home in the ${theme} theme`, async () => {
      const every = everyType();
      await open((digest, from, to) => (digest.startsWith("1") ? every.bytes : largeRows(COLUMNS, from, to)), theme);
      await show(MILLION);
      await show(payload(3, every.columns, { digest: "1".repeat(64) }), "every");
      await rowShown(4);
      await rowShown(0, "every");
      await page.locator('#table .row[aria-rowindex="5"] .cell').nth(3).click();
      await page.keyboard.press("Shift+ArrowDown");
      await page.keyboard.press("Shift+ArrowRight");
      const colors = await active().evaluate((node) => [
        getComputedStyle(node).outlineStyle,
        getComputedStyle(node).color,
      ]);
      assert.equal(colors[0], "solid", "the active cell has a visible focus");
      await page.screenshot({ path: `${SCREENSHOTS}table-${theme}.png` });
    });
  }

  it("asks nobody else for anything", () => assert.deepEqual(theatre.strays, []));

  const clipboard = () => page.evaluate(() => navigator.clipboard.readText());
});
