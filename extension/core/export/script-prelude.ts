/** What stands above the cells of an exported script. */
import type { Notebook } from "../notebook/model.ts";

export function docstring(notebook: Notebook): string {
  const name = notebook.name.replace(/[\\"]/g, "\\$&").replace(/\s+/g, " ").trim() || "Untitled";
  return `"""${name}: a Strata notebook as one Python file.

Each cell begins with a line \`# %%\`, with its name and id. Run it in the notebook's folder, with that folder on
PYTHONPATH and PYTHONHASHSEED=0, and it prints what the notebook's cells print. What a cell shows by its last expression
is not printed. Cells that wait at their top level are functions run in an event loop each.
"""`;
}

export const AWAIT_PRELUDE = `import asyncio as _strata_asyncio


def _strata_await(source):
    import ast

    code = compile(source, "<cell>", "exec", ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)
    waiting = eval(code, globals())
    if waiting is not None:
        _strata_asyncio.run(waiting)`;

/** In a notebook \`display\` shows things in the cell; a script has its standard output only. */
export const DISPLAY_PRELUDE = `def display(*values, **_options):
    for value in values:
        print(value)`;
