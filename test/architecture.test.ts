/**
 * The arrows of docs/architecture.md, checked on every source file. Each rule says what it forbids and returns the violations,
 * so that a failure lists all of them at once.
 */
import assert from "node:assert/strict";
import { globSync } from "node:fs";
import { builtinModules } from "node:module";
import { bareCode, type Import, importsOf, projectFiles, textOf } from "./architecture/sources.ts";

const files = projectFiles();
const typeScript = files.filter((path) => path.endsWith(".ts"));
const under = (...folders: string[]) =>
  typeScript.filter((path) => folders.some((folder) => path.startsWith(`${folder}/`)));

const manifest = JSON.parse(textOf("package.json")) as {
  readonly dependencies?: unknown;
  readonly devDependencies: Readonly<Record<string, string>>;
  readonly enabledApiProposals?: unknown;
  readonly extensionDependencies?: unknown;
  readonly contributes: { readonly notebookRenderer?: readonly { readonly id: string; readonly entrypoint: string }[] };
};

/** Packages the pure core may use: they read and write text, and touch nothing else. */
const purePackages = new Set(["toml-eslint-parser", "fflate"]);

/** What each layer may import from the project itself. */
const layers: Readonly<Record<string, readonly string[]>> = {
  "extension/core": ["extension/core"],
  "extension/host": ["extension/host", "extension/core"],
  "extension/cli": ["extension/cli", "extension/host", "extension/core"],
  "extension/vscode": ["extension/vscode", "extension/host", "extension/core"],
  renderers: ["renderers", "extension/core"],
  scripts: ["scripts"],
  bench: ["bench", "extension", "renderers", "scripts", "test"],
};

const isOwn = (target: string) =>
  /^(extension|renderers|scripts|test|bench|examples|python-harness|\.\.)\b/.test(target);
const isNode = (target: string) => target.startsWith("node:") || builtinModules.includes(target);

/** Every import of the files that `allowed` refuses, as "file → target". */
function refused(paths: readonly string[], allowed: (found: Import, path: string) => boolean): string[] {
  return paths.flatMap((path) =>
    importsOf(path)
      .filter((found) => !allowed(found, path))
      .map(({ target }) => `${path} → ${target}`),
  );
}

function uses(paths: readonly string[], pattern: RegExp): string[] {
  return paths.flatMap((path) =>
    [...bareCode(textOf(path)).matchAll(pattern)].map((match) => `${path}: ${match[0].trim()}`),
  );
}

