/** What our extension has said in its log, in all windows of a VS Code: for a failure that nobody can look at. */
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";

export async function extensionLog(userDataDir: string): Promise<string> {
  const logs = join(userDataDir, "logs");
  const all = await readdir(logs, { recursive: true });
  const files = all.filter((file) => file.endsWith("Strata.log")).sort();
  const texts = await Promise.all(files.map((file) => readFile(join(logs, file), "utf8")));
  return files.map((file, at) => `${file}\n${texts[at]?.slice(-4000)}`).join("\n");
}
