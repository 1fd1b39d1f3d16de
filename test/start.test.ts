/** `npm start`: it ends with the address of a VS Code that shows the notebook, and when it is ended nothing of it is left. */
import assert from "node:assert/strict";
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import type { Browser } from "playwright-core";
import { root } from "../scripts/root.ts";
import { copyExample } from "./examples/copy.ts";
import { keepScreenshot, launchChromium } from "./vscode/rig/browser.ts";

interface Process {
  readonly pid: number;
  readonly parent: number;
  readonly command: string;
}

function processes(): readonly Process[] {
  const lines = execFileSync("ps", ["-eo", "pid=,ppid=,args="], { encoding: "utf8" }).trim().split("\n");
  return lines.flatMap((line) => {
    const [, pid, parent, command] = /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line) ?? [];
    return command === undefined ? [] : [{ pid: Number(pid), parent: Number(parent), command }];
  });
}

/** Processes that this one started, and those that they did. */
function descendants(pid: number): readonly Process[] {
  const all = processes();
  const found: Process[] = [];
  const ask = [pid];
  for (let parent = ask.pop(); parent !== undefined; parent = ask.pop()) {
    for (const child of all.filter((each) => each.parent === parent)) {
      found.push(child);
      ask.push(child.pid);
    }
  }
  return found;
}

/** One look at the page is enough: what the second ends is the same. */
for (const [signal, look] of [
  ["SIGINT", true],
  ["SIGTERM", false],
] as const) {
  describe(`npm start, ended by ${signal}`, function () {
    // It builds, and makes the environment the first time.
    this.timeout(240_000);
    let start: ChildProcess | undefined;
    let browser: Browser | undefined;
    after(async () => {
      await browser?.close();
      if (start?.pid !== undefined && start.exitCode === null && start.signalCode === null) process.kill(-start.pid);
    });

    it(`${look ? "opens the notebook in a browser, and " : ""}leaves nothing behind`, async () => {
      const { folder } = await copyExample("tour", "tour-start");
      // A group of its own, as a terminal gives it: Ctrl-C goes to all of it.
      start = spawn("npm", ["start", "--", folder], {
        cwd: root,
        detached: true,
        stdio: ["ignore", "pipe", "inherit"],
        env: { ...process.env, STRATA_START_EDITOR: "browser" },
      });
      assert.ok(start.stdout && start.pid);
      const ended = once(start, "exit");
      let address: string | undefined;
      for await (const line of createInterface({ input: start.stdout })) {
        address = /^Open (http:\/\/localhost:\d+\/\?folder=.*)$/.exec(line)?.[1];
        if (address !== undefined) break;
      }
      assert.ok(address, "it ended without an address");
      if (look) {
        browser = await launchChromium();
        const page = await browser.newPage({ viewport: { width: 1400, height: 900 } });
        await page.goto(address);
        await page
          .locator(".cell-list-container .monaco-list-row", { hasText: "# @name numbers" })
          .first()
          .waitFor({ timeout: 90_000 });
        await keepScreenshot(page, "vscode/start");
      }

      const started = descendants(start.pid);
      assert.ok(started.length >= 3, "npm, start and VS Code are processes");
      if (signal === "SIGINT") process.kill(-start.pid, signal);
      else start.kill(signal);
      await ended;
      const left = () =>
        processes().filter(({ pid, command }) => started.some((s) => s.pid === pid && s.command === command));
      // npm may be gone before what it started.
      for (let attempt = 0; attempt < 100 && left().length > 0; attempt++) {
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
      assert.deepEqual(left(), []);
    });
  });
}
