/** Entry point of the table renderer. */
import type { ActivationFunction } from "vscode-notebook-renderer";
import { outputs } from "../shared/outputs.ts";
import { installStyles } from "../shared/styles.ts";
import { createChannels } from "./channel.ts";
import { parsePayload } from "./payload.ts";
import { TABLE_STYLES } from "./styles.ts";
import { showTable, type TableState } from "./table.ts";

interface SavedState {
  /** By digest, the one used last at the end. */
  readonly tables: readonly (readonly [string, TableState])[];
}

const KEPT_STATES = 40;
const SAVE_AFTER_MS = 250;

export const activate: ActivationFunction<SavedState> = (context) => {
  installStyles(TABLE_STYLES);
  const channelOf = createChannels(context);
  const states = new Map<string, TableState>(context.getState()?.tables ?? []);
  let count = 0;
  let saving: ReturnType<typeof setTimeout> | undefined;

  function save(digest: string, state: TableState): void {
    states.delete(digest);
    states.set(digest, state);
    for (const oldest of states.keys()) {
      if (states.size <= KEPT_STATES) break;
      states.delete(oldest);
    }
    clearTimeout(saving);
    saving = setTimeout(() => context.setState({ tables: [...states] }), SAVE_AFTER_MS);
  }

  return outputs((item, element) => {
    const payload = parsePayload(item.json());
    return showTable(element, {
      id: `strata-table-${count++}`,
      payload,
      channel: channelOf(payload.digest),
      post: context.postMessage?.bind(context),
      state: states.get(payload.digest),
      save: (state) => save(payload.digest, state),
    });
  });
};
