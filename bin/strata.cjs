#!/usr/bin/env node
/**
 * The command `strata`: the bundle in dist/. In a clone, where there is none yet, it is built first.
 * Written so that an old Node.js can read it, and say that it is too old.
 */
const { spawnSync } = require("node:child_process");
const { existsSync } = require("node:fs");
const { join } = require("node:path");

const [major, minor] = process.versions.node.split(".").map(Number);
if (major < 22 || (major === 22 && minor < 13)) {
  console.error(`strata needs Node.js 22.13 or newer, and this is ${process.versions.node}.`);
  console.error("Install a newer one, or lend it one for this command: npx -p node@24 -p strata-notebook strata …");
  process.exit(2);
}

// node:sqlite warns that it is experimental, which is ours to know and not the user's to read at every call.
const warn = process.emitWarning;
process.emitWarning = (warning, ...rest) => {
  if (!String(warning).includes("SQLite is an experimental feature")) warn.call(process, warning, ...rest);
};

const bundle = join(__dirname, "../dist/cli.cjs");
if (!existsSync(bundle)) {
  // stdout belongs to the command: it may be read by a program.
  const built = spawnSync(process.execPath, [join(__dirname, "../scripts/build.ts")], { stdio: ["ignore", 2, 2] });
  if (built.status !== 0) process.exit(2);
}
require(bundle);
