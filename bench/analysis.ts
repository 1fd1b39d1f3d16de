/**
 * What it costs to see which names a notebook's cells use: 100 cells of 20 lines, none seen before.
 * Run: node bench/analysis.ts [rounds]
 */
import { analyzeCell } from "../extension/core/analysis/analyze.ts";
import { createAnalyzer } from "../extension/core/analysis/analyzer.ts";
import { loadPythonParser } from "../extension/host/parser/python-parser.ts";

const CELLS = 100;
const rounds = Number(process.argv[2] ?? 30);

/** Twenty lines as notebooks have them; `index` makes each text new. */
function cellText(index: number): string {
  return `import pandas as pd
import numpy as np
# step ${index}
raw_${index} = pd.read_csv("data/part-${index}.csv", parse_dates=["when"])
frame_${index} = raw_${index}.dropna(subset=["value"]).assign(scaled=lambda d: d["value"] / d["value"].max())
frame_${index}["bucket"] = pd.cut(frame_${index}["scaled"], bins=[0, 0.25, 0.5, 1.0])
totals = {}
for name, group in frame_${index}.groupby("bucket"):
    if len(group) > ${index} and name is not None:
        totals[name] = group["value"].sum() + offset
    else:
        totals.setdefault(name, 0)

def summary_${index}(table, digits=2):
    """Rounded means of every column."""
    means = {column: round(table[column].mean(), digits) for column in table.columns}
    return sorted(means.items(), key=lambda item: item[1], reverse=True)

best = summary_${index}(frame_${index}[["value", "scaled"]])
print(f"{index}: best of {len(best)} is {best[0]!r} at {np.round(totals.get(best[0][0], 0), 3):>8}")
`;
}

const started = performance.now();
const parser = await loadPythonParser();
console.log(`load the parser        ${(performance.now() - started).toFixed(1)} ms`);

function median(run: (round: number) => void): string {
  const times: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const from = performance.now();
    run(round);
    times.push(performance.now() - from);
  }
  times.sort((a, b) => a - b);
  return `median ${times[rounds >> 1]?.toFixed(1)} ms, first ${times.at(-1)?.toFixed(1)} ms at most`;
}

const texts = (round: number): string[] => Array.from({ length: CELLS }, (_, index) => cellText(round * CELLS + index));
const analyze = createAnalyzer(parser);
const notebook = texts(0);

console.log(
  `parse ${CELLS} cells        ${median((round) => {
    for (const text of texts(round)) parser.parse(text);
  })}`,
);
console.log(
  `parse and analyse      ${median((round) => {
    for (const text of texts(round + rounds)) analyzeCell(parser, text);
  })}`,
);
for (const text of notebook) analyze(text);
console.log(
  `the same texts again   ${median(() => {
    for (const text of notebook) analyze(text);
  })}`,
);
console.log(
  `one cell edited        ${median((round) => {
    notebook[50] = `${cellText(50)}print(${round})`;
    for (const text of notebook) analyze(text);
  })}`,
);
