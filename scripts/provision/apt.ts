/** Installs Debian packages when we may (root, or sudo without a password); otherwise says in one line what to run. */
import { run } from "../process/children.ts";

/** How to become root here: no words, "sudo -n", or not at all. */
async function asRoot(): Promise<readonly string[] | undefined> {
  if (process.getuid?.() === 0) return [];
  const { ok } = await run("sudo", ["-n", "true"]);
  return ok ? ["sudo", "-n"] : undefined;
}

async function isInstalled(name: string): Promise<boolean> {
  const { ok, text } = await run("dpkg", ["--status", name]);
  return ok && text.includes("Status: install ok installed");
}

/** Those of `names` that dpkg does not know as installed. */
export async function missingPackages(names: readonly string[]): Promise<string[]> {
  const installed = await Promise.all(names.map(isInstalled));
  return names.filter((_, index) => installed[index] === false);
}

/** Throws, with the command to run, when it is not possible. `purpose` completes "needed to …". */
export async function installPackages(names: readonly string[], purpose: string): Promise<void> {
  const missing = await missingPackages(names);
  if (missing.length === 0) return;
  const command = `apt-get install -y ${missing.join(" ")}`;
  const apt = await run("apt-get", ["--version"]);
  const prefix = apt.ok ? await asRoot() : undefined;
  if (prefix === undefined) {
    throw new Error(`${missing.join(", ")}: not installed, and needed to ${purpose}. Run: sudo ${command}`);
  }
  console.log(`Installing ${missing.join(" ")} (needed to ${purpose}) …`);
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  const [first, ...rest] = [...prefix, "apt-get"];
  if (first === undefined) return;
  const update = await run(first, [...rest, "update", "-qq"], { env });
  const install = await run(first, [...rest, "install", "-y", "-qq", "--no-install-recommends", ...missing], { env });
  if (!install.ok) {
    throw new Error(`${command} failed:\n${update.ok ? "" : `${update.text}\n`}${install.text.slice(-2000)}`);
  }
}
