/**
 * The one VS Code that all tests of this group share, a page for each: starting it costs more than most tests. It has what a user
 * gets, the packed extension and no other. With STRATA_TEST_EXTENSION it has the extension of that folder, as it was last built.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { KEYED_PROVIDERS } from "../../../extension/core/ai/providers.ts";
import { type StandIn, startStandIn } from "../../ai/stand-in.ts";
import { type ServerRig, startServerRig } from "./code-server.ts";
import { packCopy } from "./pack.ts";
import { chooseTheme } from "./palette.ts";

interface Shared {
  readonly rig: ServerRig;
  readonly model: StandIn;
}

let started: Promise<Shared> | undefined;

export async function sharedRig(): Promise<ServerRig> {
  started ??= start();
  return (await started).rig;
}

/** Who answers at Anthropic's address in this VS Code. There is no key for it until a test sets one. */
export async function sharedModel(): Promise<StandIn> {
  started ??= start();
  return (await started).model;
}

// Of all the tests: this module is loaded once, outside any suite.
after(async function () {
  this.timeout(60_000);
  const shared = await started?.catch(() => undefined);
  await shared?.rig.dispose();
  await shared?.model.close();
});

export const settings = { "workbench.colorTheme": "Light Modern", "files.autoSave": "off" };

async function start(): Promise<Shared> {
  const model = await startStandIn("anthropic", [{ kind: "status", status: 500 }]);
  const env: NodeJS.ProcessEnv = { ...process.env, ANTHROPIC_BASE_URL: model.url };
  for (const { keyName } of KEYED_PROVIDERS) delete env[keyName];
  const folder = await mkdtemp(join(tmpdir(), "strata-shared-"));
  try {
    const extensionDir = process.env.STRATA_TEST_EXTENSION;
    const vsix = join(folder, "strata.vsix");
    if (extensionDir === undefined) await packCopy(vsix);
    const rig = await startServerRig({
      settings,
      env,
      ...(extensionDir === undefined ? { vsix } : { extensionDir }),
    });
    return { rig, model };
  } catch (error) {
    await model.close();
    throw error;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** As the list of themes names them, and the class that the workbench then has. */
const THEMES: Readonly<Record<string, { readonly label: string; readonly of: string }>> = {
  light: { label: "Light Modern", of: "vs" },
  dark: { label: "Dark Modern", of: "vs-dark" },
  contrast: { label: "Dark High Contrast", of: "hc-black" },
};

/** Shows every window in a theme, as its user chooses it: a theme is a setting of the user, and a page does not watch the file. */
export async function useTheme(page: Page, name: string): Promise<void> {
  const theme = THEMES[name];
  if (theme === undefined) throw new Error(`There is no theme ${name}.`);
  if ((await page.locator(`.monaco-workbench.${theme.of}`).count()) === 0)
    await chooseTheme(page, theme.label, theme.of);
}
