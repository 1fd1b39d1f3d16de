/** Rows as tab-separated text that spreadsheets paste as cells: fields with a tab, quote or line end are quoted. Pure. */
export function toTsv(rows: Iterable<readonly string[]>): string {
  const lines: string[] = [];
  for (const row of rows) lines.push(row.map(field).join("\t"));
  return lines.join("\n");
}

function field(text: string): string {
  return /[\t\n\r"]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
