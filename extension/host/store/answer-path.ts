/** Where answers of language models are kept: in a store's folder, beside the results, each by the hash of what was asked. */
import { join } from "node:path";

/** The layout's version is in the name, as it is in that of the folder of results. */
export function answersFolder(storeDir: string): string {
  return join(storeDir, "answers-v1");
}

export function answerPath(folder: string, request: string): string {
  return join(folder, request.slice(0, 2), `${request.slice(2)}.json`);
}
