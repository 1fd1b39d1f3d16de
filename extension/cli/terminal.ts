/** Text for a terminal: how wide it is, where lines break, and what a progress bar leaves behind. */

/** Columns to break lines at; undefined where nobody looks, as a program reads lines whole. */
export function columnsOf(stream: NodeJS.WriteStream): number | undefined {
  return isLive(stream) && stream.columns > 20 ? stream.columns : undefined;
}

/** A terminal on which lines can be drawn again. */
export function isLive(stream: NodeJS.WriteStream): boolean {
  return stream.isTTY === true && process.env.TERM !== "dumb";
}

/**
 * Breaks plain text between words. The first line starts at column `start`, the others at column `indent`; a word
 * that is longer than a line is left whole, because paths and digests are there to be copied.
 */
export function wrapped(text: string, options: { columns: number | undefined; start: number; indent: number }): string {
  const { columns, start, indent } = options;
  if (columns === undefined) return text;
  let column = start;
  let line = "";
  const lines: string[] = [];
  for (const word of text.split(" ")) {
    if (line !== "" && column + 1 + word.length > columns) {
      lines.push(line);
      line = word;
      column = indent + word.length;
    } else {
      column += word.length + (line === "" ? 0 : 1);
      line = line === "" ? word : `${line} ${word}`;
    }
  }
  return [...lines, line].join(`\n${" ".repeat(indent)}`);
}

/** What is to be seen of a text with carriage returns once it has been written: a progress bar's last state. */
export function settled(text: string): string {
  if (!text.includes("\r")) return text;
  return text
    .split("\n")
    .map((line) => {
      let seen = "";
      for (const part of line.split("\r")) seen = part + seen.slice(part.length);
      return seen;
    })
    .join("\n");
}

/** The last line that says something, on one line of at most so many characters, without control sequences. */
export function lastWords(text: string, length: number): string {
  const plain = text
    .replace(/\u001b\[[0-?]*[ -/]*[@-~]/g, "")
    .split(/[\r\n]/)
    .map((line) => line.replace(/[\u0000-\u001f\u007f]/g, " ").trim())
    .findLast((line) => line !== "");
  return shortened(plain ?? "", length);
}

export function shortened(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, Math.max(0, length - 1))}…`;
}
