/** Whether a folder can hold a store. Asked before a run, since cells hand their values to each other through it. */
import { accessSync, constants, mkdirSync } from "node:fs";
import { messageOf } from "../../core/thrown.ts";

/** Makes the folder when it is not there. Undefined when it can be written, else why not, in the system's words. */
export function whyUnusable(folder: string): string | undefined {
  try {
    mkdirSync(folder, { recursive: true });
    accessSync(folder, constants.W_OK);
    return undefined;
  } catch (error) {
    return messageOf(error);
  }
}