describe("architecture: layers", () => {
  for (const [layer, mayImport] of Object.entries(layers)) {
    it(`${layer} imports only from ${mayImport.join(", ")}`, () => {
      const violations = refused(
        under(layer),
        ({ target }) => !isOwn(target) || mayImport.some((folder) => target.startsWith(`${folder}/`)),
      );
      assert.deepEqual(violations, []);
    });
  }

  it("sources were found at all", () => {
    for (const layer of ["extension/core", "extension/host", "scripts"]) assert.ok(under(layer).length > 3, layer);
  });

  it("nothing outside test and bench imports a test", () => {
    const outside = typeScript.filter((path) => !/^(test|bench)\//.test(path));
    assert.deepEqual(
      refused(outside, ({ target }) => !target.startsWith("test/")),
      [],
    );
  });

  it("only extension/vscode imports vscode", () => {
    const shipped = under("extension", "renderers").filter((path) => !path.startsWith("extension/vscode/"));
    assert.deepEqual(
      refused(shipped, ({ target }) => target !== "vscode"),
      [],
    );
  });

  it("the core uses no Node module and only pure packages", () => {
    const violations = refused(
      under("extension/core"),
      ({ target, typeOnly }) => isOwn(target) || (!isNode(target) && (typeOnly || purePackages.has(target))),
    );
    assert.deepEqual(violations, []);
  });

  it("the core has no clock, no chance and no surroundings of its own", () => {
    const ambient =
      /\b(Date\.now|new Date\(\s*\)|Math\.random|performance\.now|(console|process|globalThis)\s*[.[]|setTimeout|setInterval|setImmediate|queueMicrotask|fetch\()/g;
    assert.deepEqual(uses(under("extension/core"), ambient), []);
  });

  it("renderers use no Node module, and take from the core only types and constants", () => {
    assert.deepEqual(
      refused(under("renderers"), ({ target }) => !isNode(target)),
      [],
    );
    const taken = under("renderers").flatMap((path) =>
      importsOf(path).filter(({ target }) => target.startsWith("extension/")),
    );
    const behaviour = taken
      .filter(({ typeOnly }) => !typeOnly)
      .flatMap(({ target, names }) => names.map((name) => ({ target, name })))
      .filter(({ target, name }) => !new RegExp(`export const ${name}\\b(?![^;\\n]*=>)`).test(textOf(target)));
    assert.deepEqual(behaviour, []);
  });
});

describe("architecture: the disk", () => {
  const changing =
    /^(write|append|copy|cp|rename|rm|rmdir|mkdir|mkdtemp|unlink|truncate|symlink|link|chmod|chown|utimes|createWriteStream|open)/;

  it("is changed only by extension/host", () => {
    const shells = under("extension/core", "extension/cli", "extension/vscode", "renderers");
    const violations = refused(shells, ({ target, names, typeOnly }) => {
      if (!/^(node:)?fs(\/promises)?$/.test(target)) return target !== "write-file-atomic";
      // A namespace import names nothing, so it could be anything.
      return typeOnly || (names.length > 0 && !names.some((name) => changing.test(name)));
    });
    assert.deepEqual(violations, []);
    assert.deepEqual(uses(shells, /\bworkspace\.fs\.(writeFile|delete|rename|copy|createDirectory)\b/g), []);
  });
});

describe("architecture: sources", () => {
  it("no source is longer than 300 lines without saying why", () => {
    const sources = files.filter((path) =>
      /^(extension|renderers|python-harness|scripts)\/.*\.(ts|py|cjs)$/.test(path),
    );
    const tooLong = sources.filter((path) => {
      const text = textOf(path);
      return text.split("\n").length - 1 > 300 && !/^(\/\/|#| \*) ?Long because:/m.test(text.slice(0, 2000));
    });
    assert.deepEqual(tooLong, []);
  });

  it("no folder or file is a junk drawer", () => {
    const drawers = files.filter((path) => /(^|\/)(utils?|helpers?|constants|common|misc)(\/|\.(ts|py)$)/.test(path));
    assert.deepEqual(drawers, []);
  });

  it("no file names a package registry's host", () => {
    // Put together here, as this file is looked at too.
    const hosts = [
      ["registry", "npmjs", "org"],
      ["pypi", "org"],
      ["files", "pythonhosted", "org"],
      ["deb", "debian", "org"],
    ].map((parts) => parts.join("."));
    const looked = files.filter((path) => !/(^|\/)uv\.lock$|\.(png|jpg|wasm|parquet|arrow|woff2)$/.test(path));
    const named = looked.flatMap((path) => {
      const text = textOf(path);
      return hosts.filter((host) => text.includes(host)).map((host) => `${path}: ${host}`);
    });
    assert.deepEqual(named, []);
  });
});

describe("architecture: the map", () => {
  const map = textOf("docs/architecture.md");

  it("names every folder of the extension", () => {
    const folders = new Set(
      under("extension").flatMap((path) => (path.split("/").length > 3 ? [path.split("/")[2] ?? ""] : [])),
    );
    assert.ok(folders.size > 20);
    assert.deepEqual(
      [...folders].filter((name) => !map.includes(`\`${name}\``)),
      [],
    );
  });

  it("names no file that is not there", () => {
    const named = [...map.matchAll(/`([\w./-]+\.ts)`/g)].map(([, name]) => `/${name}`);
    assert.deepEqual(
      named.filter((name) => !files.some((path) => `/${path}`.endsWith(name))),
      [],
    );
  });
});

describe("architecture: the manifest", () => {
  it("has no run-time dependency, and pins every other one exactly", () => {
    assert.equal(manifest.dependencies, undefined, "everything is bundled");
    const loose = Object.entries(manifest.devDependencies).filter(
      ([, version]) => !/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version),
    );
    assert.deepEqual(loose, []);
  });

  it("argues for every dependency in docs/dependencies.md", () => {
    const argued = textOf("docs/dependencies.md");
    const silent = Object.keys(manifest.devDependencies).filter((name) => !argued.includes(`\`${name}\``));
    assert.deepEqual(silent, []);
  });

  it("uses stable API only, and no other extension", () => {
    assert.equal(manifest.enabledApiProposals, undefined);
    assert.equal(manifest.extensionDependencies, undefined);
  });

  it("declares the renderers that are built, and no other", () => {
    const built = JSON.parse(textOf("renderers/manifest.json")) as { id: string }[];
    const declared = manifest.contributes.notebookRenderer ?? [];
    assert.deepEqual(
      declared.map(({ id, entrypoint }) => [id, entrypoint]).sort(),
      built.map(({ id }) => [id, `./dist/renderers/${id}.js`]).sort(),
    );
  });

  it("every test file is in a folder the runner looks at", () => {
    assert.deepEqual(globSync("{extension,renderers,scripts,bench}/**/*.test.ts"), []);
  });
});

describe("architecture: the reader of sources", () => {
  const cases: readonly (readonly [text: string, imports: readonly Import[]])[] = [
    ['import { a, type B } from "./b.ts";', [{ target: "x/b.ts", typeOnly: false, names: ["a"] }]],
    ['import type { B } from "../y/b.ts";', [{ target: "y/b.ts", typeOnly: true, names: ["B"] }]],
    ['import { type B } from "p";', [{ target: "p", typeOnly: true, names: [] }]],
    ['import * as fs from "node:fs";', [{ target: "node:fs", typeOnly: false, names: [] }]],
    ['import "side";', [{ target: "side", typeOnly: false, names: [] }]],
    ['const x = await import("late");', [{ target: "late", typeOnly: false, names: [] }]],
    ['import {\n  a,\n  b,\n} from "p";', [{ target: "p", typeOnly: false, names: ["a", "b"] }]],
    ['export { a } from "p";', [{ target: "p", typeOnly: false, names: ["a"] }]],
  ];
  for (const [text, expected] of cases) {
    it(JSON.stringify(text), () => assert.deepEqual(importsOf("x/a.ts", text), expected));
  }

  it("blanks comments and strings only", () => {
    assert.equal(bareCode('a("Date.now"); // Date.now\nDate.now()'), 'a("");            \nDate.now()');
  });
});
