/** What stands on a terminal after a program has written to it: lines, cursor movement and erasing, without colours. */

export function screenOf(written: string): readonly string[] {
  const lines: string[] = [""];
  let [row, column] = [0, 0];
  const line = (): string => lines[row] ?? "";
  const put = (text: string): void => {
    const before = line().padEnd(column);
    lines[row] = before.slice(0, column) + text + before.slice(column + text.length);
    column += text.length;
  };
  for (const [token, csi, final] of written.matchAll(/\u001b\[([0-?]*)([@-~])|\r|\n|[^\u001b\r\n]+|\u001b./g)) {
    const count = Number(csi?.replace(/\D/g, "") || 1);
    if (token === "\r") column = 0;
    else if (token === "\n") {
      row += 1;
      if (lines[row] === undefined) lines[row] = "";
    } else if (final === undefined) {
      if (!token.startsWith("\u001b")) put(token);
    } else if (final === "A") row = Math.max(0, row - count);
    else if (final === "B") row += count;
    else if (final === "G") column = count - 1;
    else if (final === "K") lines[row] = csi === "2" ? "" : line().slice(0, column);
    else if (final === "J") {
      lines[row] = line().slice(0, column);
      lines.length = row + 1;
    } else if (!"mhl".includes(final)) throw new Error(`an unknown control sequence: ${JSON.stringify(token)}`);
  }
  return lines.map((text) => text.trimEnd());
}
