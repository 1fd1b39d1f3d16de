/** The tables of notebook.toml that configure cells: env, mounts, workers, connections. */
import type { Connection, Mount, WorkerSpec } from "./model.ts";
import { type Reader, readArray, readString, readStrings, readTable, report } from "./reader.ts";
import { isSecretName } from "./secrets.ts";
import { plainTable, type TomlTable, type TomlValue } from "./toml.ts";

export const WORKER_NAME = /^[a-zA-Z0-9][a-zA-Z0-9._-]*$/;
export const MOUNT_NAME = /^[a-zA-Z_][a-zA-Z0-9_]*$/;
const CONNECTION_KEYS = ["driver", "auth", "options"];

export function readEnv(reader: Reader, table: TomlTable): Readonly<Record<string, string>> {
  const entries = readTable(reader, table, "env");
  const env = readStrings(reader, entries, `${reader.where}, env`);
  for (const [name, value] of Object.entries(env)) {
    if (value === "" || !isSecretName(name)) continue;
    const line = entries?.entries.get(name)?.line;
    const message = `${reader.where}: env \`${name}\` looks like a secret, and its value stands in notebook.toml, where git would keep it. Replace the value by "" and supply it when the notebook runs.`;
    report(reader, "secret-in-toml", line, message, "warning");
  }
  return env;
}

export function readMounts(reader: Reader, table: TomlTable): readonly Mount[] {
  const mounts: Mount[] = [];
  for (const item of readArray(reader, table, "mounts")) {
    const mount = readMount(reader, item, mounts);
    if (mount !== undefined) mounts.push(mount);
  }
  return mounts;
}

function readMount(reader: Reader, item: TomlValue, earlier: readonly Mount[]): Mount | undefined {
  if (item.kind !== "table") {
    return void report(
      reader,
      "mount-malformed",
      item.line,
      `${reader.where}: a mount must be a table with \`name\` and \`uri\`. It is kept, but not used.`,
    );
  }
  const name = readString(reader, item, "name") ?? "";
  const inside = { ...reader, where: `${reader.where}, mount "${name}"` };
  if (!MOUNT_NAME.test(name)) {
    return void report(
      inside,
      "mount-name",
      item.line,
      `${inside.where}: the name becomes a Python variable, so it must match ${MOUNT_NAME.source}. It is kept, but not used, until you rename it.`,
    );
  }
  if (earlier.some((mount) => mount.name === name)) {
    return void report(
      inside,
      "mount-duplicate",
      item.line,
      `${inside.where}: a mount above has that name. The first one is used; rename or remove this one.`,
    );
  }
  const uri = readString(inside, item, "uri") ?? "";
  if (uri === "") {
    return void report(
      inside,
      "mount-uri",
      item.line,
      `${inside.where}: \`uri\` is missing. Add the folder or address that it stands for.`,
    );
  }
  const mode = readString(inside, item, "mode") ?? "ro";
  if (mode !== "ro" && mode !== "rw") {
    return void report(
      inside,
      "mount-mode",
      item.line,
      `${inside.where}: \`mode\` must be "ro" or "rw", not "${mode}". The mount is not used until you correct it.`,
    );
  }
  const pin = readString(inside, item, "pin");
  const options = readTable(inside, item, "options");
  return {
    name,
    uri,
    mode,
    ...(pin === undefined ? {} : { pin }),
    options: options === undefined ? {} : plainTable(options),
  };
}

export function readWorkers(reader: Reader, root: TomlTable): readonly WorkerSpec[] {
  const workers: WorkerSpec[] = [];
  for (const item of readArray(reader, root, "workers")) {
    const worker = readWorker(reader, item, workers);
    if (worker !== undefined) workers.push(worker);
  }
  return workers;
}

function readWorker(reader: Reader, item: TomlValue, earlier: readonly WorkerSpec[]): WorkerSpec | undefined {
  if (item.kind !== "table") {
    return void report(
      reader,
      "worker-malformed",
      item.line,
      "A worker must be a table with `name` and `backend`. It is kept, but not used.",
    );
  }
  const name = readString(reader, item, "name") ?? "";
  const inside = { ...reader, where: `Worker "${name}"` };
  if (!WORKER_NAME.test(name)) {
    return void report(
      inside,
      "worker-name",
      item.line,
      `${inside.where}: the name must match ${WORKER_NAME.source}. It is kept, but not used, until you rename it.`,
    );
  }
  if (earlier.some((worker) => worker.name === name)) {
    return void report(
      inside,
      "worker-duplicate",
      item.line,
      `${inside.where}: a worker above has that name. The first one is used; rename or remove this one.`,
    );
  }
  const backend = readString(inside, item, "backend");
  if (backend !== "local" && backend !== "executor") {
    const found = backend === undefined ? "missing" : `"${backend}"`;
    return void report(
      inside,
      "worker-backend",
      item.line,
      `${inside.where}: \`backend\` must be "local" or "executor"; it is ${found}. The worker is not used until you correct it.`,
    );
  }
  const runtimeId = readString(inside, item, "runtime_id");
  const config = readTable(inside, item, "config");
  return {
    name,
    backend,
    ...(runtimeId === undefined ? {} : { runtimeId }),
    config: config === undefined ? {} : plainTable(config),
  };
}

export function readConnections(reader: Reader, root: TomlTable): readonly Connection[] {
  const connections: Connection[] = [];
  for (const [name, table] of readTable(reader, root, "connections")?.entries ?? []) {
    const connection = readConnection({ ...reader, where: `[connections.${name}]` }, name, table);
    if (connection !== undefined) connections.push(connection);
  }
  return connections;
}

function readConnection(reader: Reader, name: string, table: TomlValue): Connection | undefined {
  if (table.kind !== "table") {
    return void report(
      reader,
      "connection-malformed",
      table.line,
      `${reader.where} must be a table with a \`driver\`. It is kept, but not used.`,
    );
  }
  if (!MOUNT_NAME.test(name)) {
    return void report(
      reader,
      "connection-name",
      table.line,
      `${reader.where}: the name must match ${MOUNT_NAME.source}. It is kept, but not used, until you rename it.`,
    );
  }
  const driver = readString(reader, table, "driver") ?? "";
  if (driver === "") {
    return void report(
      reader,
      "connection-driver",
      table.line,
      `${reader.where}: \`driver\` is missing. It is kept, but not used, until you say which driver it is for.`,
    );
  }
  const auth = readStrings(reader, readTable(reader, table, "auth"), `${reader.where}, auth`);
  const options = readTable(reader, table, "options");
  return {
    name,
    driver,
    auth,
    options: options === undefined ? {} : plainTable(options),
    settings: plainTable(table, CONNECTION_KEYS),
  };
}
