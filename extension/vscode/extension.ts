/** The composition root: constructs the parts and registers them. What is heavy is loaded by the first notebook. */
import * as vscode from "vscode";
import { registerChat } from "./chat/register.ts";
import { registerClearCommand } from "./commands/clear.ts";
import { registerConfigurationCommand } from "./commands/configuration.ts";
import { registerExplainCommand } from "./commands/explain.ts";
import { registerExportCommand } from "./commands/export.ts";
import { registerFullLogCommand } from "./commands/full-log.ts";
import { registerNewCommand } from "./commands/new.ts";
import { registerNotebookFolders } from "./commands/notebook-folders.ts";
import { openOnStart, registerOpenCommand } from "./commands/open.ts";
import { registerPlanCommand } from "./commands/plan.ts";
import { registerRunCommands } from "./commands/run.ts";
import { registerController } from "./controller/controller.ts";
import { createRuns } from "./controller/runs.ts";
import { registerDiagnostics } from "./diagnostics/diagnostics.ts";
import { registerCellIds } from "./document/cell-ids.ts";
import { registerFileSystem } from "./document/file-system.ts";
import { registerFolderEditor } from "./document/folder-editor.ts";
import { createOpenNotebook } from "./document/open.ts";
import { registerSerializer } from "./document/serializer.ts";
import { registerEnvironmentItem } from "./environment/item.ts";
import { registerRunnerItem } from "./environment/runner-item.ts";
import { registerMessaging } from "./messaging/messaging.ts";
import { FOLDER_EDITOR, NOTEBOOK_TYPE } from "./names.ts";
import { registerOutputSync } from "./outputs/sync.ts";
import { createKeys } from "./prompts/keys.ts";
import { createWindowModels } from "./prompts/models.ts";
import { registerPrompts } from "./prompts/register.ts";
import { watchChangesOutside } from "./session/changes-outside.ts";
import { createHost } from "./session/host.ts";
import { rejoinKeptRuns } from "./session/rejoin.ts";
import { createSessions } from "./session/sessions.ts";
import { registerCellStatus } from "./status/provider.ts";
import { registerStoreCommand } from "./store/show.ts";

export async function activate(context: vscode.ExtensionContext): Promise<void> {
  const log = vscode.window.createOutputChannel("Strata", { log: true });
  const windowModels = createWindowModels(createKeys(context));
  const host = createHost(context, log, windowModels.models);
  const sessions = createSessions(host.openEngine, log);
  const open = createOpenNotebook();
  const runs = createRuns(log);
  const chat = registerChat(context, sessions, windowModels, log);
  context.subscriptions.push(
    log,
    host,
    sessions,
    runs,
    registerFileSystem(host.storedResults, log),
    registerSerializer(),
    registerCellIds(),
    registerFolderEditor(open),
    registerController(sessions, runs, context.extension.id),
    rejoinKeptRuns(sessions, runs, log),
    watchChangesOutside(sessions),
    registerOutputSync(sessions, runs.controllerFor, log),
    registerCellStatus(sessions),
    registerDiagnostics(sessions, log),
    registerEnvironmentItem(sessions),
    registerRunnerItem(sessions),
    registerMessaging(sessions, log),
    chat,
    registerOpenCommand(open),
    registerNotebookFolders(log),
    registerNewCommand(open),
    registerConfigurationCommand(sessions),
    registerRunCommands(sessions, runs),
    registerPlanCommand(sessions),
    registerExplainCommand(sessions),
    registerFullLogCommand(sessions),
    registerClearCommand(sessions),
    registerStoreCommand(sessions),
    registerExportCommand(sessions),
    windowModels,
    registerPrompts(context, sessions, windowModels),
  );
  void openOnStart(open);
  // VS Code waits with the first chat message until we are active (the "onCommand" events of package.json), and without a model refuses it.
  // It waits with a notebook, too, which comes first.
  if (!showsNotebook()) await chat.offered;
}

/** Whether a notebook of ours is open, or about to be. */
function showsNotebook(): boolean {
  const inputs = vscode.window.tabGroups.all.flatMap(({ tabs }) => tabs.map(({ input }) => input));
  return inputs.some(
    (input) =>
      (input instanceof vscode.TabInputNotebook && input.notebookType === NOTEBOOK_TYPE) ||
      (input instanceof vscode.TabInputCustom && input.viewType === FOLDER_EDITOR),
  );
}
