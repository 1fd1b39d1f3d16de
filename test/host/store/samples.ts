/** Records and heads to store: small, complete, and different where the caller says. */
import type { CellHead, CellRecord } from "../../../extension/core/store/model.ts";

export function keyOf(n: number): string {
  return n.toString(16).padStart(64, "0");
}

export function sampleRecord(n: number, overrides: Partial<CellRecord> = {}): CellRecord {
  return {
    version: 1,
    key: keyOf(n),
    notebook: "notebook",
    cell: `cell-${n}`,
    components: {
      language: "python",
      code: `x = ${n}`,
      inputs: [],
      environment: { python: "CPython 3.12.1", platform: "linux-x86_64", packages: ["six==1.16.0"] },
      directives: {},
    },
    observed: [],
    values: [],
    unstorable: [],
    changed: [],
    deleted: [],
    ambient: {},
    definitions: {},
    sample: [],
    outputs: [{ type: "stream", name: "stdout", text: `${n}\n` }],
    durationMs: 1,
    finishedAt: "2026-01-01T00:00:00.000Z",
    ...overrides,
  };
}

/** A record that saw `path` missing: differs from others of its key in what its run observed. */
export function observing(n: number, path: string, overrides: Partial<CellRecord> = {}): CellRecord {
  return sampleRecord(n, { observed: [{ kind: "missing", path }], ...overrides });
}

export function withValue(n: number, digest: string, bytes: number): CellRecord {
  return sampleRecord(n, {
    values: [
      {
        digest,
        bytes,
        variables: [{ name: "x", type: "int", immutable: true, summary: String(n), unchanged: false }],
        needs: [],
        definitions: [],
      },
    ],
  });
}

export function sampleHead(n: number, overrides: Partial<CellHead> = {}): CellHead {
  const { key, components, outputs, durationMs, finishedAt } = sampleRecord(n);
  return { version: 1, key, components, status: "ok", outputs, durationMs, finishedAt, ...overrides };
}
