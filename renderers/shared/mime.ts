/** The type of what an item holds, whichever name it came under. */
import { PRIVATE_MIME } from "../../extension/core/outputs/private-mime.ts";

const PUBLIC_MIME: ReadonlyMap<string, string> = new Map(
  Object.entries(PRIVATE_MIME).map(([standard, own]) => [own, standard]),
);

/** "application/vnd.strata.text.html" → "text/html"; any other type is returned as it is. */
export function publicMime(mime: string): string {
  return PUBLIC_MIME.get(mime) ?? mime;
}
