/** What an environment is, from its files alone, compared with what Python says of itself. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, realpathSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createIdentifier, type Identifier, noEnvironment } from "../../../extension/host/environment/identity.ts";
import { type Located, venvAt } from "../../../extension/host/environment/locate.ts";
import { installedPackages, parseMetadataName } from "../../../extension/host/environment/packages.ts";
import { openWorkshop, PYTHON, pyenvPython, type Workshop } from "./machine.ts";

const QUESTION = `
import importlib.metadata as m, json, platform, re, sys
names = {}
for d in m.distributions():
    names.setdefault(re.sub("[-_.]+", "-", d.metadata["Name"]).lower(), d.version)
print(json.dumps([platform.python_implementation() + " " + platform.python_version(), sorted(f"{n}=={v}" for n, v in names.items())]))
`;

describe("what an environment is", () => {
  let shop: Workshop;
  let identifier: Identifier;
  const ask = (located: Located) =>
    identifier.ask(located, { folder: shop.root, env: process.env, signal: new AbortController().signal });

  beforeEach(() => {
    shop = openWorkshop();
    identifier = createIdentifier();
  });
  afterEach(() => shop.close());

  function makeVenv(python: string, ...flags: string[]): Located & { venv: string } {
    const venv = join(shop.root, "venv");
    execFileSync(python, ["-m", "venv", "--without-pip", ...flags, venv]);
    const located = venvAt(venv);
    assert.ok(located?.venv !== undefined);
    return { python: located.python, venv: located.venv };
  }

  function says(located: Located): { python: string; packages: string[] } {
    const [python, packages] = JSON.parse(
      execFileSync(located.python, ["-I", "-c", QUESTION], { encoding: "utf8" }),
    ) as [string, string[]];
    return { python, packages };
  }

  function install(packages: string, entry: string, files: Record<string, string> = {}): void {
    mkdirSync(join(packages, entry), { recursive: true });
    for (const [name, text] of Object.entries(files)) writeFileSync(join(packages, entry, name), text);
  }

  const pythons = [PYTHON, pyenvPython(/^3\.9\./), pyenvPython(/^3\.12\./), pyenvPython(/^3\.13\./)].filter(
    (path) => path !== undefined,
  );
  for (const python of new Set(pythons)) {
    it(`is read from the files of a virtual environment of ${python} as it says itself`, async function () {
      this.timeout(20_000);
      const located = makeVenv(python, "--system-site-packages");
      const identity = identifier.identify(located);
      const { python: version, packages } = says(located);
      assert.equal(identity?.python, version);
      assert.deepEqual(
        identity?.packages.map((name) => name.replace(/ @ .*/, "")),
        packages,
      );
      assert.deepEqual(await ask(located), identity);
    });

    it(`is what ${python} answers when it is a bare interpreter, asked once`, async function () {
      this.timeout(20_000);
      assert.equal(identifier.identify({ python }), undefined);
      const identity = await ask({ python });
      assert.ok(!("problem" in identity));
      assert.equal(identity.python, says({ python }).python);
      assert.deepEqual(
        identity.packages.map((name) => name.replace(/ @ .*/, "")),
        says({ python }).packages,
      );
      assert.equal(identifier.identify({ python }), identity);
    });
  }

  it("has no packages of the system unless the environment includes them", function () {
    this.timeout(20_000);
    assert.deepEqual(identifier.identify(makeVenv(PYTHON))?.packages, []);
  });

  it("follows what is installed and removed, and is the same object while nothing changes", function () {
    this.timeout(20_000);
    const located = makeVenv(PYTHON);
    const before = identifier.identify(located);
    assert.equal(identifier.identify(located), before);
    const minor = before?.python.match(/3\.\d+/)?.[0];
    const packages = join(located.venv, "lib", `python${minor}`, "site-packages");
    install(packages, "Typing_Extensions-4.12.2.dist-info");
    assert.deepEqual(identifier.identify(located)?.packages, ["typing-extensions==4.12.2"]);
    rmSync(join(packages, "Typing_Extensions-4.12.2.dist-info"), { recursive: true });
    assert.deepEqual(identifier.identify(located)?.packages, []);
  });

  it("is asked for again when the interpreter's file changes", async () => {
    const python = join(shop.root, "python");
    const script = (version: string) => `#!/bin/sh\necho '{"python": "CPython ${version}", "packageFolders": []}'\n`;
    writeFileSync(python, script("3.12.1"));
    chmodSync(python, 0o755);
    assert.equal(((await ask({ python })) as { python: string }).python, "CPython 3.12.1");
    writeFileSync(python, script("3.13.0"));
    utimesSync(python, 1, 1);
    assert.equal(identifier.identify({ python }), undefined);
    assert.equal(((await ask({ python })) as { python: string }).python, "CPython 3.13.0");
  });

  it("is that of the interpreter behind a shim, which is then what runs", async () => {
    const shim = join(shop.root, "python3");
    writeFileSync(shim, `#!/bin/sh\nexec ${PYTHON} "$@"\n`);
    chmodSync(shim, 0o755);
    const identity = await ask({ python: shim });
    assert.ok(!("problem" in identity));
    assert.equal(identity.python, says({ python: PYTHON }).python);
    const real = identifier.resolve({ python: shim });
    assert.equal(realpathSync(real.python), realpathSync(PYTHON));
    assert.deepEqual(identifier.identify(real), identity);
  });

  describe("of a bare interpreter, in a later session", () => {
    const session = (folder = shop.root) => createIdentifier({ folder, storage: join(shop.root, "storage") });
    const how = () => ({ folder: shop.root, env: process.env, signal: new AbortController().signal });

    it("is known before it is asked, while its file is the same", async () => {
      const python = join(shop.root, "python");
      const script = (version: string) => `#!/bin/sh\necho '{"python": "CPython ${version}", "packageFolders": []}'\n`;
      writeFileSync(python, script("3.12.1"));
      chmodSync(python, 0o755);
      assert.equal(session().identify({ python }), undefined);
      const first = await session().ask({ python }, how());
      assert.deepEqual(session().identify({ python }), first);
      assert.equal(session("/another/notebook").identify({ python }), undefined);
      writeFileSync(python, script("3.13.0"));
      utimesSync(python, 1, 1);
      assert.equal(session().identify({ python }), undefined);
    });

    for (const [name, text] of [
      ["torn", '{"version":1,"answers":[['],
      ["of another shape", '{"answers":[[1,null],["a",{}],3]}'],
    ] as const) {
      it(`is asked for when what was kept is ${name}`, async () => {
        mkdirSync(join(shop.root, "storage"));
        writeFileSync(join(shop.root, "storage", "interpreters.json"), text);
        assert.equal(session().identify({ python: PYTHON }), undefined);
        await session().ask({ python: PYTHON }, how());
        assert.notEqual(session().identify({ python: PYTHON }), undefined);
      });
    }

    it("is only asked when nothing can be kept", async () => {
      writeFileSync(join(shop.root, "storage"), "a file");
      assert.ok(!("problem" in (await session().ask({ python: PYTHON }, how()))));
    });
  });

  for (const [name, script, code] of [
    ["does not start", "#!/nowhere/at/all\n", "python-not-found"],
    ["fails", "#!/bin/sh\necho broken >&2; exit 3\n", "python-not-found"],
    ["is something else", "#!/bin/sh\necho hello\n", "python-not-found"],
    ["is too old", `#!/bin/sh\necho '{"python": "CPython 3.8.18", "packageFolders": []}'\n`, "python-too-old"],
  ] as const) {
    it(`is a problem when the interpreter ${name}`, async () => {
      const python = join(shop.root, "python");
      writeFileSync(python, script);
      chmodSync(python, 0o755);
      const answer = await ask({ python });
      assert.ok("problem" in answer);
      assert.equal(answer.problem.code, code);
      assert.ok(answer.problem.message.includes(python));
    });
  }

  const old = pyenvPython(/^3\.8\./);
  it("is a problem in an environment of a Python that is too old", async function () {
    if (old === undefined) this.skip();
    this.timeout(20_000);
    const answer = await ask(makeVenv(old));
    assert.ok("problem" in answer && answer.problem.code === "python-too-old");
  });

  it("is a problem when pyvenv.cfg names no version", async () => {
    const venv = join(shop.root, "venv");
    mkdirSync(venv);
    writeFileSync(join(venv, "pyvenv.cfg"), "home = /usr/bin\n");
    const answer = await ask({ python: join(venv, "bin", "python"), venv });
    assert.ok("problem" in answer && answer.problem.code === "environment-broken");
  });

  it("is none before there is one", () => {
    assert.deepEqual([noEnvironment().python, noEnvironment().packages], ["none", []]);
  });

  describe("its packages", () => {
    for (const [entry, name, version] of [
      ["six-1.16.0.dist-info", "six", "1.16.0"],
      ["ruamel.yaml.clib-0.2.8.dist-info", "ruamel-yaml-clib", "0.2.8"],
      ["Foo_Bar-1.0+local.1.dist-info", "foo-bar", "1.0+local.1"],
      ["old-name-2.0.dist-info", "old-name", "2.0"],
      ["PyYAML-6.0-py3.11.egg-info", "pyyaml", "6.0"],
      ["python_apt-2.6.0.egg-info", "python-apt", "2.6.0"],
    ] as const) {
      it(`are named by ${entry}`, () => assert.deepEqual(parseMetadataName(entry), { name, version }));
    }
    for (const entry of ["six.py", "__pycache__", "x.dist-info", "-1.0.dist-info.bak", "~ix-1.16.0"]) {
      it(`are not named by ${entry}`, () => assert.equal(parseMetadataName(entry), undefined));
    }

    it("carry a digest of where they came from when it was no index", () => {
      const digestOf = (url: string, record: string) => {
        const packages = join(shop.root, `${url}${record}`.replaceAll("/", "_"));
        install(packages, "lib-1.0.dist-info", { "direct_url.json": url, RECORD: record });
        return installedPackages([packages])[0] ?? "";
      };
      const digests = [digestOf("file:a", "1"), digestOf("file:b", "1"), digestOf("file:a", "2")];
      assert.equal(new Set(digests).size, 3);
      for (const digest of digests) assert.match(digest, /^lib==1\.0 @ [0-9a-f]{16}$/);
    });

    it("are those of the first folder when two have the same", () => {
      for (const [folder, version] of [
        ["a", "1.0"],
        ["b", "2.0"],
      ] as const)
        install(join(shop.root, folder), `lib-${version}.dist-info`);
      assert.deepEqual(installedPackages([join(shop.root, "a"), join(shop.root, "b"), "/nowhere"]), ["lib==1.0"]);
    });
  });
});
