/**
 * Makes dist/: bundles (scripts/build/bundles.ts) and copies (scripts/build/copies.ts).
 *
 *   node scripts/build.ts [--production] [--watch] [WORD…]
 *
 * --production minifies and leaves the source maps out; --watch rebuilds on every change until interrupted. With words, only
 * bundles whose file in dist/ contains one of them: `node scripts/build.ts renderers`.
 */
import { chmodSync, globSync, rmSync, statSync } from "node:fs";
import { join, normalize } from "node:path";
import { parseArgs } from "node:util";
import { type BuildOptions, context } from "esbuild";
import { type Bundle, bundles } from "./build/bundles.ts";
import { copyFiles } from "./build/copies.ts";
import { writeNotices } from "./build/notices.ts";
import { root } from "./root.ts";

export interface BuildFlags {
  readonly production?: boolean;
  readonly watch?: boolean;
  readonly quiet?: boolean;
  /** Only bundles whose file contains one of these. */
  readonly only?: readonly string[];
}

function esbuildOptions(bundle: Bundle, flags: BuildFlags): BuildOptions {
  return {
    ...bundle.options,
    absWorkingDir: root,
    entryPoints: [bundle.entry],
    outfile: bundle.out,
    bundle: true,
    minify: flags.production === true,
    // The stack of a user's bug report must name our functions.
    keepNames: flags.production === true,
    sourcemap: flags.production !== true,
    metafile: true,
    // Licences are gathered in one file instead.
    legalComments: "none",
    logLevel: "warning",
    tsconfigRaw: { compilerOptions: { target: "ES2023", verbatimModuleSyntax: true } },
  };
}

/** Returns the files made. Throws when a bundle does not build. */
export async function build(flags: BuildFlags = {}): Promise<readonly string[]> {
  const made: string[] = [];
  const inputs = new Set<string>();
  const only = flags.only ?? [];
  for (const bundle of bundles()) {
    if (only.length > 0 && !only.some((word) => bundle.out.includes(word))) continue;
    const work = await context(esbuildOptions(bundle, flags));
    try {
      const { metafile } = await work.rebuild();
      for (const input of Object.keys(metafile?.inputs ?? {})) inputs.add(input);
    } catch {
      // esbuild has printed where and what.
      await work.dispose();
      throw new Error(`${bundle.entry} does not build; the errors are above.`);
    }
    if (flags.watch === true) await work.watch();
    else await work.dispose();
    const out = join(root, bundle.out);
    if (bundle.out === "dist/cli.cjs") chmodSync(out, 0o755);
    made.push(bundle.out);
    if (flags.quiet !== true) console.log(`build: ${bundle.out} ${Math.ceil(statSync(out).size / 1024)} KB`);
  }
  made.push(...copyFiles(), writeNotices(inputs));
  // What an earlier build left must not travel; an ordinary build leaves it, as something may be running from it.
  if (flags.production === true && only.length === 0) removeOthers(made);
  return made;
}

function removeOthers(made: readonly string[]): void {
  const kept = new Set(made.map((path) => normalize(path)));
  for (const path of globSync("dist/**", { cwd: root })) {
    if (!kept.has(path) && statSync(join(root, path)).isFile()) rmSync(join(root, path));
  }
}

if (import.meta.main) {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { production: { type: "boolean" }, watch: { type: "boolean" } },
  });
  const flags = { production: values.production === true, watch: values.watch === true, only: positionals };
  await build(flags).catch((error: Error) => {
    console.error(`build: ${error.message}`);
    process.exit(1);
  });
}
