/**
 * Keeps what was learnt from the footers of the tables last looked at, so that scrolling reads only rows.
 * Paths name content by digest, so a file never changes under its path; a file that cannot be read is not remembered.
 */
import { isTableFault, type TableFault, type TableFile } from "./model.ts";
import { openTable } from "./table-file.ts";

export interface TableCache {
  open(path: string): Promise<TableFile | TableFault>;
}

export function tableCache(limit = 32): TableCache {
  const known = new Map<string, Promise<TableFile | TableFault>>();
  return {
    async open(path) {
      const earlier = known.get(path);
      const opening = earlier ?? openTable(path);
      // The order of a map is the order of insertion: the least recently used table comes first.
      known.delete(path);
      known.set(path, opening);
      for (const oldest of known.keys()) {
        if (known.size <= limit) break;
        known.delete(oldest);
      }
      const file = await opening;
      if (isTableFault(file) && known.get(path) === opening) known.delete(path);
      return file;
    },
  };
}
