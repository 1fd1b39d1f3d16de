/**
 * The one table of what is bundled: an entry, where it goes, and for whom.
 * `vscode` is external in one row only, so no other bundle can reach the editor by accident.
 */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { BuildOptions, Plugin } from "esbuild";
import { root } from "../root.ts";

export interface Bundle {
  readonly entry: string;
  readonly out: string;
  readonly options: BuildOptions;
}

/** In a CommonJS bundle `import.meta.url` is this file's address, so code finds its neighbours in dist/ the same way from source and bundle. */
const bundleUrl = 'const __bundleUrl = require("node:url").pathToFileURL(__filename).href;';

const nothing = join(root, "scripts/build/nothing.cjs");

const node: BuildOptions = {
  platform: "node",
  format: "cjs",
  // The oldest that has `node:sqlite` without a flag, as in `engines` of package.json.
  target: "node22.13",
  define: {
    "import.meta.url": "__bundleUrl",
    "import.meta.dirname": "__dirname",
    "import.meta.filename": "__filename",
  },
  // Alternatives to node:sqlite that are never chosen: a native module, and another runtime's.
  alias: { "better-sqlite3": nothing, "bun:sqlite": nothing },
};

/** Large packages that few notebooks need are files of their own beside the bundles, loaded when they are first used. */
const onDemand = ["anthropic", "openai", "ajv"] as const;

const leaveOnDemand: Plugin = {
  name: "on-demand",
  setup(build) {
    build.onResolve({ filter: /\/sdk\/\w+\.ts$/ }, ({ path, kind }) => {
      const name = path.replace(/^.*\/sdk\/(\w+)\.ts$/, "$1");
      if (kind === "entry-point" || !onDemand.some((known) => known === name)) return undefined;
      return { path: `./ai-${name}.cjs`, external: true };
    });
  },
};

/** Entry points of the renderers; each becomes one ES module that VS Code loads into the output frame. */
function rendererBundles(): Bundle[] {
  const manifest = join(root, "renderers/manifest.json");
  if (!existsSync(manifest)) return [];
  const renderers = JSON.parse(readFileSync(manifest, "utf8")) as { id: string; entrypoint: string }[];
  return renderers.map(({ id, entrypoint }) => ({
    entry: entrypoint,
    out: `dist/renderers/${id}.js`,
    options: {
      platform: "browser",
      format: "esm",
      target: "chrome128",
      loader: {
        ".css": "text",
        ".woff2": "dataurl",
        ".woff": "empty",
        ".ttf": "empty",
        ".svg": "text",
      },
    },
  }));
}

export function bundles(): Bundle[] {
  return [
    {
      entry: "extension/vscode/extension.ts",
      out: "dist/extension.cjs",
      options: { ...node, external: ["vscode"], plugins: [leaveOnDemand], banner: { js: bundleUrl } },
    },
    {
      entry: "extension/cli/main.ts",
      out: "dist/cli.cjs",
      options: { ...node, plugins: [leaveOnDemand], banner: { js: `#!/usr/bin/env node\n${bundleUrl}` } },
    },
    ...onDemand.map((name) => ({
      entry: `extension/host/ai/sdk/${name}.ts`,
      out: `dist/ai-${name}.cjs`,
      options: { ...node, banner: { js: bundleUrl } },
    })),
    ...rendererBundles(),
  ];
}
