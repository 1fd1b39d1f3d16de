/** Text as Python literals. */

/** A string literal on one line that means exactly this text. */
export function pythonString(text: string): string {
  // JSON's escapes are Python's too, except that Python has no pairs of surrogates: those stay as they are written.
  return JSON.stringify(text).replace(/[\u007f-\u009f\u2028\u2029]/g, (char) => {
    return `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`;
  });
}

/** A literal that keeps the text's lines where they are, when it can. */
export function pythonLines(text: string): string {
  const readable = !text.includes("'''") && !/[\\']$/.test(text) && !/[\r\u0000]/.test(text);
  return readable ? `r'''${text}'''` : pythonString(text);
}
