/** Languages of cells: as the notebook's files name them, and as VS Code does. */
import type { CellLanguage } from "../../core/notebook/model.ts";
import { PROMPT_LANGUAGE } from "../names.ts";

export function toLanguageId(language: CellLanguage): string {
  return language === "prompt" ? PROMPT_LANGUAGE : language;
}

/** A code cell in a language that notebooks do not have (pasted from elsewhere) is taken for Python. */
export function fromLanguageId(id: string, isMarkup: boolean): CellLanguage {
  if (isMarkup || id === "markdown") return "markdown";
  if (id === PROMPT_LANGUAGE) return "prompt";
  return id === "sql" ? "sql" : "python";
}
