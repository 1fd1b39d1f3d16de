/** `@strata` as its user sees it, in a profile with no Copilot and no sign-in: the first message, code into cells, the agent's changes. */
import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Frame, Locator, Page } from "playwright-core";
import { sourceDigest } from "../../extension/host/agent/digest.ts";
import { type Reply, type Seen, type StandIn, startStandIn } from "../ai/stand-in.ts";
import { type NotebookPage, notebookPage } from "./notebook-page.ts";
import { keepScreenshot } from "./rig/browser.ts";
import { sharedRig, useTheme } from "./rig/shared.ts";
import { type SmallNotebook, smallNotebook } from "./small.ts";

const FIXED = "# @name Total\ntotal = sum(values)\ntotal";
/** A picture without any package: bars of a PNG written by hand. */
const PICTURE = `# @name Picture
import struct, zlib

class Bars:
    def _repr_png_(self):
        rows = b"".join(b"\\0" + bytes(v for x in range(240) for v in ((40, 110, 190) if 90 - y < 30 * values[x // 80] and x % 80 > 15 else (255, 255, 255))) for y in range(90))
        chunk = lambda kind, data: struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        return b"\\x89PNG\\r\\n\\x1a\\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", 240, 90, 8, 2, 0, 0, 0)) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")

Bars()`;

const AGENT: readonly Reply[] = [
  { kind: "tool", name: "strata_read_notebook", input: {}, text: "I look at the notebook first." },
  { kind: "tool", name: "strata_create_cell", input: { source: PICTURE, after: "load" } },
  { kind: "tool", name: "strata_run", input: { what: "all" }, text: "Now I run it." },
  { kind: "tool", name: "strata_delete_cell", input: { cell: "total", digest: "0" } },
  { kind: "text", text: "I made the cell **Picture**, which shows the values as bars." },
];

const RAISE: readonly Reply[] = [
  {
    kind: "tool",
    name: "strata_edit_cell",
    input: { cell: "total", digest: sourceDigest(FIXED), source: FIXED.replace("(values)", "(values) + 1") },
  },
  { kind: "tool", name: "strata_run", input: { what: "all" } },
  { kind: "text", text: "The total is higher now." },
];

function reply({ body }: Seen): Reply {
  const said = JSON.stringify(body.messages);
  if (!said.includes("draw the values")) {
    return { kind: "text", text: `It divides by zero.\n\n\`\`\`python\n${FIXED}\n\`\`\`\n\nThat gives the sum.` };
  }
  const asked = body.messages.filter((message: { readonly role: string }) => message.role === "assistant").length;
  // The answers to the messages before are in the conversation too.
  const [script, before] = said.includes("raise the total") ? [RAISE, 2] : [AGENT, 1];
  return script[Math.min(asked - before, script.length - 1)] as Reply;
}

