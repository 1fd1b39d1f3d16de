/**
 * Process-wide settings and the outside world, followed from cell to cell beside the names.
 * A component is "random", "numpy.random", "pandas.options", …: its first word is the module it belongs to.
 */
import type { CellId } from "../notebook/model.ts";
import type { Digest } from "../outputs/model.ts";
import type { CellRecord, DefinitionSource, Observation } from "../store/model.ts";
import type { Carried } from "./inputs.ts";

/** Never changed in place: a cell that changes something has others below it, so that those who find the same ones can tell. */
export interface Surroundings {
  /** Component → the state that cells above have left. */
  readonly ambient: ReadonlyMap<string, { readonly digest: Digest; readonly cell: CellId; readonly carried?: Carried }>;
  /** Cells above that have yet to run and may change settings of these modules. */
  readonly unsettled: readonly { readonly cell: CellId; readonly modules: readonly string[] }[];
  /** The last cell above that has yet to run and looks as if it touches files or other processes. */
  readonly outside: CellId | undefined;
  /** The last of those that may change them. */
  readonly writer: CellId | undefined;
  /** The last cell above that has yet to run and looks as if a library draws from numpy's generator for it. */
  readonly draws: CellId | undefined;
  /** The last cell above that has yet to run and may load or change a module of the user's own. */
  readonly modules: CellId | undefined;
  /** The last cell above that has yet to run and stores into a library. */
  readonly patcher: CellId | undefined;
}

/** Above the first cell. */
export const NO_SURROUNDINGS: Surroundings = {
  ambient: new Map(),
  unsettled: [],
  outside: undefined,
  writer: undefined,
  draws: undefined,
  modules: undefined,
  patcher: undefined,
};

const OUTSIDE =
  /\b(open\w*|read\w*|load\w*|memmap|fromfile|tofile|genfromtxt|\w*(File|Store|Writer|Dataset|Reader)|cache\w*|sql|extractall|make_archive|unpack_archive|executemany|executescript|write\w*|save\w*|dump\w*|to_[a-z]\w*|scan_\w+|sink_\w+|Path|glob|rglob|listdir|scandir|iterdir|walk|l?exists|getsize|get[mac]time|samefile|readlink|islink|is_symlink|access|isfile|isdir|is_file|is_dir|l?stat|touch|mkdir|makedirs|remove|unlink|rename|replace|rmtree|copy\w*|move|connect|execute|request|get|post|urlopen|urlretrieve|run|Popen|system|check_call|check_output|imread|imwrite|savefig)\s*\(/;

/** Calls among those that only look, as they are written: `open` with no mode or one to read. */
const LOOKS = new RegExp(
  [
    String.raw`\b(?:read_(?!sql)\w+|read(?:lines?|all)?|scan_\w+|load|loadtxt|genfromtxt|fromfile|imread|Path|glob|rglob|listdir|scandir|iterdir|walk|l?exists|getsize|get[mac]time|samefile|readlink|islink|is_symlink|access|isfile|isdir|is_file|is_dir|l?stat)\s*(?=\()`,
    String.raw`(?<![\w.])(?:(?:gzip|bz2|lzma|io)\.)?open\s*(?=\(\s*[^,()]*(?:,\s*(?:mode\s*=\s*)?["'](?:r|rb|rt|br)["'])?(?:,\s*(?:encoding|newline|errors)\s*=\s*["'][^"']*["'])*\s*\))`,
  ].join("|"),
  "g",
);

const WRITES =
  /\b(write\w*|save\w*|dump|to_(csv|parquet|json|pickle|excel|feather|sql|html|hdf|file)|sink_\w+|mkdir|unlink|touch|savefig|imwrite|Popen|check_call|check_output)\s*\(|\b(os\.(remove|rename|replace|makedirs|system|mkdir)|shutil\.\w+|subprocess\.\w+)\s*\(|\bopen\([^)\n]*["'][rb+]*[wax]/;

/** Libraries draw from `numpy.random` without the text saying so. */
const DRAWS =
  /\b(sample|shuffle\w*|permutation\w*|choices?|bootstrap\w*|rvs|resample|fit\w*|split|train_test_split|cross_\w+|make_\w+|jitter|stripplot|swarmplot|lineplot|barplot|pointplot|regplot)\s*\(/;

/** Does the text look as if it draws from a generator that a cell above has seeded? Such cells keep their order. */
export function drawsRandomly(code: string, reached: readonly DefinitionSource[], surroundings: Surroundings): boolean {
  if (!isSeeded(surroundings)) return false;
  return DRAWS.test(code) || reached.some((definition) => DRAWS.test(definition.source));
}

/** May a cell above have seeded numpy's generator? */
export function isSeeded(surroundings: Surroundings): boolean {
  return (
    surroundings.ambient.has("numpy.random") ||
    surroundings.unsettled.some(({ modules }) => modules.some((module) => module.startsWith("numpy")))
  );
}

export function looksRandom(text: string): boolean {
  return DRAWS.test(text);
}

/** Of a whole module, only what surely writes counts: it has many functions, and a cell calls few of them. */
export function looksWriting(text: string): boolean {
  return WRITES.test(text);
}

/** Does the text look as if it reads or writes files, or talks to other processes? */
export function touchesOutside(code: string, reached: readonly DefinitionSource[]): boolean {
  return OUTSIDE.test(code) || reached.some((definition) => OUTSIDE.test(definition.source));
}

/** And as if it did more than look? Cells that only look keep their order with those that do not, and not with each other. */
export function mayWrite(code: string, reached: readonly DefinitionSource[]): boolean {
  return touchesOutside(
    code.replace(LOOKS, ""),
    reached.map((definition) => ({ ...definition, source: definition.source.replace(LOOKS, "") })),
  );
}

export function isOutsideObservation(observation: Observation): boolean {
  return observation.kind !== "ambient" && observation.kind !== "environ";
}

/** The unrun cell above, if any, whose settings an ambient observation may depend on. */
export function unsettledFor(component: string, surroundings: Surroundings): CellId | undefined {
  if (component.startsWith("module:")) return surroundings.modules;
  if (component === "numpy.random" && surroundings.draws !== undefined) return surroundings.draws;
  const module = component.split(".")[0];
  return surroundings.unsettled.find((entry) => entry.modules.some((name) => name.split(".")[0] === module))?.cell;
}

/** What a component's state is at this point; null when no cell above has set it. */
export function ambientDigest(component: string, surroundings: Surroundings): Digest | null {
  return surroundings.ambient.get(component)?.digest ?? null;
}

/** A finished cell leaves its settings to the cells below. */
export function withAmbient(surroundings: Surroundings, record: CellRecord, cell: CellId): Surroundings {
  const left = Object.entries(record.ambient);
  if (left.length === 0) return surroundings;
  const ambient = new Map(surroundings.ambient);
  for (const [component, digest] of left) {
    const value = component.includes(":") ? record.values.find((entry) => entry.digest === digest) : undefined;
    const carried = value && { needs: value.needs, definitions: record.definitions };
    ambient.set(component, carried === undefined ? { digest, cell } : { digest, cell, carried });
  }
  return { ...surroundings, ambient };
}
