/**
 * The keys that stored results are signed with. Everybody has one, made at first use and kept in the user's own state
 * folder, never in a notebook's; people who share a store may share a team's key as well.
 */
import { createHash, createSecretKey, type KeyObject, randomBytes, randomUUID } from "node:crypto";
import {
  chmodSync,
  existsSync,
  linkSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { homedir } from "node:os";
import { isAbsolute, join } from "node:path";
import { messageOf, systemCode } from "../../core/thrown.ts";
import type { StoreProblem } from "./problem.ts";

export interface StoreKeys {
  /** Signs what is written from now on. */
  readonly signing: KeyObject;
  /** Whose results are believed; `signing` is among them. */
  readonly accepted: readonly KeyObject[];
}

export interface KeyOptions {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** File with a team's key; `STRATA_STORE_KEY` and `STRATA_STORE_KEY_FILE` come first. */
  readonly teamKeyFile?: string | undefined;
  readonly platform?: NodeJS.Platform;
  readonly onProblem: (problem: StoreProblem) => void;
}

const KEY_FILE = "store-key";
const KEY = /^[0-9a-f]{64}\n$/;
/** Shorter is a password that can be guessed. */
const LEAST_TEAM_KEY = 16;

export function loadKeys(options: KeyOptions): StoreKeys {
  const own = userKey(options);
  const team = teamKey(options);
  return team === undefined ? { signing: own, accepted: [own] } : { signing: team, accepted: [team, own] };
}

/** Where this user's programs keep what is theirs from run to run. */
export function stateFolder(env: KeyOptions["env"], platform: NodeJS.Platform = process.platform): string {
  const home = env.HOME || homedir();
  if (platform === "win32") return join(env.LOCALAPPDATA ?? join(home, "AppData", "Local"), "Strata");
  if (platform === "darwin") return join(home, "Library", "Application Support", "Strata");
  const state = env.XDG_STATE_HOME;
  // The specification of these folders says that a relative path is to be ignored: it would be in the notebook's.
  return join(state !== undefined && isAbsolute(state) ? state : join(home, ".local", "state"), "strata");
}

function userKey({ env, platform, onProblem }: KeyOptions): KeyObject {
  const folder = stateFolder(env, platform);
  const file = join(folder, KEY_FILE);
  try {
    const found = readKey(file, onProblem) ?? makeKey(folder, file);
    return createSecretKey(Buffer.from(found.trim(), "hex"));
  } catch (error) {
    onProblem({
      code: "key-unavailable",
      path: file,
      message: `The key that stored results are signed with cannot be kept in ${file} (${messageOf(error)}). Results of this session will be computed again next time. Make the folder writable, or set XDG_STATE_HOME to one that is.`,
    });
    return createSecretKey(randomBytes(32));
  }
}

function readKey(file: string, onProblem: (problem: StoreProblem) => void): string | undefined {
  let text: string;
  try {
    text = readFileSync(file, "latin1");
  } catch (error) {
    if (systemCode(error) === "ENOENT") return undefined;
    throw error;
  }
  if (KEY.test(text)) {
    closeToOthers(file);
    return text;
  }
  const aside = `${file}.damaged-${randomUUID().slice(0, 8)}`;
  renameSync(file, aside);
  onProblem({
    code: "key-damaged",
    path: file,
    message: `The key that stored results are signed with, ${file}, was damaged. It was renamed to ${aside} and a new one was made: cells will run again once. If you have a copy of the key, put it back.`,
  });
  return undefined;
}

/** Whoever can read the key can sign in the user's name. File systems without modes stay as they are. */
function closeToOthers(file: string): void {
  if ((statSync(file).mode & 0o077) === 0) return;
  try {
    chmodSync(file, 0o600);
  } catch {
    // Somebody else's file, shared on purpose by whoever set the machine up.
  }
}

/** Complete before it has its name, and one name for all: of several processes at once, the first one's key holds. */
function makeKey(folder: string, file: string): string {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const aside = `${file}-${randomUUID()}`;
  try {
    writeFileSync(aside, `${randomBytes(32).toString("hex")}\n`, { mode: 0o600, flag: "wx" });
    try {
      linkSync(aside, file);
    } catch (error) {
      // Somebody was first, or the file system has no hard links.
      if (systemCode(error) !== "EEXIST" && !existsSync(file)) renameSync(aside, file);
    }
  } finally {
    rmSync(aside, { force: true });
  }
  return readFileSync(file, "latin1");
}

function teamKey({ env, teamKeyFile, onProblem }: KeyOptions): KeyObject | undefined {
  const named = env.STRATA_STORE_KEY_FILE || teamKeyFile;
  let text = env.STRATA_STORE_KEY?.trim() ?? "";
  let source = "STRATA_STORE_KEY";
  let why = `it is shorter than ${LEAST_TEAM_KEY} characters`;
  if (text === "") {
    if (named === undefined || named === "") return undefined;
    source = named;
    try {
      text = readFileSync(named, "utf8").trim();
    } catch (error) {
      why = messageOf(error);
    }
  }
  if (text.length < LEAST_TEAM_KEY) {
    onProblem({
      code: "key-unavailable",
      path: source,
      message: `The key of the shared store in ${source} cannot be used: ${why}. Your own key is used instead, so results of others are not reused. Put a long random text there, the same for everybody who shares the store.`,
    });
    return undefined;
  }
  return createSecretKey(createHash("sha256").update(`strata.store.team-key.v1\n${text}`).digest());
}
