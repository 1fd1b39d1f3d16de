/**
 * The Python functions that translated magics call. They are definitions above the first cell: in the notebook they
 * travel like any function of a cell above, and an exported script has those it needs at its top.
 */
interface Helper {
  readonly needs: readonly string[];
  readonly source: string;
}

const HELPERS: Readonly<Record<string, Helper>> = {
  _strata_text: {
    needs: [],
    source: `def _strata_text(parts):
    """A command from its parts: text, what is put into it, and names that are the shell's where Python has none."""
    text = ""
    for part in parts:
        if isinstance(part, str):
            text += part
        elif callable(part):
            text += str(part())
        else:
            try:
                text += str(part[1]())
            except NameError:
                text += part[0]
    return text`,
  },
  _strata_shell: {
    needs: ["_strata_text"],
    source: `def _strata_shell(*parts):
    """What stands for a line that begins with an exclamation mark: the shell's output is shown."""
    import subprocess
    import sys

    sys.stdout.flush()
    subprocess.run(_strata_text(parts), shell=True)`,
  },
  _strata_capture: {
    needs: ["_strata_text"],
    source: `def _strata_capture(*parts):
    """The lines that a command writes."""
    import subprocess

    done = subprocess.run(_strata_text(parts), shell=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    return done.stdout.splitlines()`,
  },
  _strata_script: {
    needs: [],
    source: `def _strata_script(program, text):
    """What stands for %%bash and %%sh: an error ends the cell."""
    import subprocess
    import sys

    sys.stdout.flush()
    subprocess.run([program], input=text, text=True, check=True)`,
  },
  _strata_write: {
    needs: [],
    source: `def _strata_write(path, text, mode):
    """What stands for %%writefile."""
    with open(path, mode, encoding="utf-8") as file:
        file.write(text)
    print(("Writing " if mode == "w" else "Appending to ") + path)`,
  },
  _strata_cd: {
    needs: ["_strata_text"],
    source: `def _strata_cd(*parts):
    """What stands for %cd."""
    import os

    os.chdir(os.path.expanduser(_strata_text(parts)))
    print(os.getcwd())`,
  },
  _strata_setenv: {
    needs: ["_strata_text"],
    source: `def _strata_setenv(name, *parts):
    """What stands for %env with a value."""
    import os

    os.environ[name] = _strata_text(parts)
    print("env: " + name + "=" + os.environ[name])`,
  },
  _strata_getenv: {
    needs: [],
    source: `def _strata_getenv(name):
    """What stands for %env with a name."""
    import os

    return os.environ[name]`,
  },
  _strata_clock: {
    needs: [],
    source: `def _strata_clock():
    """Where the two clocks of %time are now."""
    import time

    return time.perf_counter(), time.process_time()`,
  },
  _strata_span: {
    needs: [],
    source: `def _strata_span(seconds):
    """A time as a person reads it."""
    for unit, size in (("s", 1.0), ("ms", 1e-3), ("µs", 1e-6)):
        if seconds >= size:
            return "%.3g %s" % (seconds / size, unit)
    return "%.3g ns" % (seconds / 1e-9)`,
  },
  _strata_time: {
    needs: ["_strata_span"],
    source: `def _strata_time(began, value=None):
    """What stands for %time and %%time: tells how long it was since then."""
    import time

    wall, cpu = time.perf_counter() - began[0], time.process_time() - began[1]
    print("CPU times: " + _strata_span(cpu))
    print("Wall time: " + _strata_span(wall))
    return value`,
  },
  _strata_timeit: {
    needs: ["_strata_span"],
    source: `def _strata_timeit(work, number=0, repeat=7):
    """What stands for %timeit and %%timeit."""
    import timeit

    timer = timeit.Timer(work)
    loops = number or timer.autorange()[0]
    times = tuple(taken / loops for taken in timer.repeat(repeat, loops))
    mean = sum(times) / repeat
    spread = (sum((taken - mean) ** 2 for taken in times) / repeat) ** 0.5
    print("%s ± %s per loop (mean ± std. dev. of %d runs, %s loops each)"
          % (_strata_span(mean), _strata_span(spread), repeat, format(loops, ",")))`,
  },
};

/** A helper's name as it stands in translated text. */
const MENTION = /\b_strata_[a-z]+\b/g;

export function helpersIn(text: string): readonly string[] {
  return text.includes("_strata_") ? [...new Set(text.match(MENTION))].filter((name) => name in HELPERS) : [];
}

/** The text of these helpers and of those they need, in a fixed order. */
export function helperSource(names: Iterable<string>): string {
  const wanted = new Set<string>();
  const queue = [...names];
  for (let name = queue.pop(); name !== undefined; name = queue.pop()) {
    const helper = HELPERS[name];
    if (wanted.has(name) || helper === undefined) continue;
    wanted.add(name);
    queue.push(...helper.needs);
  }
  return Object.entries(HELPERS)
    .flatMap(([name, { source }]) => (wanted.has(name) ? [source] : []))
    .join("\n\n\n");
}

export function isHelper(name: string): boolean {
  return name.startsWith("_strata_") && Object.hasOwn(HELPERS, name);
}
