/** Which environment variables make one process start otherwise than another: the guest sets all others by itself. */

type Environ = Readonly<Record<string, string>>;

/** What Python and the dynamic loader read when a process starts. */
const START = /^(PYTHON|LD_|DYLD_|VIRTUAL_ENV|PATH$|HOME$|LANG$|LC_|MALLOC_|ASAN_)/;

/** Read by compiled libraries when they are loaded, where no Python code asks for them. */
const EARLY =
  /^(OMP_|OPENBLAS_|GOTO_|MKL_|KMP_|BLIS_|VECLIB_|NUMEXPR_|NUMBA_|MPL|ARROW_|TORCH_|CUDA_|TF_|XLA_|JAX_|TZ$)/;

/** Whether a process started with one of them is as one started with the other; `asked`: what libraries ask for as they load. */
export function startsAlike(
  one: Environ,
  other: Environ,
  asked: readonly string[],
  platform: NodeJS.Platform = process.platform,
): boolean {
  const [here, there] = platform === "win32" ? [inCapitals(one), inCapitals(other)] : [one, other];
  const names = [...Object.keys(here), ...Object.keys(there)].filter((name) => START.test(name) || EARLY.test(name));
  return [...asked, ...names].every((name) => here[name] === there[name]);
}

/** Windows does not tell `Path` from `PATH`. */
function inCapitals(environ: Environ): Environ {
  return Object.fromEntries(Object.entries(environ).map(([name, value]) => [name.toUpperCase(), value]));
}
