/** The project's own folder, wherever a script is called from. */
import { resolve } from "node:path";

export const root = resolve(import.meta.dirname, "..");
