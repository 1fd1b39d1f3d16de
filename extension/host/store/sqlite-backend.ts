/**
 * SQLite behind the index. keyv reports failures as events and goes on with `undefined` or `false`; here they are
 * counted, so that a failure is told from an absence, and a damaged file is set aside and replaced by an empty one.
 */
import { setTimeout as pause } from "node:timers/promises";
import KeyvSqlite from "@keyv/sqlite";
import { Keyv, type KeyvSerializationAdapter } from "keyv";
import { HEADS, type IndexFile, identityOf, openIndexFile, RECORDS, setAsideIndex } from "./index-file.ts";
import { causeOf, type StoreProblem, writeProblem } from "./problem.ts";
import type { Backend, Row, Tables } from "./record-index.ts";

interface Opened extends IndexFile {
  readonly tables: Tables;
  version: number;
}

export interface SqliteBackendOptions {
  readonly file: string;
  readonly tmp: string;
  readonly onProblem: (problem: StoreProblem) => void;
  /** A file that is not there is made by the first write, here or by another process, and not before. */
  readonly later?: boolean;
}

/** Waits between tries while another process writes; about five seconds with the busy timeout of the connection. */
const TRIES = 16;
const PAUSE_MS = 50;

/** Plain JSON. A row that does not parse is a miss, where keyv's own serializer would raise an error event. */
const JSON_ROWS: KeyvSerializationAdapter = { stringify: (value: unknown) => JSON.stringify(value), parse: parseRow };

function parseRow<T>(text: string): T {
  try {
    return JSON.parse(text) as T;
  } catch {
    return { value: undefined } as T;
  }
}

