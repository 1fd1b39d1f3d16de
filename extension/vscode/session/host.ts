/**
 * The Node side as this shell uses it: where the extension keeps things, the settings of the moment, and the heavy
 * modules, which are loaded by the first notebook and not before.
 */
import { randomUUID } from "node:crypto";
import { existsSync } from "node:fs";
import { isAbsolute, join } from "node:path";
import * as vscode from "vscode";
import type { Notebook } from "../../core/notebook/model.ts";
import { DEFAULT_LIMIT, parseSize } from "../../core/store/amounts.ts";
import type { Models } from "../../host/ai/models.ts";
import type { StoredResult } from "../document/stored-outputs.ts";
import { describeEnvironment } from "../environment/describe.ts";
import type { ReadContent } from "../outputs/items.ts";
import type { OpenEngine, OpenedEngine } from "./engine.ts";

/** Results to show for a notebook that is being opened, and how to read their bytes. */
export interface StoredResults {
  readonly results: readonly StoredResult[];
  readonly read: ReadContent;
  close(): Promise<void>;
}

export type ReadStoredResults = (folder: string, notebook: Notebook) => Promise<StoredResults | undefined>;

export interface Host extends vscode.Disposable {
  readonly openEngine: OpenEngine;
  readonly storedResults: ReadStoredResults;
}

export function createHost(
  context: vscode.ExtensionContext,
  log: vscode.LogOutputChannel,
  models: () => Promise<Models>,
): Host {
  // One for this window: a notebook that is closed and opened again is in the same session.
  const session = randomUUID();
  const dist = context.asAbsolutePath("dist");
  const report = (message: string): void => {
    log.warn(message);
    void vscode.window.showWarningMessage(message);
  };

  const openEngine: OpenEngine = async (folder, notebook): Promise<OpenedEngine> => {
    const { openNotebook } = await import("../../host/engine/open.ts");
    const { needsSync } = await import("../../host/environment/prepare.ts");
    const { stateFolder } = await import("../../host/store/keys.ts");
    const { python, store, keepAfterMs, limit, keyFile } = settings(folder);
    const progress = new Set<(line: string) => void>();
    const opened = await openNotebook(notebook, {
      folder,
      sync: true,
      harness: join(dist, "python-harness"),
      wasm: dist,
      storage: context.globalStorageUri.fsPath,
      storeLimit: limit ?? Number.POSITIVE_INFINITY,
      storeKeyFile: keyFile,
      session,
      ai: { models: await models() },
      keeping: { folder: join(stateFolder(process.env), "runs"), afterMs: keepAfterMs },
      onProgress: (line: string) => {
        log.info(line);
        for (const show of progress) show(line);
      },
      onProblem: report,
      store: store ?? join(folder, ".strata", "store"),
      ...(python === undefined ? {} : { python }),
    });
    const { content } = opened.store;
    return {
      engine: opened.engine,
      read: (digest) => content.read(digest),
      tableFile: async (digest) => ((await content.has(digest)) ? content.path(digest) : undefined),
      nameOf: (cell) => opened.nameOf(cell),
      environment: async () => describeEnvironment((await opened.engine.plan()).environment, opened.python(), folder),
      async prepare(onLine, signal) {
        progress.add(onLine);
        try {
          return await opened.prepare(signal);
        } finally {
          progress.delete(onLine);
        }
      },
      mode: () => opened.mode(),
      ...(python === undefined ? { addPackages: packageAdder(folder, context.globalStorageUri.fsPath) } : {}),
      async exportTo(file, format) {
        const { exportNotebook, writeExport } = await import("../../host/export/export.ts");
        return await writeExport(file, await exportNotebook(opened, format));
      },
      kept: () => opened.kept(),
      needsPreparation: () => python === undefined && needsSync(folder),
      care: {
        folder: opened.store.root,
        limit,
        collect: (dryRun) => opened.collect({ dryRun, now: Date.now() }),
        trust: () => opened.store.maintenance.trust(),
      },
      dispose: () => opened.close(),
    };
  };

  const storedResults: ReadStoredResults = async (folder, notebook) => {
    const dir = settings(folder).store ?? join(folder, ".strata", "store");
    // Looking must not make a store where there is none.
    if (!existsSync(dir)) return undefined;
    const { openStore } = await import("../../host/store/open.ts");
    const store = await openStore(dir, {
      onProblem: (problem) => log.warn(problem.message),
      teamKeyFile: settings(folder).keyFile,
    });
    const results: StoredResult[] = [];
    for (const cell of notebook.cells) {
      const head = await store.index.head(notebook.id, cell.id);
      if (head) results.push({ cell: cell.id, ...head });
    }
    return { results, read: (digest) => store.content.read(digest), close: () => store.close() };
  };

  return { openEngine, storedResults, dispose: () => undefined };
}

function packageAdder(folder: string, storage: string): NonNullable<OpenedEngine["addPackages"]> {
  return async (packages, onProgress, signal) => {
    const { changeProject } = await import("../../host/environment/project.ts");
    return changeProject({ folder, what: "add", packages, storage, onProgress, signal });
  };
}

interface Settings {
  /** Bytes that the store may take; undefined for no limit. */
  readonly limit: number | undefined;
  /** File with a team's key. */
  readonly keyFile: string | undefined;
  readonly python: string | undefined;
  readonly store: string | undefined;
  /** How long a cell must have run to outlive the window; undefined: none does. */
  readonly keepAfterMs: number | undefined;
}

export function settings(folder: string): Settings {
  const values = vscode.workspace.getConfiguration("strata", vscode.Uri.file(folder));
  const python = values.get<string>("python")?.trim();
  const store = values.get<string>("store")?.trim();
  const keepAfter = values.get<number>("keepRunningAfter") ?? 0;
  const keyFile = values.get<string>("storeKeyFile")?.trim();
  return {
    limit: limitOf(values.get<string>("storeLimit") ?? ""),
    keyFile: keyFile === "" ? undefined : keyFile,
    keepAfterMs: keepAfter > 0 ? keepAfter * 1000 : undefined,
    python: python === undefined || python === "" ? undefined : python,
    store: store === undefined || store === "" ? undefined : isAbsolute(store) ? store : join(folder, store),
  };
}

/** What is no size is a slip of the pen, and not a wish for a full disk. */
function limitOf(text: string): number | undefined {
  return text.trim().toLowerCase() === "none" ? undefined : (parseSize(text) ?? DEFAULT_LIMIT);
}
