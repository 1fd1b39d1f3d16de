/**
 * Tells when a notebook's files changed on disk. The system's watchers only say "look again": what counts is whether
 * notebook.toml or a file in cells/ differs by stat from the last look, so noise and our own temporary files are silent.
 * The watchers are set anew whenever folders were replaced, as git does; while the folder is gone, it is looked for.
 */
import { type FSWatcher, watch } from "node:fs";
import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { TOML_FILE } from "../../core/notebook/reader.ts";

export interface WatchOptions {
  /** Quiet time after the last event before looking, in milliseconds. */
  readonly debounceMs?: number;
  /** How often to look for a folder that is gone, in milliseconds. */
  readonly retryMs?: number;
}

export interface FolderWatch {
  /** Resolves once the watchers are set and the first look is done. */
  readonly ready: Promise<void>;
  /** No call of `onChange` begins after this. */
  close(): void;
}

export function watchFolder(
  folder: string,
  onChange: () => void,
  { debounceMs = 100, retryMs = 1000 }: WatchOptions = {},
): FolderWatch {
  let watchers: FSWatcher[] = [];
  let armed = "";
  let seen: string | undefined;
  let timer: NodeJS.Timeout | undefined;
  let closed = false;
  let looking: Promise<void> | undefined;
  let again = false;

  const soon = (delay: number) => {
    if (closed) return;
    clearTimeout(timer);
    timer = setTimeout(() => void look(), delay);
  };
  const look = (): Promise<void> => {
    again = looking !== undefined;
    looking ??= lookOnce().finally(() => {
      looking = undefined;
      if (again) soon(0);
    });
    return looking;
  };
  const lookOnce = async () => {
    const { folders, signature, isThere } = await survey(folder);
    if (closed) return;
    const identity = folders.map(({ path, inode }) => `${path}\u0000${inode}`).join("\n");
    if (identity !== armed) {
      for (const watcher of watchers) watcher.close();
      watchers = folders.flatMap(({ path }) => watchOne(path, () => soon(debounceMs)) ?? []);
      // A folder that could not be watched is tried again at the next look.
      armed = watchers.length === folders.length ? identity : "";
      // What changed between the survey and the watchers has made no event.
      soon(debounceMs);
    }
    if (!isThere || armed === "") soon(retryMs);
    if (seen !== undefined && seen !== signature) onChange();
    seen = signature;
  };
  return {
    ready: look(),
    close() {
      closed = true;
      clearTimeout(timer);
      for (const watcher of watchers) watcher.close();
      watchers = [];
    },
  };
}

function watchOne(path: string, onEvent: () => void): FSWatcher | undefined {
  try {
    const watcher = watch(path, { persistent: false }, onEvent);
    // The folder was removed or replaced: look again, which sets new watchers.
    watcher.on("error", onEvent);
    return watcher;
  } catch {
    // It vanished just now, or the system has no watchers left; the caller tries again later.
    return undefined;
  }
}

interface Survey {
  readonly folders: readonly { readonly path: string; readonly inode: number }[];
  /** Equal as long as no file changed. */
  readonly signature: string;
  readonly isThere: boolean;
}

async function survey(folder: string): Promise<Survey> {
  const folders: { path: string; inode: number }[] = [];
  const lines: string[] = [];
  const root = await statOr(folder);
  if (root?.isDirectory() === true) folders.push({ path: folder, inode: root.ino });
  const visit = async (path: string) => {
    const here = await statOr(join(folder, path));
    if (here === undefined) return;
    if (!here.isDirectory()) {
      lines.push(`${path}\u0000${here.mtimeMs}\u0000${here.size}\u0000${here.ino}`);
      return;
    }
    folders.push({ path: join(folder, path), inode: here.ino });
    for (const entry of await readdirOr(join(folder, path))) if (!isTemporary(entry)) await visit(`${path}/${entry}`);
  };
  await visit(TOML_FILE);
  await visit("cells");
  return { folders, signature: lines.sort().join("\n"), isThere: root !== undefined };
}

/** Files that editors and atomic writes make in passing, and Python's own. */
function isTemporary(name: string): boolean {
  return name.startsWith(".") || name === "__pycache__" || name.endsWith("~") || /\.\d{6,}$/.test(name);
}

async function statOr(path: string) {
  // Gone, or not for us to see: either way there is nothing to watch, and the signature says so.
  return stat(path).catch(() => undefined);
}

async function readdirOr(path: string): Promise<readonly string[]> {
  return readdir(path).catch(() => []);
}
