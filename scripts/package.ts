/**
 * Makes the VSIX: `npm run package [-- FILE]`; default strata-notebook-VERSION.vsix in the project's folder.
 * VS Code installs it as it is: everything is bundled, so it has no node_modules, and no native module, so one file serves every platform.
 */
import { readFileSync, statSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { createVSIX } from "@vscode/vsce";
import { root } from "./root.ts";

const limitMb = 6;

const { name, version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as {
  name: string;
  version: string;
};
const out = resolve(process.argv[2] ?? join(root, `${name}-${version}.vsix`));
// Runs `vscode:prepublish`, the production build.
await createVSIX({
  cwd: root,
  packagePath: out,
  dependencies: false,
  // There is no address yet for links to point at; they stay relative.
  allowMissingRepository: true,
  rewriteRelativeLinks: false,
});
const megabytes = statSync(out).size / 1024 ** 2;
console.log(`${relative(process.cwd(), out)} ${megabytes.toFixed(2)} MB`);
if (megabytes > limitMb) {
  console.error(`The VSIX is over ${limitMb} MB. See what grew with: npx vsce ls --no-dependencies --tree`);
  process.exitCode = 1;
}
