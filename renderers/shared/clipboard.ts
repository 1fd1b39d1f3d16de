/** Text to the clipboard: the browser's own way first, then the extension's, where the web view may not. */
import { type CopyRequest, MESSAGE_VERSION } from "../../extension/core/outputs/messages.ts";

export async function copyText(text: string, post?: (message: unknown) => void): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    if (copyByEvent(text)) return true;
    if (!post) return false;
    const message: CopyRequest = { type: "copy", version: MESSAGE_VERSION, text };
    post(message);
    return true;
  }
}

/** The older way still works where the asynchronous clipboard is denied to a frame. */
function copyByEvent(text: string): boolean {
  let done = false;
  const listener = (event: ClipboardEvent) => {
    event.clipboardData?.setData("text/plain", text);
    event.preventDefault();
    event.stopImmediatePropagation();
    done = true;
  };
  document.addEventListener("copy", listener, { capture: true });
  try {
    document.execCommand("copy");
  } finally {
    document.removeEventListener("copy", listener, { capture: true });
  }
  return done;
}
