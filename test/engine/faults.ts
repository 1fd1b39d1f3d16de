/** Ways to break the engine and the harness, one line each: what the random histories must find. */

export interface Fault {
  readonly what: string;
  /** From the project's folder. */
  readonly file: string;
  /** Text of the file, and what stands in its place while it is broken. */
  readonly from: string;
  readonly to: string;
}

const plan = (file: string, what: string, from: string, to: string): Fault => ({
  what,
  file: `extension/core/plan/${file}.ts`,
  from,
  to,
});
const harness = (file: string, what: string, from: string, to: string): Fault => ({
  what,
  file: `python-harness/strata_harness/${file}.py`,
  from,
  to,
});
const KEY = "extension/core/recipe/key.ts";
const OBSERVER = "extension/host/observe/observer.ts";

export const FAULTS: readonly Fault[] = [
  // What a cell waits for.
  plan(
    "bind",
    "settings that a cell above may change are not waited for",
    "if (modules.length > 0) around",
    "if (false) around",
  ),
  plan("bind", "modules that a cell above may change are not waited for", "around({ modules: cell.id });", ""),
  plan("bind", "a cell with `exec` that has yet to run is not waited for", "walk.dynamic = cell.id;", "{}"),
  plan(
    "bind",
    "files that a cell above may change are not waited for",
    "around({ outside: cell.id, writer: cell.id });",
    "{}",
  ),
  plan("bind", "what a cell above may store into a library is not waited for", "around({ patcher: cell.id });", "{}"),
  plan(
    "waits",
    "a value that a cell above may change is believed",
    "slot.doubt !== undefined) {\n      waits",
    "false) {\n      waits",
  ),
  plan(
    "waits",
    "a value of which a cell above may keep a part is believed",
    "slot.linker !== undefined) {",
    "false) {",
  ),
  // What a name means.
  plan(
    "bind",
    "a deleted name goes on to be known",
    "for (const name of [...record.deleted, ...gone])",
    "for (const name of [])",
  ),
  plan("bind", "a changed value keeps its old identity", "if (variable.unchanged && before", "if (before"),
  plan("bind", "the names of one group have one key", "value.variables.length > 1 ?", "false ?"),
  plan(
    "inputs",
    "names that a function's body looks up do not come along",
    "Object.assign(definitions, slot.table);\n      for (const source of Object.values(slot.table)) {\n        reach(source);\n        for (const late of source.late)",
    "Object.assign(definitions, slot.table);\n      for (const source of Object.values(slot.table)) {\n        reach(source);\n        for (const late of [])",
  ),
  plan(
    "inputs",
    "names that share memory with one that may change come along too late",
    "for (const other of siblings(name, slot, above)) queue",
    "for (const other of []) queue",
  ),
  plan(
    "definitions",
    "a definition's hash leaves out its defaults' values",
    "early.map(({ name, ref }) => [name, ref]),",
    "early.map(({ name }) => [name]),",
  ),
  // What a key is made of.
  {
    what: "an input is left out of the key",
    file: KEY,
    from: "components.inputs.map(",
    to: "components.inputs.slice(1).map(",
  },
  {
    what: "numbers in a cell's text do not count",
    file: KEY,
    from: "components.language, components.code,",
    to: 'components.language, components.code.replace(/\\d/g, ""),',
  },
  // What a result is believed on.
  plan("lookup", "a changed file is not asked about", "if (!outside) continue;", "continue;"),
  { what: "a changed file holds", file: OBSERVER, from: "return checkFile(seen, finishedAt);", to: "return HOLDS;" },
  {
    what: "a file that was missing and is there now holds",
    file: OBSERVER,
    from: 'return lookUp(locate(seen.path)) === "missing" ? HOLDS',
    to: "return true ? HOLDS",
  },
  {
    what: "what was asked about a file is not asked again",
    file: OBSERVER,
    from: "return checkAsked(locate(seen.path), seen);",
    to: "return HOLDS;",
  },
  {
    what: "a changed folder holds",
    file: OBSERVER,
    from: "return checkFolder(locate(seen.path), seen);",
    to: "return HOLDS;",
  },
  plan(
    "lookup",
    "settings are not compared",
    "if (now !== observation.digest)",
    'if (now !== observation.digest && observation.component.includes(":"))',
  ),
  plan(
    "lookup",
    "the state of modules is not compared",
    "if (now !== observation.digest)",
    'if (now !== observation.digest && !observation.component.startsWith("module:"))',
  ),
  plan(
    "memory",
    "a kept plan is believed without asking the store and the disk again",
    "if (!entry.asked.every(({ ask, answer }) => ask(world) === answer)) return false;",
    "",
  ),
  plan(
    "memory",
    "a kept plan is believed though a name means something else",
    "for (const [name, slot] of entry.read) if (names.get(name) !== slot) return false;",
    "",
  ),
  plan(
    "memory",
    "a kept plan is believed though settings changed",
    "if (entry.surroundings !== walk.surroundings ||",
    "if (",
  ),
  // What a cell hands on.
  harness(
    "outputs",
    "a change in place is not stored as the cell's output",
    "            changed.add(name)\n        else:",
    "            same.add(name)\n        else:",
  ),
  harness(
    "outputs",
    "the state of a definition changed in its own cell is lost",
    " and definitions.delta(own[name]) is None:",
    ":",
  ),
  harness("sharing", "values that share memory are stored apart", "if mutable[key]:", "if False:"),
  harness(
    "sharing",
    "functions that share a closure's variables are stored apart",
    "if kind is types.CellType:\n        return True",
    "if kind is types.CellType:\n        return False",
  ),
  // What a cell is given.
  harness(
    "ambient",
    "the settings of cells above are not put back",
    "                if digest is not None:\n",
    "                if digest is not None and component.generator:\n",
  ),
  harness(
    "ambient",
    "a generator's state is not put back",
    "                if digest is not None:\n",
    "                if digest is not None and not component.generator:\n",
  ),
  harness("components", "`os.environ` is not handed on", '    os.environ.update(state["set"])', "    pass"),
  harness(
    "components",
    "what was taken out of `os.environ` is there again",
    '    for name in state["removed"]:\n        os.environ.pop(name, None)',
    "    pass",
  ),
];
