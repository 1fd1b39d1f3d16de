"""Draws the table of the measurements: how far each row is from its target, as an SVG. `plot.py OUT < rows.json`"""

import json
import sys

import matplotlib  # type: ignore[import-not-found]

matplotlib.use("svg")
matplotlib.rcParams.update({"svg.hashsalt": "strata", "svg.fonttype": "path", "font.size": 9})
import matplotlib.pyplot as plt  # type: ignore[import-not-found]  # noqa: E402


def main() -> None:
    rows = json.load(sys.stdin)
    figure, axes = plt.subplots(figsize=(9, 0.32 * len(rows) + 1.2))
    places = range(len(rows))
    shares = [row["share"] for row in rows]
    colours = ["#2f7d4f" if share <= 1 else "#b4452f" for share in shares]
    axes.barh(places, shares, color=colours, height=0.6)
    axes.set_yticks(places, [row["label"] for row in rows])
    axes.invert_yaxis()
    axes.set_xscale("log")
    axes.axvline(1, color="black", linewidth=1)
    for place, row in zip(places, rows):
        axes.text(max(row["share"], 0.001) * 1.05, place, row["text"], va="center", fontsize=8)
    axes.set_xlim(min([*shares, 0.1]) / 1.5, max([*shares, 1]) * 4)
    axes.set_xlabel("measured, as a share of the target (left of the line: reached; the scale is logarithmic)")
    axes.spines[["top", "right"]].set_visible(False)
    figure.patch.set_facecolor("white")
    figure.tight_layout()
    figure.savefig(
        sys.argv[1], format="svg", metadata={"Date": None, "Title": "How far each measurement is from its target"}
    )


if __name__ == "__main__":
    main()
