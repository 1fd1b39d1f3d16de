/**
 * The VSIX of this checkout, packed from a copy: packing makes a production build, and dist/ here belongs to whoever built it last.
 */
import { execFile } from "node:child_process";
import { cp, mkdtemp, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { run } from "../../../scripts/process/children.ts";
import { root } from "../../../scripts/root.ts";

/** Not needed for a package, and large. */
const left = new Set(["test", "test-output", "examples", "bench", ".git", ".cache"]);

export async function packCopy(vsix: string): Promise<void> {
  const copy = await mkdtemp(join(tmpdir(), "strata-pack-"));
  try {
    const listed = await promisify(execFile)("git", ["ls-files", "-co", "--exclude-standard", "-z"], {
      cwd: root,
      maxBuffer: 64 << 20,
    });
    const entries = new Set(listed.stdout.split("\0").flatMap((path) => path.split("/")[0] || []));
    for (const entry of entries) {
      if (left.has(entry)) continue;
      await cp(join(root, entry), join(copy, entry), {
        recursive: true,
        filter: (path) => !/__pycache__|node_modules/.test(path),
      });
    }
    await symlink(join(root, "node_modules"), join(copy, "node_modules"));
    const packed = await run(process.execPath, ["scripts/package.ts", vsix], { cwd: copy });
    if (!packed.ok) throw new Error(`The extension could not be packed:\n${packed.text}`);
  } finally {
    await rm(copy, { recursive: true, force: true });
  }
}
