/** What a cell showed, as a model can take it: text within a budget, pictures as pictures, the rest named. */
import { quoted } from "../../core/agent/result.ts";
import type { ImagePart } from "../../core/ai/model.ts";
import type { MimeItem, Output, TablePayload } from "../../core/outputs/model.ts";
import { TABLE_MIME } from "../../core/outputs/model.ts";
import type { ContentStore } from "../../core/store/model.ts";
import { sourceDigest } from "./digest.ts";

export interface OutputText {
  readonly text: string;
  readonly images: readonly ImagePart[];
  /** Characters of the whole text. */
  readonly total: number;
}

/** All that is needed of a store. */
export interface ReadsContent {
  readonly content: Pick<ContentStore, "read">;
}

export interface OutputBudget {
  readonly characters: number;
  readonly offset?: number;
  readonly images: number;
}

const PICTURE = /^image\/(png|jpeg|gif|webp)$/;
/** Providers refuse larger ones. */
const LARGEST_PICTURE = 3_500_000;

export async function outputText(
  outputs: readonly Output[],
  store: ReadsContent,
  budget: OutputBudget,
): Promise<OutputText> {
  const parts: string[] = [];
  const images: ImagePart[] = [];
  for (const output of outputs) {
    switch (output.type) {
      case "stream":
        parts.push(output.name === "stderr" ? `[stderr]\n${output.text}` : output.text);
        break;
      case "error": {
        const { name, message, traceback, line } = output.error;
        const where = line === undefined ? "" : ` at line ${line}`;
        parts.push(`[error ${name}${where}: ${message}]\n${traceback}`);
        break;
      }
      case "display":
        parts.push(await displayText(output.data, store, images, budget.images));
        break;
      default:
        output satisfies never;
    }
  }
  const whole = parts
    .map((part) => part.replace(/\n$/, ""))
    .filter((part) => part !== "")
    .join("\n");
  const from = budget.offset ?? 0;
  const cut = whole.slice(from, from + budget.characters);
  return { text: cut, images, total: whole.length };
}

/** Between marks, with what was left out said. */
export function quotedOutput(cell: string, output: OutputText, offset = 0): string {
  const end = offset + output.text.length;
  const left =
    end < output.total || offset > 0
      ? `\nShown are the characters ${offset} to ${end} of ${output.total}; strata_read_output with an offset gives the others.`
      : "";
  return `${quoted(`output of ${cell}`, output.text, sourceDigest(output.text))}${left}`;
}

async function displayText(
  data: readonly MimeItem[],
  store: ReadsContent,
  images: ImagePart[],
  limit: number,
): Promise<string> {
  const lines: string[] = [];
  for (const item of data) {
    if (PICTURE.test(item.mime)) {
      const picture = await pictureOf(item, store);
      if (picture !== undefined && images.length < limit) {
        images.push(picture);
        lines.push(`[picture ${images.length}: ${item.mime}${digestOf(item)}]`);
      } else lines.push(`[a picture, ${item.mime}${digestOf(item)}, not attached]`);
    } else if (item.mime === TABLE_MIME) {
      const table = await textOf(item, store);
      if (table !== undefined) lines.push(describeTable(table));
    }
  }
  const plain = data.find((item) => item.mime === "text/plain") ?? data.find((item) => item.mime.startsWith("text/"));
  const text = plain === undefined ? undefined : await textOf(plain, store);
  // The plain twin of a picture is only its class name.
  if (text !== undefined && !(lines.some((line) => line.startsWith("[picture")) && text.length < 80)) lines.push(text);
  if (lines.length === 0) lines.push(`[${data.map((item) => item.mime).join(", ")}]`);
  return lines.join("\n");
}

export function describeTable(payload: string): string {
  try {
    const { shape, rows, columns, source } = JSON.parse(payload) as TablePayload;
    const listed = columns.slice(0, 40).map(({ name, dtype, index }) => `${name}: ${dtype}${index ? " (index)" : ""}`);
    const more = columns.length > 40 ? `, and ${columns.length - 40} more` : "";
    const size = shape.length > 0 ? shape.join(" × ") : `${rows} rows`;
    return `[table, ${source}, ${size}; columns ${listed.join(", ")}${more}]`;
  } catch {
    return "[table]";
  }
}

export async function textOf(item: MimeItem, store: ReadsContent): Promise<string | undefined> {
  if ("text" in item) return item.text;
  const bytes = await store.content.read(item.digest);
  return bytes === undefined ? undefined : new TextDecoder().decode(bytes);
}

async function pictureOf(item: MimeItem, store: ReadsContent): Promise<ImagePart | undefined> {
  if ("text" in item) return { type: "image", mime: item.mime, data: item.text };
  if (item.bytes > LARGEST_PICTURE) return undefined;
  const bytes = await store.content.read(item.digest);
  return bytes === undefined
    ? undefined
    : { type: "image", mime: item.mime, data: Buffer.from(bytes).toString("base64") };
}

function digestOf(item: MimeItem): string {
  return "digest" in item ? `, artifact ${item.digest.slice(0, 12)}` : "";
}
