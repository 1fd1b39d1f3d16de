/**
 * The virtual file of each notebook folder. Reading packs the folder, writing unpacks it; its time and size change
 * exactly when the folder does, so that VS Code's own reload and conflict handling work as for any file.
 */
import * as vscode from "vscode";
import { packBundle, unpackBundle } from "../../core/notebook/bundle.ts";
import { toDocument } from "../../core/notebook/document.ts";
import type { Notebook } from "../../core/notebook/model.ts";
import { SCHEME } from "../names.ts";
import { showOptions } from "../outputs/options.ts";
import { debounce } from "../session/debounce.ts";
import type { ReadStoredResults } from "../session/host.ts";
import { folderOf } from "./address.ts";
import { createFolderFiles, type FolderFiles } from "./folder-files.ts";
import { joinParts, type PackedOutputs, splitParts } from "./outputs-part.ts";
import { packStored } from "./stored-outputs.ts";

/** Programs that save in several steps are seen once. */
const SETTLE_MS = 100;

const WATCHERS_READY_MS = 3000;

export function registerFileSystem(stored: ReadStoredResults, log: vscode.LogOutputChannel): vscode.Disposable {
  const changed = new vscode.EventEmitter<vscode.FileChangeEvent[]>();
  const files = createFolderFiles();

  const provider: vscode.FileSystemProvider = {
    onDidChangeFile: changed.event,
    async stat(uri) {
      const looked = await files.look(folderOf(uri));
      if (looked.kind === "gone") throw vscode.FileSystemError.FileNotFound(looked.message);
      return { type: vscode.FileType.File, ...looked.state };
    },
    async readFile(uri) {
      const folder = folderOf(uri);
      const read = await files.read(folder);
      if (read.kind === "failed") throw vscode.FileSystemError.FileNotFound(read.message);
      const { notebook } = toDocument(read.bundle);
      return joinParts(packBundle(read.bundle), notebook ? await outputs(folder, notebook, stored, log) : []);
    },
    async writeFile(uri, content) {
      const unpacked = unpackBundle(splitParts(content).bundle);
      if (unpacked.kind === "problem") throw vscode.FileSystemError.Unavailable(unpacked.problem.message);
      const saved = await files.write(folderOf(uri), unpacked.bundle, Date.now());
      if (saved.kind === "failed") throw vscode.FileSystemError.Unavailable(saved.message);
      if (saved.reload) changed.fire([{ type: vscode.FileChangeType.Changed, uri }]);
    },
    watch: (uri) => watchFolder(uri, files, changed),
    readDirectory: refuse("A notebook document has no files in it."),
    createDirectory: refuse("A notebook document has no folders in it."),
    delete: refuse("The notebook is its folder: delete the folder in the explorer."),
    rename: refuse("The notebook is its folder: rename the folder in the explorer, or `name` in notebook.toml."),
  };
  return vscode.Disposable.from(
    changed,
    vscode.workspace.registerFileSystemProvider(SCHEME, provider, { isCaseSensitive: true }),
  );
}

function refuse(message: string): () => never {
  return () => {
    throw vscode.FileSystemError.NoPermissions(message);
  };
}

async function outputs(
  folder: string,
  notebook: Notebook,
  stored: ReadStoredResults,
  log: vscode.LogOutputChannel,
): Promise<readonly PackedOutputs[]> {
  try {
    const results = await stored(folder, notebook);
    if (!results) return [];
    try {
      return await packStored(results.results, showOptions(results.read));
    } finally {
      await results.close();
    }
  } catch (error) {
    // Without its results a notebook still opens.
    log.error(`Stored results of ${folder}: ${String(error)}`);
    return [];
  }
}

function watchFolder(
  uri: vscode.Uri,
  files: FolderFiles,
  changed: vscode.EventEmitter<vscode.FileChangeEvent[]>,
): vscode.Disposable {
  const folder = folderOf(uri);
  const report = debounce(SETTLE_MS, async () => {
    const looked = await files.look(folder);
    // Also after a save of ours: VS Code compares time and size, and does nothing when they are what it knows.
    const type = looked.kind === "gone" ? vscode.FileChangeType.Deleted : vscode.FileChangeType.Changed;
    changed.fire([{ type, uri }]);
  });
  const watchers = ["notebook.toml", "cells/**"].map((pattern) =>
    vscode.workspace.createFileSystemWatcher(new vscode.RelativePattern(vscode.Uri.file(folder), pattern)),
  );
  const events = watchers.flatMap((watcher) => [
    watcher.onDidChange(report.call),
    watcher.onDidCreate(report.call),
    watcher.onDidDelete(report.call),
  ]);
  // Watchers take a moment to be in place, and some file systems report nothing: look again then, and whenever the user
  // comes back from another program.
  const late = setTimeout(report.call, WATCHERS_READY_MS);
  const back = vscode.window.onDidChangeWindowState(({ focused }) => focused && report.call());
  return vscode.Disposable.from(report, back, { dispose: () => clearTimeout(late) }, ...watchers, ...events);
}
