/** Identifiers that package.json and the code must agree on. */

/** Notebook type, controller id and prefix of every command and setting. */
export const NOTEBOOK_TYPE = "strata";

/** Scheme of the virtual files that stand for notebook folders. */
export const SCHEME = "strata";

/** View type of the custom editor that turns notebook.toml into the notebook. */
export const FOLDER_EDITOR = "strata.folder";

/** The file that makes a folder a notebook. */
export const CONFIG_FILE = "notebook.toml";

/** Language of prompt cells; `prompt` alone belongs to another extension. */
export const PROMPT_LANGUAGE = "strata-prompt";

/** What the controller runs or knows how to refuse, in the order of the language picker. */
export const CELL_LANGUAGES: readonly string[] = ["python", "sql", PROMPT_LANGUAGE];
