import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import { raiseTheatre, SCREENSHOTS, type Theatre } from "./theatre.ts";

const SVG = `<svg xmlns="http://www.w3.org/2000/svg" width="1600" height="600"><rect width="1600" height="600" fill="white"/><circle cx="500" cy="300" r="200" fill="#1f77b4"/><script>window.hacked = 1; parent.hacked = 1;</script></svg>`;
const MARKDOWN =
  '# Heading\n\nSome *text*, `code`, a [link](https://example.org/), [bad](javascript:alert(1)) and $\\int_0^\\infty e^{-x^2}dx$; data.py costs $5 or $6.\n\n$$\\hat\\beta = (X^\\top X)^{-1} X^\\top y, \\begin{pmatrix} a & b \\\\ c & d \\end{pmatrix}$$\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n> quote\n\n<img src=x onerror="window.hacked=1">\n\n![remote](https://example.org/a.png)\n';
const TABLE = `<table border="1" class="dataframe"><thead><tr style="text-align: right;"><th></th><th>a</th></tr></thead><tbody><tr><th>0</th><td>1.5</td></tr><tr><th>1</th><td>2.5</td></tr></tbody></table><p><a href="https://example.org/">a link</a></p>`;
const JSON_TEXT = JSON.stringify({
  name: "strata",
  list: [1, 2.5, true, null],
  nested: { a: { b: 1 } },
  long: Array.from({ length: 250 }, (_, at) => at),
});
const ERROR = {
  name: "KeyError",
  message: "'missing'",
  traceback: "Traceback (most recent call last):\n  …\nKeyError: 'missing'",
  frames: [
    { cell: "c1", file: "/n/cells/clean.py", line: 4, function: "<module>", text: "total = summarise(df)" },
    {
      file: "/v/lib/python3.12/site-packages/pandas/core/frame.py",
      line: 4102,
      function: "__getitem__",
      text: "indexer = get_loc(key)",
    },
  ],
};

