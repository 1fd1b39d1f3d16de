/**
 * Problems where the user will look for them: annotations and missing names on the lines of the cells, everything about
 * notebook.toml on that file. Derived again with the statuses, after each pause in typing.
 */
import * as vscode from "vscode";
import { parseTemplate } from "../../core/ai/template.ts";
import { BUILTIN_NAMES } from "../../core/analysis/builtins.ts";
import { parseAnnotations } from "../../core/notebook/annotations.ts";
import type { Cell, Problem } from "../../core/notebook/model.ts";
import { fileIn } from "../document/address.ts";
import type { Session } from "../session/session.ts";
import type { Sessions } from "../session/sessions.ts";
import { type MissingName, missingNames } from "./names.ts";

export function registerDiagnostics(sessions: Sessions, log: vscode.LogOutputChannel): vscode.Disposable {
  const collection = vscode.languages.createDiagnosticCollection("strata");
  /** What each notebook's diagnostics are on, for taking them away again. */
  const places = new Map<Session, readonly vscode.Uri[]>();

  const refresh = async (session: Session): Promise<void> => {
    const found = await diagnose(session);
    const uris = [...found.keys()].map((uri) => vscode.Uri.parse(uri));
    for (const old of places.get(session) ?? []) if (!found.has(old.toString())) collection.delete(old);
    for (const uri of uris) collection.set(uri, found.get(uri.toString()));
    places.set(session, uris);
  };
  const clear = (session: Session): void => {
    for (const uri of places.get(session) ?? []) collection.delete(uri);
    places.delete(session);
  };
  return vscode.Disposable.from(
    collection,
    sessions.onDidRefresh((session) => {
      refresh(session).catch((error: unknown) => log.error(`Problems of ${session.folder}: ${String(error)}`));
    }),
    sessions.onDidClose(clear),
  );
}

async function diagnose(session: Session): Promise<Map<string, vscode.Diagnostic[]>> {
  const { engine } = await session.opened();
  const { cells } = engine.notebook;
  const found = new Map<string, vscode.Diagnostic[]>();
  const add = (uri: vscode.Uri, diagnostic: vscode.Diagnostic): void => {
    diagnostic.source = "Strata";
    found.set(uri.toString(), [...(found.get(uri.toString()) ?? []), diagnostic]);
  };
  const place = (problem: Problem): vscode.Uri => {
    const cell =
      problem.cell !== undefined && problem.file.startsWith("cells/") ? session.cellById(problem.cell) : undefined;
    return cell?.document.uri ?? fileIn(session.folder, problem.file || "notebook.toml");
  };
  for (const problem of session.problems()) add(place(problem), ofProblem(problem));
  const named = cells.map((cell) => {
    const { annotations, problems } = parseAnnotations(cell.source);
    const document = session.cellById(cell.id)?.document;
    if (document && cell.language !== "markdown") {
      for (const problem of problems) add(document.uri, ofProblem(problem, document));
      for (const { key, line } of annotations.unknown) {
        add(
          document.uri,
          atLine(
            line,
            document,
            `“@${key}” is not a directive that Strata knows. It is kept, and has no effect.`,
            vscode.DiagnosticSeverity.Information,
          ),
        );
      }
    }
    const analysis = engine.analysis(cell.id);
    if (document && cell.language === "prompt") {
      for (const { line, message } of parseTemplate(cell.source, annotations.bodyLine).problems) {
        add(document.uri, atLine(line, document, message, vscode.DiagnosticSeverity.Error));
      }
    }
    for (const { line, problem, note } of document === undefined ? [] : (analysis?.magics ?? [])) {
      const { Error: error, Information: information } = vscode.DiagnosticSeverity;
      const text = problem?.replace(/^Line \d+: /, "") ?? note;
      if (text !== undefined && document !== undefined) {
        add(document.uri, atLine(line, document, text, problem === undefined ? information : error));
      }
    }
    const provides = [...cell.mounts, ...engine.notebook.mounts, ...annotations.mounts].map((mount) => mount.name);
    return { id: cell.id, cell, analysis: cell.language === "markdown" ? undefined : analysis, provides };
  });
  for (const missing of missingNames(named, BUILTIN_NAMES)) {
    const cell: Cell | undefined = cells.find((each) => each.id === missing.cell);
    const document = session.cellById(missing.cell)?.document;
    if (!document || (cell?.language !== "python" && cell?.language !== "prompt")) continue;
    const { line, column, name } = missing.use;
    const start = new vscode.Position(line - 1, utf16Column(document, line - 1, column));
    add(
      document.uri,
      new vscode.Diagnostic(
        new vscode.Range(start, start.translate(0, name.length)),
        missingMessage(missing, session),
        vscode.DiagnosticSeverity.Warning,
      ),
    );
  }
  return found;
}

function missingMessage(missing: MissingName, session: Session): string {
  const { name } = missing.use;
  if (missing.below !== undefined) {
    return `No cell above defines “${name}”. ${session.nameOf(missing.below)}, further down, does: move it up, or this cell down.`;
  }
  if (missing.similar !== undefined) return `No cell above defines “${name}”. Did you mean “${missing.similar}”?`;
  return `No cell above defines “${name}”.`;
}

function ofProblem(problem: Problem, document?: vscode.TextDocument): vscode.Diagnostic {
  const severity = problem.severity === "error" ? vscode.DiagnosticSeverity.Error : vscode.DiagnosticSeverity.Warning;
  const diagnostic = atLine(problem.line ?? 1, document, problem.message, severity);
  diagnostic.code = problem.code;
  return diagnostic;
}

/** The whole text of a line when the document is there to ask. */
function atLine(
  line: number,
  document: vscode.TextDocument | undefined,
  message: string,
  severity: vscode.DiagnosticSeverity,
): vscode.Diagnostic {
  const index = Math.max(0, line - 1);
  const range =
    document && index < document.lineCount
      ? document.lineAt(index).range
      : new vscode.Range(index, 0, index, Number.MAX_SAFE_INTEGER);
  return new vscode.Diagnostic(range, message, severity);
}

/** The analysis counts columns in the encoding of its parser: UTF-16 units, as VS Code does; a line that is shorter now ends it. */
function utf16Column(document: vscode.TextDocument, line: number, column: number): number {
  return line < document.lineCount ? Math.min(column, document.lineAt(line).text.length) : column;
}
