/**
 * What users get: the VSIX and the npm package, made as they are for a release, looked into and (the command) installed and run.
 */
import assert from "node:assert/strict";
import { globSync } from "node:fs";
import { mkdtemp, readFile, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { unzipSync } from "fflate";
import { run } from "../scripts/process/children.ts";
import { userEnvironment } from "../scripts/process/environment.ts";
import { root } from "../scripts/root.ts";

const manifest = JSON.parse(await readFile(join(root, "package.json"), "utf8")) as {
  readonly version: string;
  readonly main: string;
  readonly contributes: unknown;
};

const harness = globSync("python-harness/**/*.py", { cwd: root }).map((path) => `dist/${path}`);
const renderers = (JSON.parse(await readFile(join(root, "renderers/manifest.json"), "utf8")) as { id: string }[]).map(
  ({ id }) => `dist/renderers/${id}.js`,
);
const wasm = ["dist/tree-sitter-python.wasm", "dist/web-tree-sitter.wasm"];
const notices = "dist/THIRD-PARTY-NOTICES.txt";

const succeed = async (command: string, args: readonly string[], cwd: string) => {
  const ran = await run(command, args, { cwd, env: userEnvironment([join(root, "node_modules/.bin")]) });
  assert.ok(ran.ok, `${command} ${args.join(" ")}:\n${ran.text}`);
  return ran.text;
};

/** Every "./…" in the manifest: icons, grammars, renderers, walkthrough pictures. */
function pathsIn(value: unknown): readonly string[] {
  if (typeof value === "string") return value.startsWith("./") ? [value.slice(2)] : [];
  if (typeof value !== "object" || value === null) return [];
  return Object.values(value).flatMap(pathsIn);
}

describe("package", function () {
  this.timeout(180_000);
  let folder: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "strata-package-"));
  });
  after(() => rm(folder, { recursive: true, force: true }));

  describe("the VSIX", () => {
    let files: Readonly<Record<string, Uint8Array>>;
    let bytes: number;
    before(async () => {
      const path = join(folder, "strata.vsix");
      await succeed(process.execPath, ["scripts/package.ts", path], root);
      files = unzipSync(await readFile(path));
      bytes = (await stat(path)).size;
    });

    it("holds exactly what it should", () => {
      const syntaxes = globSync("syntaxes/*.json", { cwd: root });
      const media = globSync("media/*.png", { cwd: root });
      // The command too: it serves a notebook to other agents.
      const bundled = ["dist/extension.cjs", "dist/cli.cjs"];
      const onDemand = ["ajv", "anthropic", "openai"].map((name) => `dist/ai-${name}.cjs`);
      const expected = ["LICENSE.txt", "changelog.md", "package.json", "readme.md", ...bundled, notices];
      const held = Object.keys(files).filter((name) => name.startsWith("extension/") && !name.endsWith("/"));
      assert.deepEqual(
        held.map((name) => name.slice("extension/".length)).sort(),
        [...expected, ...onDemand, ...wasm, ...renderers, ...harness, ...syntaxes, ...media].sort(),
      );
    });

    it("has everything its manifest points at", () => {
      const missing = pathsIn([manifest.main, manifest.contributes]).filter((path) => !(`extension/${path}` in files));
      assert.deepEqual(missing, []);
    });

    it("is under 6 MB", () => assert.ok(bytes < 6 * 1024 ** 2, `${bytes} bytes`));

    it("needs no module at run time but VS Code's and Node's own", () => {
      const code = new TextDecoder().decode(files["extension/dist/extension.cjs"]);
      const required = new Set([...code.matchAll(/\brequire\("([^"]+)"\)/g)].map((match) => match[1] ?? ""));
      const foreign = [...required].filter((name) => !name.startsWith("node:") && name !== "vscode");
      // Bundled packages still ask for Node's modules by their old names.
      const { builtinModules } = process.getBuiltinModule("node:module");
      assert.deepEqual(
        foreign.filter((name) => !builtinModules.includes(name)),
        [],
      );
      assert.ok(required.has("vscode"));
    });

    it("keeps the language models' packages out of what every notebook loads", () => {
      const code = new TextDecoder().decode(files["extension/dist/extension.cjs"]);
      for (const mark of ["X-Stainless-Lang", "must NOT have additional properties"])
        assert.ok(!code.includes(mark), mark);
      for (const name of ["ajv", "anthropic", "openai"]) assert.ok(code.includes(`import("./ai-${name}.cjs")`), name);
    });
  });

  describe("the npm package", () => {
    let tarball: string;
    let held: readonly string[];
    before(async () => {
      const printed = await succeed("npm", ["pack", "--json", "--silent", "--pack-destination", folder], root);
      const [packed] = JSON.parse(printed.slice(printed.search(/^\[/m))) as [
        { filename: string; files: { path: string }[] },
      ];
      tarball = join(folder, packed.filename);
      held = packed.files.map(({ path }) => path);
    });

    it("holds exactly what it should", () => {
      const expected = [
        "LICENSE",
        "README.md",
        "CHANGELOG.md",
        "package.json",
        "bin/strata.cjs",
        "dist/cli.cjs",
        notices,
      ];
      assert.deepEqual([...held].sort(), [...expected, ...wasm, ...harness].sort());
    });

    it("installs with no dependency and runs as a command", async () => {
      await succeed("npm", ["install", "--offline", "--no-audit", "--no-fund", "--prefix", folder, tarball], folder);
      const command = join(folder, "node_modules/.bin/strata");
      assert.equal((await succeed(command, ["--version"], folder)).trim(), manifest.version);
      assert.match(await succeed(command, ["--help"], folder), /\brun\b[\s\S]*\bstatus\b[\s\S]*\bexplain\b/);
    });
  });

  it("the command runs from a clone", async () => {
    assert.equal((await succeed("npx", ["strata", "--version"], root)).trim().split("\n").at(-1), manifest.version);
  });
});
