/** The licences of what is bundled, gathered from the packages that really went in: most ask to be kept with every copy. */
import { existsSync, globSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../root.ts";

const file = "dist/THIRD-PARTY-NOTICES.txt";

/** Copied rather than bundled. */
const copied = ["node_modules/web-tree-sitter", "node_modules/tree-sitter-python"];

/** The folder of the package that an input of a bundle belongs to. */
function packageOf(input: string): string | undefined {
  return /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+/.exec(input)?.[0];
}

function notice(folder: string): string {
  const { name, version, license } = JSON.parse(readFileSync(join(root, folder, "package.json"), "utf8")) as {
    name: string;
    version: string;
    license?: string;
  };
  const texts = globSync("{LICENSE,LICENCE,License,license,NOTICE}*", { cwd: join(root, folder) })
    .filter((path) => !/\.(js|ts|json)$/.test(path))
    .sort()
    .map((path) => readFileSync(join(root, folder, path), "utf8").trim());
  return [`${name} ${version} (${license ?? "see below"})`, "", ...texts].join("\n");
}

/** `inputs` are the files that esbuild read. Returns the file made. */
export function writeNotices(inputs: Iterable<string>): string {
  const folders = new Set([...copied, ...[...inputs].flatMap((input) => packageOf(input) ?? [])]);
  const known = [...folders].filter((folder) => existsSync(join(root, folder, "package.json"))).sort();
  const line = `\n\n${"-".repeat(80)}\n\n`;
  writeFileSync(join(root, file), `Strata contains parts of these packages.${line}${known.map(notice).join(line)}\n`);
  return file;
}