describe("the chat", function () {
  this.timeout(180_000);
  let model: StandIn;
  let folder: SmallNotebook;
  let page: Page;
  let notebook: NotebookPage;

  before(async () => {
    model = await startStandIn("anthropic", reply);
    folder = await smallNotebook("Chat", {
      load: "# @name Load\nvalues = [3, 1, 2]\n",
      total: "# @name Total\ntotal = sum(values) / 0\ntotal\n",
    });
    const ai = `\n[ai]\nprovider = "anthropic"\nbase_url = "${model.url}"\nmodel = "claude-sonnet-5-5"\n`;
    await folder.write("notebook.toml", `${await folder.text("notebook.toml")}${ai}`);
    page = await (await sharedRig()).openPage(folder.folder);
    notebook = notebookPage(page);
  });
  after(async () => {
    await page?.close();
    await model.close();
    await folder.dispose();
  });
  afterEach(async function () {
    if (this.currentTest?.state === "failed") await keepScreenshot(page, "vscode/failed-chat");
  });

  const inputOf = (window: Page): Locator =>
    window.locator(".interactive-session .chat-editor-container .monaco-editor").first();

  async function say(text: string): Promise<void> {
    await inputOf(page).click();
    await page.keyboard.type(text);
    // The participant and the command are chips only once VS Code has read them.
    await page.waitForTimeout(300);
    await page.keyboard.press("Enter");
  }

  /** As from the keyboard, outside any cell's text. A message or a hover that is open takes the key that leaves a cell. */
  async function undoInNotebook(): Promise<void> {
    await notebook.atEndOf("values = [3, 1, 2]");
    const list = page.locator(".cell-list-container .monaco-list:focus");
    for (let attempt = 0; attempt < 5 && (await list.count()) === 0; attempt++) {
      await page.keyboard.press("Escape");
      await page.waitForTimeout(200);
    }
    await page.keyboard.press("Control+Z");
  }

  /** A button or a text of the page of changes, whichever frame it is in. */
  async function inReview(find: (frame: Frame) => Locator): Promise<Locator> {
    for (let attempt = 0; attempt < 600; attempt++) {
      for (const frame of page.frames()) {
        const found = frame === page.mainFrame() ? undefined : find(frame).first();
        if (found !== undefined && (await found.isVisible().catch(() => false))) return found;
      }
      await page.waitForTimeout(100);
    }
    throw new Error("The page of changes does not show it.");
  }

  it("answers the first message, and puts its code into the cell that it is about", async () => {
    await notebook.status("# @name Total", /not run yet|stale/);
    await page.keyboard.press("Control+Alt+I");
    await say("@strata /fix it fails");
    await page.getByText("That gives the sum.").first().waitFor({ timeout: 90_000 });
    assert.match(model.seen[0]?.body.system[0]?.text ?? model.seen[0]?.body.system, /Notebook “Chat”, 2 cells/);
    await keepScreenshot(page, "vscode/chat-light");
    await page.getByRole("button", { name: "Replace Cell…" }).first().click();
    await page.locator(".monaco-diff-editor").first().waitFor();
    await page.locator(".monaco-diff-editor .line-insert").first().waitFor();
    await keepScreenshot(page, "vscode/chat-proposal");
    await page.locator(".editor-actions [aria-label^='Replace the Cell by This']").first().click();
    await notebook.cell("total = sum(values)");
    await page.locator(".cell-list-container", { hasText: "/ 0" }).waitFor({ state: "detached" });
  });

  it("lets the agent work on a branch, asks before it deletes, and shows cells and results to accept", async () => {
    await say("/agent draw the values");
    const dialog = page.locator(".monaco-dialog-box", { hasText: "Delete the cell “Total”?" });
    await dialog.waitFor({ timeout: 90_000 });
    await dialog.getByRole("button", { name: "Cancel" }).click();
    // The answer may still be moving under the mouse, and the click goes beside it then.
    const review = page.locator(".tab", { hasText: "Changes" });
    for (let attempt = 0; attempt < 5 && (await review.count()) === 0; attempt++) {
      await page.getByRole("button", { name: "Review Changes" }).first().click({ timeout: 90_000 });
      await review
        .first()
        .waitFor({ timeout: 8_000 })
        .catch(() => {});
    }
    await inReview((frame) => frame.getByRole("heading", { name: "1 changed cell" }));
    await inReview((frame) => frame.locator("figure.fresh img"));
    for (const theme of ["light", "dark"]) {
      await useTheme(page, theme);
      await keepScreenshot(page, `vscode/chat-review-${theme}`);
    }
    assert.doesNotMatch(await folder.text("notebook.toml"), /picture/);
    await (await inReview((frame) => frame.getByRole("button", { name: "Accept All" }))).click();
    await inReview((frame) => frame.getByText("The agent's branch changes nothing."));
    await page.locator(".tabs-container .tab", { hasText: "Chat" }).first().click();
    // What ran on the branch is fresh here, with its output, and nothing has run.
    await notebook.status("# @name Picture", /fresh/);
    await notebook.drawn("# @name Picture", "img");
    await keepScreenshot(page, "vscode/chat-accepted-dark");
  });

  it("takes an accepted change back by one undo", async () => {
    await undoInNotebook();
    await page.locator(".cell-list-container", { hasText: "# @name Picture" }).waitFor({ state: "detached" });
    await notebook.cell("total = sum(values)");
    await useTheme(page, "light");
  });

  it("shows a cell that both have edited as a conflict, leaves it out of Accept All, and loses neither side", async () => {
    await say("/agent raise the total");
    await page.getByText("The total is higher now.").first().waitFor({ timeout: 90_000 });
    // What may follow an agent's turn is offered.
    await page.locator(".interactive-session").getByText("Go on", { exact: true }).first().waitFor();
    await notebook.atEndOf("total = sum(values)");
    await page.keyboard.type(" * 2");
    await page.getByRole("button", { name: "Review Changes" }).last().click();
    await inReview((frame) => frame.getByText("You edited this cell too, after the agent began."));
    await inReview((frame) => frame.locator(".line.added", { hasText: "total = sum(values) + 1" }));
    await inReview((frame) => frame.locator(".line.removed", { hasText: "total = sum(values) * 2" }));
    for (const theme of ["light", "dark"]) {
      await useTheme(page, theme);
      await keepScreenshot(page, `vscode/chat-conflict-${theme}`);
    }
    await (await inReview((frame) => frame.getByRole("button", { name: "Accept All" }))).click();
    await page
      .locator(".notification-toast", { hasText: "One change is left, as you edited the same cell." })
      .waitFor();
    await page.locator(".tabs-container .tab", { hasText: "Chat" }).first().click();
    await notebook.cell("total = sum(values) * 2");
    await page.locator(".tabs-container .tab", { hasText: "Agent's Changes" }).first().click();
    await (await inReview((frame) => frame.getByRole("button", { name: "Accept Anyway" }))).click();
    await inReview((frame) => frame.getByText("The agent's branch changes nothing."));
    await page.locator(".tabs-container .tab", { hasText: "Chat" }).first().click();
    await notebook.cell("total = sum(values) + 1");
    await undoInNotebook();
    await notebook.cell("total = sum(values) * 2");
    await useTheme(page, "light");
  });

  it("answers a message that is sent before any model is known, in a fresh profile without a notebook", async () => {
    const empty = await mkdtemp(join(tmpdir(), "strata-empty-"));
    const window = await (await sharedRig()).openPage(empty, "fresh");
    try {
      await window.keyboard.press("Control+Alt+I");
      await inputOf(window).click();
      await window.keyboard.type("@strata what is here?");
      // VS Code knows who is meant, which is before it knows of a model.
      await window
        .locator(".interactive-session .view-line span[class*=ced-chat]")
        .first()
        .waitFor({ timeout: 60_000 });
      await window.keyboard.press("Enter");
      await window.getByText("There is no Strata notebook in front").first().waitFor({ timeout: 60_000 });
      await window.getByRole("button", { name: "New Notebook…" }).first().waitFor();
    } finally {
      await window.close();
      await rm(empty, { recursive: true, force: true });
    }
  });
});
