/** Finds code blocks in Markdown while it streams, so that a button can stand right behind each. */

export interface CodeBlock {
  readonly language: string;
  readonly code: string;
}

export type BlockPart =
  | { readonly type: "text"; readonly text: string }
  | { readonly type: "block"; readonly block: CodeBlock };

export interface BlockReader {
  /** What may be shown now, in order: all text, and each block once it is closed. */
  feed(text: string): readonly BlockPart[];
  end(): readonly BlockPart[];
}

const FENCE = /^ {0,3}(`{3,}|~{3,})\s*([\w+-]*)[^\n]*$/;

export function readBlocks(): BlockReader {
  let line = "";
  let open: { readonly fence: string; readonly language: string; readonly lines: string[] } | undefined;

  const close = (): readonly BlockPart[] => {
    const match = FENCE.exec(line);
    if (open === undefined) {
      if (match?.[1] !== undefined) open = { fence: match[1], language: match[2] ?? "", lines: [] };
      return [];
    }
    const ends = match?.[1]?.startsWith(open.fence) === true && match[2] === "";
    if (!ends) {
      open.lines.push(line);
      return [];
    }
    const block = { language: open.language, code: open.lines.join("\n") };
    open = undefined;
    return [{ type: "block", block }];
  };

  return {
    feed(text) {
      const parts: BlockPart[] = [];
      let shown = 0;
      for (let at = 0; at < text.length; at++) {
        if (text[at] !== "\n") {
          line += text[at];
          continue;
        }
        const closed = close();
        line = "";
        if (closed.length === 0) continue;
        parts.push({ type: "text", text: text.slice(shown, at + 1) }, ...closed);
        shown = at + 1;
      }
      if (shown < text.length) parts.push({ type: "text", text: text.slice(shown) });
      return parts;
    },
    end() {
      const closed = close();
      line = "";
      return closed.length === 0 ? [] : [{ type: "text", text: "\n" }, ...closed];
    },
  };
}
