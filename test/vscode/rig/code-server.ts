/**
 * A real VS Code as a user sees it, driven by keyboard and mouse: VS Code in Chromium with the extension installed, a page for each window.
 */
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { run } from "../../../scripts/process/children.ts";
import { provisionVsCodeServer } from "../../../scripts/provision/vscode-server.ts";
import { startCodeServerProcess } from "../../../scripts/vscode/code-server.ts";
import { layOutExtension } from "../../../scripts/vscode/layout.ts";
import { keepScreenshot, launchChromium } from "./browser.ts";

export interface ServerRigOptions {
  /** A folder that is an extension; without it and `vsix`, the built one of this checkout. */
  readonly extensionDir?: string;
  /** A packed extension to install as a user would. */
  readonly vsix?: string;
  /** Where extensions are installed already; then neither of the two. */
  readonly extensionsDir?: string;
  /** User settings, e.g. `{"workbench.colorTheme": "Default Light Modern"}`. */
  readonly settings?: Readonly<Record<string, unknown>>;
  /** "disabled" (the default) trusts every folder; "restricted" opens in Restricted Mode. */
  readonly trust?: "disabled" | "restricted";
  /** Environment of the server, and so of the extension host; default: ours. */
  readonly env?: NodeJS.ProcessEnv;
  readonly viewport?: { readonly width: number; readonly height: number };
}

export interface CodeServerRigOptions extends ServerRigOptions {
  /** Absolute folder that is opened. */
  readonly workspace: string;
}

export interface ServerRig {
  /** Extensions as VS Code unpacks them. */
  readonly extensionsDir: string;
  /** User data of this VS Code; `logs/` in it has the extension host's log. */
  readonly userDataDir: string;
  /** What the page's console said, a line each. */
  readonly consoleLines: readonly string[];
  /** A page on this server, as another window, on an absolute folder. A fresh one knows nothing of the others: as in a new profile. */
  openPage(folder: string, kind?: "fresh"): Promise<Page>;
  /** Changes the user's settings for pages that are opened from now on; what is undefined goes. */
  configure(settings: Readonly<Record<string, unknown>>): Promise<void>;
  dispose(): Promise<void>;
}

export interface CodeServerRig extends ServerRig {
  readonly url: string;
  readonly page: Page;
  screenshot(name: string): Promise<string>;
}

async function installVsix(serverPackage: string, extensionsDir: string, vsix: string, home: string): Promise<void> {
  const entry = join(serverPackage, "out/node/entry.js");
  const args = ["--config", join(home, "install.yaml"), "--user-data-dir", join(home, "data")];
  const installed = await run(process.execPath, [
    entry,
    ...args,
    ...["--extensions-dir", extensionsDir, "--install-extension", vsix],
  ]);
  if (!installed.ok) throw new Error(`${vsix} could not be installed:\n${installed.text}`);
}

/** The workbench is there and has asked for its extensions. */
export async function untilWorkbench(page: Page): Promise<void> {
  await page.waitForSelector(".monaco-workbench .part.statusbar .statusbar-item", { timeout: 90_000 });
}

/** With a page on one workspace. */
export async function startCodeServer(options: CodeServerRigOptions): Promise<CodeServerRig> {
  const rig = await startServerRig(options);
  try {
    const page = await rig.openPage(options.workspace);
    return { ...rig, url: page.url(), page, screenshot: (name) => keepScreenshot(page, name) };
  } catch (error) {
    await rig.dispose();
    throw error;
  }
}

/** Without a page. */
export async function startServerRig(options: ServerRigOptions): Promise<ServerRig> {
  const serverPackage = await provisionVsCodeServer();
  const home = await mkdtemp(join(tmpdir(), "strata-vscode-"));
  const extensionsDir = options.extensionsDir ?? join(home, "extensions");
  // In the order of making; undone in the opposite one.
  const undo: (() => Promise<unknown>)[] = [
    () => rm(home, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 }),
  ];
  const dispose = async () => {
    for (const step of undo.splice(0).reverse()) await step();
  };
  try {
    if (options.vsix !== undefined) await installVsix(serverPackage, extensionsDir, options.vsix, home);
    else if (options.extensionsDir === undefined) await layOutExtension(extensionsDir, options.extensionDir);
    const server = await startCodeServerProcess({
      serverPackage,
      home,
      extensionsDir,
      ...(options.settings === undefined ? {} : { settings: options.settings }),
      ...(options.trust === undefined ? {} : { trust: options.trust }),
      ...(options.env === undefined ? {} : { env: options.env }),
    });
    undo.push(() => server.dispose());
    let browser = await launchChromium();
    undo.push(() => browser.close());
    const newContext = () => browser.newContext({ viewport: options.viewport ?? { width: 1400, height: 900 } });
    let context = await newContext();
    const consoleLines: string[] = [];
    const openPage = async (folder: string, kind?: "fresh") => {
      if (!browser.isConnected()) {
        // It crashed: that is one test's failure, and not that of all after it.
        browser = await launchChromium();
        context = await newContext();
      }
      const own = kind === "fresh" ? await newContext() : undefined;
      const page = await (own ?? context).newPage();
      page.on("close", () => void own?.close().catch(() => undefined));
      page.on("console", (message) => consoleLines.push(message.text()));
      await page.goto(server.folderUrl(folder));
      await untilWorkbench(page);
      return page;
    };
    return {
      extensionsDir,
      userDataDir: join(home, "data"),
      consoleLines,
      openPage,
      async configure(settings) {
        const file = join(home, "data/User/settings.json");
        await writeFile(file, JSON.stringify({ ...JSON.parse(await readFile(file, "utf8")), ...settings }));
      },
      dispose,
    };
  } catch (error) {
    await dispose();
    throw error;
  }
}