export async function openSqliteBackend(options: SqliteBackendOptions): Promise<Backend> {
  const { file, tmp, onProblem } = options;
  const failures: unknown[] = [];
  let waits = options.later === true && identityOf(file) === undefined;
  let opened = waits ? undefined : await open(true);
  let queue: Promise<unknown> = Promise.resolve();
  let reopening: Promise<void> | undefined;
  let closed = false;

  async function open(mayReplace: boolean): Promise<Opened | undefined> {
    const found = identityOf(file);
    try {
      const index = await patiently(() => openIndexFile(file, tmp));
      const tables = { records: table(index, RECORDS), heads: table(index, HEADS) };
      return { ...index, tables, version: index.connection.dataVersion() };
    } catch (error) {
      if (mayReplace && causeOf(error) === "damaged" && replaceDamaged(found)) return open(false);
      onProblem(writeProblem(error, file));
      return undefined;
    }
  }

  function table(index: IndexFile, namespace: string): Keyv<unknown> {
    const store = new KeyvSqlite({ driver: index.connection.driver, iterationLimit: 500 });
    const keyv = new Keyv<unknown>({ store, namespace, serialization: JSON_ROWS, checkExpired: false });
    keyv.on("error", (error: unknown) => failures.push(error));
    return keyv;
  }

  /** False when the damaged file cannot be moved away. */
  function replaceDamaged(identity: string | undefined): boolean {
    try {
      const aside = setAsideIndex(file, identity);
      if (aside === undefined) return true;
      onProblem({
        code: "index-damaged",
        path: file,
        message: `The index of stored results, ${file}, is damaged. It was renamed to ${aside} and a new one begins: cells will run again once. Delete the renamed file; if this happens more than once, check the disk.`,
      });
      return true;
    } catch (error) {
      onProblem(writeProblem(error, file));
      return false;
    }
  }

  /** Several callers may meet the same failure; the file is opened once for all of them. */
  function reopen(): Promise<void> {
    reopening ??= (async () => {
      opened?.connection.close();
      opened = await open(true);
      reopening = undefined;
    })();
    return reopening;
  }

  /** True while there is no file because nobody has written. */
  async function absent(writing: boolean): Promise<boolean> {
    if (waits && !writing && identityOf(file) === undefined) return true;
    if (waits) {
      waits = false;
      await reopen();
    } else await reopening;
    return false;
  }

  /** Throws what keyv swallowed. */
  async function checked<T>(use: () => Promise<T>): Promise<T> {
    const before = failures.length;
    const result = await use();
    if (failures.length > before) throw failures.at(-1);
    return result;
  }

  function peek(table: keyof Tables, key: string): Row | undefined {
    const index = opened;
    if (closed || waits || reopening !== undefined || index === undefined) return undefined;
    try {
      const text = index.connection.text(table, key);
      return { text, value: () => (text === null ? undefined : parseRow<{ value: unknown }>(text).value) };
    } catch {
      // Whoever waits for an answer meets the same failure, and deals with it.
      return undefined;
    }
  }

  function settle(): void {
    try {
      opened?.connection.settle();
    } catch {
      // The log stays as it is: it counts all the same.
    }
  }

  async function read<T>(use: (tables: Tables) => Promise<T>): Promise<T | undefined> {
    if (closed || (await absent(false))) return undefined;
    for (let mayRepair = true; ; mayRepair = false) {
      const index = opened;
      if (closed || index === undefined) return undefined;
      try {
        return await checked(() => use(index.tables));
      } catch (error) {
        failures.length = 0;
        if (mayRepair && (await repaired(index, error))) continue;
        onProblem(writeProblem(error, file));
        return undefined;
      }
    }
  }

  function write(use: (tables: Tables) => Promise<void>): Promise<boolean> {
    const turn = queue.then(() => transact(use));
    queue = turn;
    return turn;
  }

  async function transact(use: (tables: Tables) => Promise<void>): Promise<boolean> {
    if (!closed) await absent(true);
    for (let mayRepair = true; ; mayRepair = false) {
      const index = opened;
      if (closed || index === undefined) return false;
      if (!index.writable) {
        onProblem(writeProblem(Object.assign(new Error("the file can only be read"), { code: "EROFS" }), file));
        return false;
      }
      try {
        await patiently(async () => index.connection.exec("BEGIN IMMEDIATE"));
        try {
          await checked(() => use(index.tables));
          index.connection.exec("COMMIT");
        } catch (error) {
          rollBack(index);
          throw error;
        }
        return true;
      } catch (error) {
        failures.length = 0;
        if (mayRepair && (await repaired(index, error))) continue;
        onProblem(writeProblem(error, file));
        return false;
      }
    }
  }

  /** True when it is worth trying again: the file was replaced, here or by another call that met the same failure. */
  async function repaired(index: Opened, error: unknown): Promise<boolean> {
    await reopening;
    if (opened !== index) return opened !== undefined;
    if (causeOf(error) !== "damaged" || !replaceDamaged(index.identity)) return false;
    await reopen();
    return opened !== undefined;
  }

  async function changed(): Promise<boolean> {
    const first = waits;
    if (closed || (await absent(false))) return false;
    if (first) return true;
    const index = opened;
    if (closed || index === undefined) return false;
    if (index.writable && identityOf(file) !== index.identity) {
      // Deleted, or replaced by another process that found it damaged: what is written here would be lost.
      queue = queue.then(() => (opened === index ? reopen() : undefined));
      await queue;
      return true;
    }
    try {
      const version = index.connection.dataVersion();
      if (version === index.version) return false;
      index.version = version;
      return true;
    } catch {
      // The next read meets the same failure, and deals with it.
      return true;
    }
  }

  async function close(): Promise<void> {
    await queue;
    closed = true;
    opened?.connection.close();
    opened = undefined;
  }

  return { peek, read, write, changed, settle, close };
}

/** Tries again while the file is locked, without blocking the event loop in between. */
async function patiently<T>(attempt: () => Promise<T>): Promise<T> {
  for (let left = TRIES; ; left--) {
    try {
      return await attempt();
    } catch (error) {
      if (left <= 1 || causeOf(error) !== "busy") throw error;
      await pause(PAUSE_MS);
    }
  }
}

function rollBack(index: IndexFile): void {
  try {
    index.connection.exec("ROLLBACK");
  } catch {
    // SQLite has already rolled back by itself, as it does when the disk is full.
  }
}
