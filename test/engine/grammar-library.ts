/** Statements about the standard library: containers with a memory, streams, logging, files of some formats, threads. */
import type { Template } from "./scribe.ts";

export const LIBRARY: readonly Template[] = [
  (s) =>
    `import collections\n${s.set("list")} = list(collections.Counter(${s.get("list")} and [1, ${s.i()}]).elements())`,
  (s) =>
    `from collections import defaultdict\ngroups = defaultdict(list, a=${s.get("list")})${s.binding("groups", "groups")}`,
  (s) => `groups['${s.of(["a", "b"])}'].append(${s.i()})${s.binding("groups", "groups", "groups")}`,
  (s) => `print(dict(groups))${s.binding("groups", "groups", "groups")}`,
  (s) => `${s.set("list")} = groups['a']${s.binding("groups", "groups", "groups")}`,
  (s) => `from collections import deque\nqueue = deque(${s.get("list")}, maxlen=3)${s.binding("queue", "queue")}`,
  (s) => `queue.append(${s.i()})\nqueue.rotate(1)${s.binding("queue", "queue", "queue")}`,
  (s) => `print(list(queue), queue.maxlen)${s.binding("queue", "queue", "queue")}`,
  (s) =>
    `from collections import ChainMap\nchain = ChainMap(${s.get("dict")}, {'z': ${s.i()}})${s.binding("chain", "chain")}`,
  (s) => `chain['c'] = ${s.i()}\nprint(sorted(chain, key=str))${s.binding("chain", "chain", "chain")}`,
  (s) => `members = {${s.i()}, ${s.i()}}${s.binding("members", "set")}`,
  (s) => `members.add(${s.i()})${s.binding("members", "set", "set")}`,
  (s) => `members |= {${s.i()}}\nprint(sorted(members))${s.binding("members", "set", "set")}`,
  (s) => `other = members\nother.discard(${s.i()})\nprint(other is members)${s.binding("members", "set", "set")}`,
  (s) => `raw = bytearray(b'a${s.i()}')${s.binding("raw", "bytes")}`,
  (s) => `raw += b'${s.i()}'\nprint(raw)${s.binding("raw", "bytes", "bytes")}`,
  (s) => `memoryview(raw)[0] = 65 + ${s.i()}${s.binding("raw", "bytes", "bytes")}`,
  (s) =>
    `from types import SimpleNamespace\nspace = SimpleNamespace(n=${s.i()}, l=${s.get("list")})${s.binding("space", "space")}`,
  (s) => `space.n += ${s.i()}\nspace.l.append(space.n)${s.binding("space", "space", "space")}`,
  (s) => `print(space)${s.binding("space", "space", "space")}`,
  (s) =>
    `import re\npattern = re.compile('[0-${s.i()}]+')\nprint(pattern.findall('0123'))${s.binding("pattern", "pattern")}`,
  (s) => `print(pattern.sub(lambda m: str(${s.get("fn")}(1)), 'a0'))${s.binding("pattern", "pattern", "pattern")}`,
  (s) => `import random\nrng = random.Random(${s.i()})${s.binding("rng", "rng")}`,
  (s) => `print(rng.randint(0, 99))${s.binding("rng", "rng", "rng")}`,
  (s) => `rng.shuffle(${s.get("list")})${s.binding("rng", "rng", "rng")}`,
  (s) => `import random\nrandom.seed(${s.i()})\nstate = random.getstate()${s.binding("state", "state")}`,
  (s) => `import random\nrandom.setstate(state)\nprint(random.randint(0, 99))${s.binding("state", "state", "state")}`,
  (s) => `import datetime\n${s.set("row")} = (datetime.date(2020, 1, ${s.i()} + 1).day, 2)`,
  (s) => `from fractions import Fraction\nprint(Fraction(${s.get("num")} + 1, ${s.i()} + 2))`,
  (s) =>
    `import decimal\nwith decimal.localcontext() as context:\n    context.prec = ${s.i()} + 2\n    print(decimal.Decimal(1) / 3)`,
  // Streams and messages.
  (s) =>
    `import contextlib, io\nwith contextlib.redirect_stdout(io.StringIO()) as text:\n    print('kept', ${s.get("num")})${s.binding("text", "text")}`,
  (s) => `import io\ntext = io.StringIO('${s.i()}')${s.binding("text", "text")}`,
  (s) => `text.write('w${s.i()}')${s.binding("text", "text", "text")}`,
  (s) =>
    `print(text.getvalue(), text.tell(), file=text)\nprint(repr(text.getvalue()))${s.binding("text", "text", "text")}`,
  (s) => `print(repr(text.getvalue()))${s.binding("text", "text", "text")}`,
  (s) =>
    `import logging\nlogging.getLogger('app').setLevel(${s.of(["logging.INFO", "logging.ERROR"])})${s.binding("level", "level")}`,
  (s) =>
    `import logging\nprint(logging.getLogger('app').isEnabledFor(logging.INFO), logging.getLogger('app').level)${s.better("level")}`,
  (s) =>
    `import logging, sys\nlog = logging.getLogger('app')\nlog.propagate = False\nlog.handlers[:] = [logging.StreamHandler(sys.stdout)]\nlog.error('said %s', ${s.get("num")})${s.binding("log", "log")}`,
  (s) => `log.error('again ${s.i()}')${s.binding("log", "log", "log")}`,
  (s) =>
    `import logging, sys\nlogging.basicConfig(stream=sys.stdout, level=logging.INFO, format='%(message)s')${s.binding("root", "root")}`,
  (s) => `import logging\nlogging.info('root %d', ${s.i()})\nlogging.warning('root %d', ${s.i()})${s.better("root")}`,
  (s) =>
    `import logging\nclass Into(logging.Handler):\n    def emit(self, record):\n        ${s.get("list")}.append(record.getMessage())\nheard = logging.Logger('list')\nheard.addHandler(Into())\nheard.error('e${s.i()}')\nprint(len(heard.handlers))`,
  (s) =>
    `import warnings\nwith warnings.catch_warnings(record=True) as caught:\n    warnings.simplefilter('always')\n    warnings.warn('w${s.i()}')\nprint(len(caught), caught[0].message)`,
  () => "import warnings\nwarnings.filterwarnings('ignore', category=UserWarning)",
  () =>
    "import warnings\nwith warnings.catch_warnings(record=True) as caught:\n    warnings.warn('w')\nprint(len(caught))",
  (s) => `import sys\nsys.setrecursionlimit(${s.of(["900", "1100"])})${s.binding("limit", "limit")}`,
  (s) => `import sys\nprint(sys.getrecursionlimit() in (900, 1100))${s.better("limit")}`,
  (s) =>
    `import contextvars\nvar = contextvars.ContextVar('var', default=${s.i()})\nvar.set(${s.i()})\nprint(var.get())`,
  // Files.
  (s) =>
    `import json\nwith open('out.json', 'w') as file:\n    json.dump({'n': ${s.get("num")}, 'l': [${s.i()}]}, file)${s.binding("out.json", "json")}`,
  (s) => `import json\n${s.set("dict")} = json.load(open('out.json'))${s.binding("out.json", "json", "json")}`,
  (s) =>
    `import json\nfrom pathlib import Path\nprint(json.loads(Path('out.json').read_text())['l'])${s.binding("out.json", "json", "json")}`,
  (s) =>
    `import csv\nwith open('rows.csv', 'w', newline='') as file:\n    csv.writer(file).writerows([['a', ${s.get("num")}], ['b', ${s.i()}]])${s.binding("rows.csv", "csv")}`,
  (s) =>
    `import csv\nwith open('rows.csv', newline='') as file:\n    ${s.set("list")} = [int(v) for _, v in csv.reader(file)]${s.binding("rows.csv", "csv", "csv")}`,
  (s) =>
    `import pickle\nwith open('kept.pkl', 'wb') as file:\n    pickle.dump([${s.get("list")}, ${s.get("num")}], file)${s.binding("kept.pkl", "pickle")}`,
  (s) =>
    `import pickle\nwith open('kept.pkl', 'rb') as file:\n    ${s.set("list")}, ${s.set("num")} = pickle.load(file)${s.binding("kept.pkl", "pickle", "pickle")}`,
  (s) => `import pickle\n${s.set("object")} = pickle.loads(pickle.dumps(${s.get("object")}))`,
  (s) =>
    `import tempfile, os\nwith tempfile.TemporaryDirectory() as place:\n    with open(os.path.join(place, 'x'), 'w') as file:\n        file.write('${s.i()}')\n    print(open(os.path.join(place, 'x')).read())`,
  (s) =>
    `import os\nos.makedirs('made', exist_ok=True)\nwith open('made/x.txt', 'w') as file:\n    file.write('${s.i()}')${s.binding("made/x.txt", "made")}`,
  (s) =>
    `import os\nprint(sorted(os.listdir('made')), open('made/x.txt').read())${s.binding("made/x.txt", "made", "made")}`,
  (s) =>
    `import sqlite3\nwith sqlite3.connect(':memory:') as con:\n    print(con.execute('select ${s.i()} + 1').fetchone())`,
  // Threads and tasks that end with their cell.
  (s) =>
    `import threading\nworker = threading.Thread(target=${s.get("list")}.append, args=(${s.i()},))\nworker.start()\nworker.join()`,
  (s) =>
    `from concurrent.futures import ThreadPoolExecutor\nwith ThreadPoolExecutor(1) as pool:\n    print(list(pool.map(${s.get("fn")}, [1, ${s.i()}])))`,
  (s) =>
    `import asyncio\nasync def later(v):\n    await asyncio.sleep(0)\n    ${s.get("list")}.append(v)\n    return v${s.binding("later", "async")}`,
  (s) =>
    `import asyncio\nprint(await asyncio.gather(later(${s.i()}), later(2)))${s.binding("later", "async", "async")}`,
  (s) =>
    `async def several(k):\n    for v in range(k):\n        yield v\n${s.set("list")} = [v async for v in several(${s.i()})]`,
  (s) =>
    `import subprocess, sys\nprint(subprocess.run([sys.executable, '-c', 'print(${s.i()})'], capture_output=True, text=True).stdout)`,
];
