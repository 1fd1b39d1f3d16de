/**
 * Which process-wide settings a call or a store may change, by the dotted name it is written with.
 * Only a forecast: what a run really changed is observed.
 */
const RULES: readonly (readonly [component: string, pattern: RegExp])[] = [
  ["random", /^random\.(?!Random\b|SystemRandom\b)/],
  [
    "numpy",
    /^numpy\.(random\.(?!default_rng\b|Generator\b|SeedSequence\b|RandomState\b)|seterr|seterrcall|setbufsize|set_printoptions|set_string_function|errstate)/,
  ],
  [
    "pandas",
    /^pandas\.(set_option|reset_option|options\b|option_context|set_eng_float_format|plotting\.(register|deregister))/,
  ],
  [
    "matplotlib",
    /^matplotlib\.(rc|use\b|style|interactive|set_loglevel|pyplot\.(rc|style|switch_backend|set_cmap|ion\b|ioff\b|xkcd|use\b))/,
  ],
  ["matplotlib", /^(seaborn\.(set|reset|despine)|matplotlib_inline\.)/],
  ["os", /^os\.(environ\b|putenv|unsetenv|chdir|fchdir|umask|nice|set)/],
  ["sys", /^sys\.(path\b|meta_path|path_hooks|modules|set|stdout|stderr|stdin|displayhook|excepthook)/],
  ["warnings", /^warnings\.(filterwarnings|simplefilter|resetwarnings|showwarning|formatwarning|catch_warnings)/],
  ["locale", /^locale\.setlocale/],
  ["logging", /^logging\.(?!Logger\b|Formatter\b|Handler\b|StreamHandler\b|FileHandler\b)/],
  ["decimal", /^decimal\.(getcontext|setcontext|localcontext|DefaultContext)/],
  [
    "torch",
    /^torch\.(manual_seed|seed|set_|use_deterministic|random\.|rand|normal|bernoulli|multinomial|cuda\.|backends\.|nn\.init\.)/,
  ],
  ["tensorflow", /^tensorflow\.(random\.|keras\.utils\.set_random_seed|config\.)/],
  ["polars", /^polars\.(Config|enable_string_cache|set_random_seed)/],
  ["sklearn", /^sklearn\.set_config/],
  ["plotly", /^plotly\.io\.(templates|renderers)/],
  ["gc", /^gc\.(disable|enable|freeze|set_)/],
  ["faulthandler", /^faulthandler\./],
  ["signal", /^signal\.(signal|alarm|setitimer)/],
];

/** Modules one of the rules is about: anything else need not be looked at. */
export const AMBIENT_ROOTS: ReadonlySet<string> = new Set([
  "random",
  "numpy",
  "pandas",
  "matplotlib",
  "seaborn",
  "matplotlib_inline",
  "os",
  "sys",
  "warnings",
  "locale",
  "logging",
  "decimal",
  "torch",
  "tensorflow",
  "polars",
  "sklearn",
  "plotly",
  "gc",
  "faulthandler",
  "signal",
]);

/** The component that a use of this dotted name may change, as in `CellAnalysis.ambient`. */
export function ambientComponent(dotted: string): string | undefined {
  for (const [component, pattern] of RULES) if (pattern.test(dotted)) return component;
  return undefined;
}

/** Calls that give another answer each time, or act on the world: a definition that makes one as it executes is a value. */
const IMPURE =
  /(^|\.)(now|utcnow|today|time|time_ns|perf_counter|perf_counter_ns|monotonic|process_time|ctime|localtime|gmtime|uuid1|uuid4|urandom|getenv|getrandbits|default_rng|read_text|read_bytes|read_csv|read_parquet|read_json|read_sql|urlopen|token_hex|token_bytes|token_urlsafe)$/;
const IMPURE_ROOTS = new Set([
  "random",
  "secrets",
  "time",
  "uuid",
  "subprocess",
  "socket",
  "requests",
  "httpx",
  "urllib",
]);
const IMPURE_BUILTINS = new Set([
  "open",
  "input",
  "next",
  "id",
  "print",
  "exec",
  "eval",
  "globals",
  "locals",
  "display",
]);

export function isImpureCall(dotted: string): boolean {
  if (IMPURE_BUILTINS.has(dotted)) return true;
  const root = dotted.slice(0, Math.max(0, dotted.indexOf(".")));
  return (
    IMPURE_ROOTS.has(root) ||
    dotted.startsWith("numpy.random.") ||
    dotted.startsWith("os.environ.") ||
    IMPURE.test(dotted)
  );
}