describe("the other outputs in a browser", function () {
  this.timeout(60_000);
  let theatre: Theatre;
  let page: Page;

  before(async () => {
    theatre = await raiseTheatre();
  });
  beforeEach(async () => {
    page = await theatre.open("light");
  });
  afterEach(async () => {
    await page.context().close();
  });
  after(async () => {
    await theatre?.close();
  });

  async function show(renderer: string, mime: string, text: string, options = {}): Promise<void> {
    await page.evaluate(
      async ([renderer, mime, text, options]) => {
        await window.stage.load(`strata-${renderer}`, options);
        await window.stage.render(`strata-${renderer}`, { id: renderer, mime, text });
      },
      [renderer, mime, text, options] as const,
    );
  }
  const hacked = () => page.evaluate(() => "hacked" in window);
  const clipboard = () => page.evaluate(() => navigator.clipboard.readText());

  describe("pictures", () => {
    const width = () => page.locator("#image img").evaluate((image) => image.getBoundingClientRect().width);

    it("fit the width, and no script in an SVG runs", async () => {
      await show("image", "image/svg+xml", SVG);
      assert.ok((await width()) <= 876);
      assert.equal(await hacked(), false);
      assert.match((await page.locator("#image .stage").getAttribute("aria-label")) ?? "", /1600 × 600/);
      assert.equal(await page.locator("#image img").getAttribute("alt"), "Image output");
    });

    it("zoom and pan by keys, wheel and click", async () => {
      await show("image", "image/svg+xml", SVG);
      const fitted = await width();
      await page.locator("#image .stage").focus();
      await page.keyboard.press("Enter");
      assert.equal(await width(), 1600);
      await page.keyboard.press("ArrowRight");
      assert.ok(await page.locator("#image .stage").evaluate((stage) => stage.scrollLeft > 0));
      await page.keyboard.press("+");
      assert.equal(await width(), 2000);
      await page.keyboard.press("0");
      assert.equal(await width(), fitted);
      await page.locator("#image img").click();
      assert.equal(await width(), 1600);
      await page.locator("#image img").hover();
      await page.keyboard.down("Control");
      await page.mouse.wheel(0, -100);
      await page.waitForFunction(
        () => (document.querySelector("#image img")?.getBoundingClientRect().width ?? 0) === 2000,
      );
      await page.keyboard.up("Control");
    });

    it("are saved under a name of their type", async () => {
      await show("image", "image/svg+xml", SVG);
      const download = page.waitForEvent("download");
      await page.locator("#image").hover();
      await page.getByRole("button", { name: "Save…" }).click();
      assert.equal((await download).suggestedFilename(), "figure.svg");
    });

    it("that are damaged are said to be", async () => {
      await show("image", "image/png", "not a picture");
      await page.getByText("This image/png output is not a picture that can be shown.").waitFor();
    });
  });

  describe("HTML", () => {
    const frame = () => page.frames().find((each) => each !== page.mainFrame())!;

    it("runs in a frame that reaches neither the notebook nor storage", async () => {
      await show(
        "html",
        "text/html",
        `<p id="out"></p><script>const seen = []; for (const look of [() => parent.document.title, () => parent.stage, () => localStorage.length, () => document.cookie]) { try { look(); seen.push("reached"); } catch (error) { seen.push(error.name); } } document.getElementById("out").textContent = seen.join(" ");</script>`,
      );
      assert.equal(
        await frame().locator("#out").textContent(),
        "SecurityError SecurityError SecurityError SecurityError",
      );
    });

    it("is as tall as its content, and grows with it", async () => {
      await show(
        "html",
        "text/html",
        `<div style="height: 321px"></div><button onclick="document.querySelector('div').style.height = '500px'">grow</button>`,
      );
      const height = () => page.locator("#html iframe").evaluate((node) => node.getBoundingClientRect().height);
      const before = await height();
      assert.ok(before > 321 && before < 400);
      await frame().locator("button").click();
      await page.waitForFunction(
        (before) => (document.querySelector("#html iframe")?.getBoundingClientRect().height ?? 0) === before + 179,
        before,
      );
    });

    it("follows the theme", async () => {
      await show("html", "text/html", TABLE);
      assert.equal(
        await frame()
          .locator("td")
          .first()
          .evaluate((cell) => getComputedStyle(cell).color),
        "rgb(59, 59, 59)",
      );
      await page.evaluate(() => document.documentElement.style.setProperty("--vscode-foreground", "rgb(1, 2, 3)"));
      await frame().waitForFunction(
        () => getComputedStyle(document.querySelector("td") as Element).color === "rgb(1, 2, 3)",
      );
    });

    it("opens a clicked link outside, and none that a script invents", async () => {
      await page.evaluate(() => {
        const opened: string[] = [];
        Object.assign(window, { opened });
        document.body.addEventListener("click", (event) => {
          const link = (event.target as HTMLElement).closest("a");
          if (!link) return;
          opened.push(link.href);
          event.preventDefault();
        });
      });
      const opened = () => page.evaluate(() => (window as unknown as { opened: string[] }).opened);
      const html = `${TABLE}<a id="bad" href="command:evil">x</a><script>parent.postMessage({strata: "open", href: "https://invented.example/"}, "*");</script>`;
      // All that Playwright evaluates counts as something the user did; this must not.
      const quiet = await page.context().newCDPSession(page);
      const item = JSON.stringify({ id: "html", mime: "text/html", text: html });
      const expression = `(async () => {
        await stage.load("strata-html");
        while (navigator.userActivation.isActive) await new Promise((resolve) => setTimeout(resolve, 100));
        await stage.render("strata-html", ${item.replaceAll("</", "<\\/")});
        return opened.length;
      })()`;
      const { result } = await quiet.send("Runtime.evaluate", { expression, awaitPromise: true, returnByValue: true });
      assert.equal(result.value, 0);
      await frame().locator("a").first().click();
      await page.waitForFunction(() => (window as unknown as { opened: string[] }).opened.length > 0);
      await frame().locator("#bad").click();
      assert.deepEqual(await opened(), ["https://example.org/"]);
    });

    it("passes the wheel on to the notebook", async () => {
      await show("html", "text/html", "<p>text</p>");
      await page.evaluate(() =>
        window.addEventListener("wheel", (event) =>
          Object.assign(window, { wheeled: [event.deltaY, (event as unknown as { wheelDeltaY: number }).wheelDeltaY] }),
        ),
      );
      await page.locator("#html iframe").hover();
      await page.mouse.wheel(0, 100);
      await page.waitForFunction(() => "wheeled" in window);
      assert.deepEqual(await page.evaluate(() => (window as unknown as { wheeled: number[] }).wheeled), [100, -120]);
    });

    it("runs no script of a folder that is not trusted, and is still as tall as its content", async () => {
      await show(
        "html",
        "text/html",
        `<p id="out" style="height: 200px">still</p><script>document.getElementById("out").textContent = "ran"</script><img src=x onerror="document.getElementById('out').textContent = 'ran'">`,
        { trusted: false },
      );
      assert.equal(await frame().locator("#out").textContent(), "still");
      assert.ok((await page.locator("#html iframe").evaluate((node) => node.getBoundingClientRect().height)) > 200);
    });
  });

  describe("Markdown", () => {
    it("shows text, tables and math, and runs nothing", async () => {
      await show("markdown", "text/markdown", MARKDOWN, { trusted: false });
      const root = page.locator("#markdown");
      assert.equal(await root.locator("h1").textContent(), "Heading");
      assert.equal(await root.locator("math").count(), 2);
      assert.equal(await root.locator("mfrac, msup, msubsup").first().isVisible(), true);
      assert.equal(await root.locator("annotation").count(), 0);
      assert.equal(await root.locator("td").first().textContent(), "1");
      assert.match((await root.textContent()) ?? "", /data\.py costs \$5 or \$6/);
      assert.deepEqual(await root.locator("a").evaluateAll((links) => links.map((link) => link.getAttribute("href"))), [
        "https://example.org/",
        "https://example.org/a.png",
      ]);
      assert.equal(await root.locator("img").count(), 0);
      assert.equal(await hacked(), false);
    });

    it("shows LaTeX, and broken LaTeX as its text", async () => {
      await show("markdown", "text/latex", "$\\displaystyle \\frac{x}{2}$");
      assert.equal(await page.locator("#markdown math[display=block]").count(), 1);
      await page.evaluate(() =>
        window.stage.render("strata-markdown", { id: "markdown", mime: "text/latex", text: "$\\frac{$" }),
      );
      assert.equal(await page.locator("#markdown .math-error").textContent(), "\\frac{");
    });
  });

  describe("JSON", () => {
    const focused = () => page.evaluate(() => document.activeElement?.querySelector(".line .value")?.textContent);

    it("is a tree that keys open, close and walk", async () => {
      await show("json", "application/json", JSON_TEXT);
      assert.equal(await page.locator("#json [role=tree]").count(), 1);
      await page.locator("#json .item").first().focus();
      await page.keyboard.press("ArrowDown");
      assert.equal(await focused(), '"strata"');
      await page.keyboard.press("End");
      assert.equal(await focused(), "[…] 250 items");
      await page.keyboard.press("ArrowRight");
      await page.keyboard.press("ArrowRight");
      assert.equal(await focused(), "0");
      await page.keyboard.press("End");
      await page.keyboard.press("Enter");
      assert.equal(await focused(), "100");
      await page.keyboard.press("ArrowLeft");
      await page.keyboard.press("ArrowLeft");
      assert.equal(await page.locator("#json .item").last().isVisible(), false);
    });

    it("copies values and paths", async () => {
      await show("json", "application/json", JSON_TEXT);
      await page.locator("#json .item .line", { hasText: "2.5" }).last().click();
      await page.getByRole("button", { name: "Copy Path" }).click();
      await page.getByText("Copied the path.").waitFor({ state: "attached" });
      assert.equal(await clipboard(), '["list"][1]');
      await page.locator("#json .item:focus, #json .item[tabindex='0']").first().focus();
      await page.keyboard.press("Control+c");
      assert.equal(await clipboard(), "2.5");
    });

    it("makes only what is open of a big value", async () => {
      await show("json", "application/json", JSON.stringify(Array.from({ length: 200_000 }, (_, at) => ({ at }))));
      assert.ok((await page.locator("#json .item").count()) < 400);
    });

    it("that is none is shown as it is", async () => {
      await show("json", "application/json", '{"a": NaN}');
      assert.equal(await page.locator("#json pre").textContent(), '{"a": NaN}');
    });
  });

  describe("errors", () => {
    it("say what happened, fold libraries, and lead to the line", async () => {
      await show("error", "application/vnd.strata.error+json", JSON.stringify(ERROR));
      assert.equal(await page.locator("#error .headline").textContent(), "KeyError: 'missing'");
      assert.equal(await page.getByText("frame.py:4102").isVisible(), false);
      await page.getByText("1 frame in pandas").click();
      assert.equal(await page.getByText("frame.py:4102").isVisible(), true);
      await page.getByRole("button", { name: "clean.py:4" }).click();
      assert.deepEqual(await page.evaluate(() => window.stage.posted), [
        { type: "reveal", version: 1, cell: "c1", file: "/n/cells/clean.py", line: 4 },
      ]);
      await page.locator("#error").hover();
      await page.getByRole("button", { name: "Copy" }).click();
      await page.getByText("Copied the traceback.").waitFor({ state: "attached" });
      assert.equal(await clipboard(), ERROR.traceback);
    });

    it("are said once where the traceback has nothing more to say", async () => {
      const short = { name: "ApiKeyMissing", message: "There is no key.", frames: [] };
      const error = { ...short, traceback: "ApiKeyMissing: There is no key.\n" };
      await show("error", "application/vnd.strata.error+json", JSON.stringify(error));
      assert.equal(await page.locator("#error").getByText("There is no key.").count(), 1);
    });

    it("have no dead links where nobody answers", async () => {
      await show("error", "application/vnd.strata.error+json", JSON.stringify(ERROR), { messaging: false });
      assert.equal(await page.getByRole("button", { name: "clean.py:4" }).count(), 0);
      assert.equal(await page.getByText("clean.py:4").isVisible(), true);
    });
  });

  it("are gone when disposed, and render again into the same place", async () => {
    for (const [renderer, mime, text] of ALL) {
      await show(renderer, mime, text, { trusted: false });
      await page.evaluate(
        ([renderer, mime, text]) => window.stage.render(`strata-${renderer}`, { id: renderer, mime, text }),
        [renderer, mime, text] as const,
      );
      assert.equal(await page.locator(`#${renderer} > .strata`).count(), 1);
      await page.evaluate((renderer) => window.stage.dispose(`strata-${renderer}`, renderer), renderer);
      assert.equal(await page.locator(`#${renderer} *`).count(), 0, renderer);
    }
  });

  for (const theme of ["light", "dark", "contrast"] as const) {
    it(`look at home in the ${theme} theme`, async () => {
      await page.context().close();
      page = await theatre.open(theme);
      await page.setViewportSize({ width: 900, height: 1500 });
      for (const [renderer, mime, text] of ALL) await show(renderer, mime, text, { trusted: false });
      const fonts = await page
        .locator("#json .strata, #markdown .strata")
        .evaluateAll((nodes) => nodes.map((node) => getComputedStyle(node).fontFamily));
      assert.notEqual(fonts[0], fonts[1], "a renderer loaded later does not change the look of an earlier one");
      await page.screenshot({ path: `${SCREENSHOTS}outputs-${theme}.png` });
    });
  }

  it("ask nobody else for anything", () => assert.deepEqual(theatre.strays, []));

  it("stay small", () => {
    const { sizes } = theatre;
    const small = {
      "strata-image.js": 8_000,
      "strata-html.js": 8_000,
      "strata-json.js": 12_000,
      "strata-error.js": 8_000,
      "strata-table.js": 280_000,
      "strata-markdown.js": 420_000,
    };
    for (const [name, limit] of Object.entries(small))
      assert.ok((sizes[name] ?? Number.POSITIVE_INFINITY) < limit, `${name} has ${sizes[name]} bytes`);
  });
});

const ALL = [
  ["image", "image/svg+xml", SVG],
  ["html", "text/html", TABLE],
  ["markdown", "text/markdown", MARKDOWN],
  ["json", "application/json", JSON_TEXT],
  ["error", "application/vnd.strata.error+json", JSON.stringify(ERROR)],
] as const;
