/**
 * One connection to the index's SQLite file, and the keyv driver over it. keyv's own driver for `node:sqlite` prepares
 * every statement anew, leaves `synchronous` at FULL and opens one connection per keyv instance; here two instances
 * share one connection, statements are prepared once, and whoever needs a transaction can have it.
 */
import { DatabaseSync, type SQLInputValue, type StatementSync } from "node:sqlite";
import { pathToFileURL } from "node:url";
import type { SqliteDriver } from "@keyv/sqlite";

export interface Connection {
  /** For `KeyvSqlite`; closing a keyv instance does not close the connection. */
  readonly driver: SqliteDriver;
  /** The text of one of keyv's rows, without waiting; null when there is none. */
  text(namespace: string, key: string): string | null;
  /** Changes when another connection has changed the file. */
  dataVersion(): number;
  /** Runs one statement that returns nothing. */
  exec(sql: string): void;
  /** Moves the log into the file, as far as nobody reads it. Waits for the disk. */
  settle(): void;
  close(): void;
}

/**
 * Short, because waiting blocks the event loop; the index tries again without blocking. Without any, most of the
 * writes of several processes at once would fail.
 */
const BUSY_MS = 250;
const STATEMENTS = 64;
/**
 * Pages of the log before it is moved into the file by a write, which then waits for the disk, and everything in this
 * process with it: up to a tenth of a second. So it is many, 32 MB, and `settle` moves them when nothing runs.
 */
const LOG_PAGES = 8192;
/** As `@keyv/sqlite` lays it out; what it expires is not ours. */
const SELECT = "SELECT value FROM keyv WHERE key = ? AND namespace = ?";

/** By the text: asking the statement for its columns needs a newer Node than the oldest supported editor has. */
const RETURNS_ROWS = /^\s*(SELECT|PRAGMA)\b|\bRETURNING\b/i;

interface Prepared {
  readonly statement: StatementSync;
  readonly returnsRows: boolean;
}

export type Access =
  | "write"
  /** For a medium that cannot be written: SQLite is told that nobody writes, because it cannot make the files to find out. */
  | "immutable";

/** Throws what SQLite throws. */
export function connect(file: string, access: Access = "write"): Connection {
  const db = access === "write" ? new DatabaseSync(file) : new DatabaseSync(immutable(file), { readOnly: true });
  let closed = false;
  const prepared = new Map<string, Prepared>();
  /** A plan asks for a thousand rows in a row: taking the locks for each would double what that costs. */
  let reading = false;
  let writing = false;

  function prepare(sql: string): Prepared {
    const known = prepared.get(sql);
    if (known !== undefined) return known;
    if (prepared.size >= STATEMENTS) prepared.clear();
    const statement = db.prepare(sql);
    const made = { statement, returnsRows: RETURNS_ROWS.test(sql) };
    prepared.set(sql, made);
    return made;
  }

  function startReading(): void {
    if (reading || writing || closed) return;
    prepare("BEGIN").statement.run();
    reading = true;
    setImmediate(endReading);
  }

  /** At the latest when this turn is over, and before anything else is done with the file, which is to see it as it is. */
  function endReading(): void {
    if (!reading) return;
    reading = false;
    try {
      if (!closed) prepare("COMMIT").statement.run();
    } catch {
      // SQLite has ended it by itself, as it does when it cannot read.
    }
  }

  try {
    db.exec(`PRAGMA busy_timeout = ${BUSY_MS}`);
    if (access === "write") {
      db.exec("PRAGMA journal_mode = WAL");
      // In WAL mode a power cut may lose the last transactions and nothing else, and a lost record is a miss.
      db.exec("PRAGMA synchronous = NORMAL");
      db.exec(`PRAGMA wal_autocheckpoint = ${LOG_PAGES}`);
    }
    // Opening reads nothing yet: a file that is no database shows itself here.
    db.prepare("SELECT count(*) FROM sqlite_master").get();
  } catch (error) {
    db.close();
    throw error;
  }

  return {
    driver: {
      name: "custom",
      async connect() {
        return {
          async query(sql: string, ...parameters: unknown[]) {
            if (access === "immutable" && sql.startsWith("CREATE")) return [];
            endReading();
            const { statement, returnsRows } = prepare(sql);
            const values = parameters as SQLInputValue[];
            if (returnsRows) return statement.all(...values);
            statement.run(...values);
            return [];
          },
          async close() {},
        };
      },
    },
    text(namespace, key) {
      startReading();
      const value = prepare(SELECT).statement.get(key, namespace)?.value;
      return typeof value === "string" ? value : null;
    },
    dataVersion() {
      endReading();
      return prepare("PRAGMA data_version").statement.get()?.data_version as number;
    },
    exec(sql) {
      endReading();
      // Of what ends a transaction it is the last word, also when there was none any more.
      if (!sql.startsWith("BEGIN")) writing = false;
      prepare(sql).statement.run();
      if (sql.startsWith("BEGIN")) writing = true;
    },
    settle() {
      endReading();
      if (access === "write") prepare("PRAGMA wal_checkpoint(PASSIVE)").statement.get();
    },
    close() {
      endReading();
      prepared.clear();
      if (!closed) db.close();
      closed = true;
    },
  };
}

function immutable(file: string): URL {
  const location = pathToFileURL(file);
  location.searchParams.set("immutable", "1");
  return location;
}
