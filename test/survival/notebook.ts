/** A small notebook in many versions, whose every output is known without running it, and checks of what a store says of it. */
import assert from "node:assert/strict";
import { mkdir, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { bundleFiles } from "../../extension/core/notebook/bundle.ts";
import { parseNotebook } from "../../extension/core/notebook/parse.ts";
import type { Output } from "../../extension/core/outputs/model.ts";
import { contentOf } from "../../extension/core/store/record.ts";
import { type OpenNotebook, type OpenOptions, openNotebook } from "../../extension/host/engine/open.ts";
import { readFolder } from "../../extension/host/folder/read.ts";

export const IDS = ["list", "bytes", "both", "slow", "end"] as const;

/** Short waits, so that something is always going on. */
export function sources(version: number): Readonly<Record<string, string>> {
  return {
    list: `xs = list(range(${1000 + version}))\nprint(sum(xs))`,
    bytes: `import time\ndata = bytearray(${2_000_000 + version})\ndata[7] = ${version % 250}\ntime.sleep(0.05)\nprint(len(data), data[7])`,
    both: "total = sum(xs) + len(data) + data[7]\nprint(total)",
    slow: `import time\nfor step in range(4):\n    print(step, ${version})\n    time.sleep(0.03)`,
    end: "xs.append(total)\nprint(len(xs), xs[-1])",
  };
}

export function printed(version: number): Readonly<Record<string, string>> {
  const count = 1000 + version;
  const sum = (count * (count - 1)) / 2;
  const [size, byte] = [2_000_000 + version, version % 250];
  const total = sum + size + byte;
  return {
    list: `${sum}\n`,
    bytes: `${size} ${byte}\n`,
    both: `${total}\n`,
    slow: [0, 1, 2, 3].map((step) => `${step} ${version}\n`).join(""),
    end: `${count + 1} ${total}\n`,
  };
}

export async function writeNotebook(folder: string, version: number): Promise<void> {
  await mkdir(join(folder, "cells"), { recursive: true });
  const entries = IDS.map((id, order) => `[[cells]]\nid = "${id}"\nfile = "${id}.py"\norder = ${order}\n`);
  await writeFile(join(folder, "notebook.toml"), ['notebook_id = "survivor"', ...entries].join("\n"));
  for (const [id, source] of Object.entries(sources(version)))
    await writeFile(join(folder, "cells", `${id}.py`), source);
}

export async function open(
  folder: string,
  python: string,
  problems: string[],
  more: Partial<OpenOptions> = {},
): Promise<OpenNotebook> {
  const read = await readFolder(folder);
  assert.ok(read.kind !== "problem");
  const { notebook } = parseNotebook(bundleFiles(read.bundle));
  assert.ok(notebook !== undefined);
  return openNotebook(notebook, {
    folder,
    python,
    sync: false,
    harness: resolve(import.meta.dirname, "..", "..", "python-harness"),
    storage: join(folder, "..", "storage"),
    onProgress: () => undefined,
    onProblem: (message) => problems.push(message),
    ...more,
  });
}

export function textOf(outputs: readonly Output[]): string {
  return outputs.map((output) => (output.type === "stream" ? output.text : "")).join("");
}

/**
 * Everything that is shown fresh says what the script prints. How many are. `whole` if every value must be whole too, as
 * nothing has damaged the disk; otherwise damage is found out when somebody needs the value.
 */
export async function checkFresh(opened: OpenNotebook, version: number, whole: boolean): Promise<number> {
  const expected = printed(version);
  let fresh = 0;
  for (const cell of (await opened.engine.plan()).cells) {
    if (cell.action !== "reuse") continue;
    assert.equal(textOf(cell.record.outputs), expected[cell.cell], `${cell.cell} of version ${version}`);
    for (const digest of whole ? contentOf(cell.record) : [])
      assert.ok(await opened.store.content.verify(digest), cell.cell);
    fresh++;
  }
  return fresh;
}

/** A complete run, after which everything is fresh. */
export async function runAll(opened: OpenNotebook, version: number, whole = true): Promise<void> {
  const ends: Record<string, string> = {};
  const request = { target: { kind: "all" }, force: false } as const;
  await opened.engine.run(
    request,
    (event) => {
      if (event.type !== "ended") return;
      ends[event.cell] = event.outcome.status;
      if (event.outcome.status === "error") ends[event.cell] += ` ${event.outcome.error.traceback}`;
    },
    new AbortController().signal,
  );
  assert.deepEqual(ends, Object.fromEntries(IDS.map((id) => [id, "ok"])));
  assert.equal(await checkFresh(opened, version, whole), IDS.length);
}
