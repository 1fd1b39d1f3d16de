/**
 * Why a result is one sample of many, as far as text tells: it reads the clock, or starts another program. Network and
 * entropy are seen while a cell runs; a clock is read too often, by everybody, to be watched.
 */
const CLOCK =
  /\btime\s*\.\s*(?:time|time_ns|perf_counter|perf_counter_ns|monotonic|monotonic_ns|process_time|process_time_ns)\s*\(|\btime\s*\.\s*(?:ctime|localtime|gmtime|asctime)\s*\(\s*\)|\btime\s*\.\s*strftime\s*\([^,()]*\)|(?<!\.\s?)\b(?:perf_counter|perf_counter_ns|process_time|time_ns)\s*\(|\.\s*(?:now|utcnow|today)\s*\(|\bdatetime64\s*\(\s*["'](?:now|today)|\b_strata_(?:time|timeit)\s*\(/;

const FROM_TIME = /\bfrom\s+time\s+import\s+([^\n]+)/g;
const BARE = new Set(["time", "monotonic", "monotonic_ns", "ctime", "localtime", "gmtime"]);

const COMMAND = /\b_strata_(?:shell|capture|script)\s*\(/;

/** `imports` are statements of cells above that bind names the code uses. */
export function samplesIn(
  code: string,
  reached: readonly string[],
  imports: readonly string[] = [],
): readonly string[] {
  const texts = [code, ...reached];
  const found: string[] = [];
  if (texts.some((text) => readsClock(text, imports))) found.push("clock");
  if (texts.some((text) => COMMAND.test(text))) found.push("command");
  return found;
}

export function readsClock(text: string, imports: readonly string[] = []): boolean {
  if (CLOCK.test(text)) return true;
  for (const statement of [text, ...imports]) {
    for (const [, names = ""] of statement.matchAll(FROM_TIME)) {
      for (const part of names.replace(/[()]/g, "").split(",")) {
        const [name = "", , as = name] = part.trim().split(/\s+/);
        if (BARE.has(name) && new RegExp(`(?<![.\\w]|\\.\\s)${as}\\s*\\(`).test(text)) return true;
      }
    }
  }
  return false;
}
